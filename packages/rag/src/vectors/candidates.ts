// Rows that may be near, taken one by one, the most promising first.

export class Candidates {
  readonly #rows: Uint32Array;
  readonly #estimates: Float64Array;
  readonly #deviations: Float64Array;
  /** Rows that are farther by the distance of their first bits were left out. */
  readonly reach: number;
  #size: number;

  /** By row: the estimated inner product up to a constant, and one standard deviation of it. The arrays are taken over. */
  constructor(rows: Uint32Array, estimates: Float64Array, deviations: Float64Array, reach: number) {
    this.reach = reach;
    this.#rows = rows;
    this.#estimates = estimates;
    this.#deviations = deviations;
    this.#size = rows.length;
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  get size(): number {
    return this.#size;
  }

  get row(): number {
    return this.#rows[0]!;
  }

  get estimate(): number {
    return this.#estimates[0]!;
  }

  get deviation(): number {
    return this.#deviations[0]!;
  }

  /** Goes on to the next; `row`, `estimate` and `deviation` are of the first that is left. */
  next(): void {
    this.#size--;
    this.#swap(0, this.#size);
    this.#sink(0);
  }

  /** A heap: every entry is at least as promising as the two below it. */
  #sink(from: number): void {
    for (let at = from; ; ) {
      let child = 2 * at + 1;
      if (child >= this.#size) return;
      if (child + 1 < this.#size && this.#estimates[child + 1]! > this.#estimates[child]!) child++;
      if (this.#estimates[child]! <= this.#estimates[at]!) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #swap(a: number, b: number): void {
    for (const column of [this.#rows, this.#estimates, this.#deviations]) {
      const kept = column[a]!;
      column[a] = column[b]!;
      column[b] = kept;
    }
  }
}

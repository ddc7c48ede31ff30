// Where rows lie in memory that are sorted by inverted list: each list has a range, whose last places are free once rows are removed.

export class RowGroups {
  /** By list, where its range begins, and then where the last one ends. */
  readonly #starts: Uint32Array;
  /** By list, where its rows end. */
  readonly #ends: Uint32Array;

  /** `counts`: by list, how many rows it is going to have. */
  constructor(counts: Uint32Array) {
    this.#starts = new Uint32Array(counts.length + 1);
    for (const [list, count] of counts.entries()) this.#starts[list + 1] = this.#starts[list]! + count;
    this.#ends = this.#starts.slice(0, counts.length);
  }

  /** How many lists there are. */
  get count(): number {
    return this.#ends.length;
  }

  /** Where the last range ends. */
  get end(): number {
    return this.#starts[this.count]!;
  }

  start(list: number): number {
    return this.#starts[list]!;
  }

  rowsEnd(list: number): number {
    return this.#ends[list]!;
  }

  /** The place of one more row. */
  add(list: number): number {
    return this.#ends[list]!++;
  }

  /** Gives the last row of a list up and says which it was. */
  removeLast(list: number): number {
    return --this.#ends[list]!;
  }

  /** The list of a row, which lies before `end`. */
  listOf(row: number): number {
    let [low, high] = [0, this.count];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= row) low = middle;
      else high = middle;
    }
    return low;
  }
}

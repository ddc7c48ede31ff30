// The best of many, by score and then by key.

/** Keeps the `k` best of what is offered. */
export class TopK {
  readonly #k: number;
  readonly #scores: number[] = [];
  readonly #keys: number[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  /** What a score must reach to be kept: minus infinity until there are `k`. */
  get least(): number {
    return this.#keys.length < this.#k ? Number.NEGATIVE_INFINITY : this.#scores[0]!;
  }

  offer(key: number, score: number): void {
    if (this.#keys.length < this.#k) {
      this.#keys.push(key);
      this.#scores.push(score);
      let at = this.#keys.length - 1;
      while (at > 0 && this.#isWorse(at, (at - 1) >> 1)) {
        this.#swap(at, (at - 1) >> 1);
        at = (at - 1) >> 1;
      }
      return;
    }
    if (score < this.#scores[0]! || (score === this.#scores[0]! && key > this.#keys[0]!)) return;
    this.#keys[0] = key;
    this.#scores[0] = score;
    for (let at = 0; ; ) {
      let child = 2 * at + 1;
      if (child >= this.#keys.length) return;
      if (child + 1 < this.#keys.length && this.#isWorse(child + 1, child)) child++;
      if (!this.#isWorse(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  /** The best first. */
  sorted(): { key: number; score: number }[] {
    return this.#keys
      .map((key, i) => ({ key, score: this.#scores[i]! }))
      .sort((a, b) => b.score - a.score || a.key - b.key);
  }

  #isWorse(a: number, b: number): boolean {
    const [first, second] = [this.#scores[a]!, this.#scores[b]!];
    return first < second || (first === second && this.#keys[a]! > this.#keys[b]!);
  }

  #swap(a: number, b: number): void {
    for (const list of [this.#scores, this.#keys]) {
      const kept = list[a]!;
      list[a] = list[b]!;
      list[b] = kept;
    }
  }
}

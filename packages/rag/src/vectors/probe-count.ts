// How many inverted lists are enough, learnt from searches of everything: where the neighbours lay that those found.

/** So many searches look at everything first, and then one in so many. */
const first = 32;
const oneIn = 256;
/** Of the neighbours that were found, this share is to lie in the lists that are looked at. */
const share = 0.99;
/** The latest neighbours that are remembered. */
const remembered = 2048;

export class ProbeCount {
  readonly #ranks: number[] = [];
  #searches = 0;
  #learnt = 0;
  #enough = 0;

  /** How many lists the next search has to look at; undefined where it is to look at everything and tell what it finds. */
  next(): number | undefined {
    const number = this.#searches++;
    if (number < first || number % oneIn === 0 || this.#ranks.length === 0) return undefined;
    return this.enough;
  }

  /** How many lists hold the share of neighbours, with some to spare. */
  get enough(): number {
    return this.#enough;
  }

  /** Tells in the how manyth nearest list (0 for the nearest) neighbours lay. */
  learn(ranks: readonly number[]): void {
    for (const rank of ranks) this.#ranks[this.#learnt++ % remembered] = rank;
    if (this.#ranks.length === 0) return;
    const sorted = this.#ranks.toSorted((a, b) => a - b);
    this.#enough = Math.ceil(1.25 * (1 + sorted[Math.floor(share * (sorted.length - 1))]!)) + 1;
  }
}

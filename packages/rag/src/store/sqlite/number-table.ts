// A table from three numbers to one, in one list: no object for each entry.

/** Entries of four numbers: a key of three, and a value above 0. */
export class NumberTable {
  #entries = new Uint32Array(4 << 10);
  #size = 0;

  /** The value of a key; 0 where it has none. */
  get(a: number, b: number, c: number): number {
    return this.#entries[this.#find(a, b, c) + 3]!;
  }

  /** Gives a key that has none its value. */
  add(a: number, b: number, c: number, value: number): void {
    // At most half of the places are taken, so that a search is short.
    if (8 * ++this.#size > this.#entries.length) this.#grow();
    this.#put(a, b, c, value);
  }

  #put(a: number, b: number, c: number, value: number): void {
    const at = this.#find(a, b, c);
    const entries = this.#entries;
    entries[at] = a;
    entries[at + 1] = b;
    entries[at + 2] = c;
    entries[at + 3] = value;
  }

  /** Where the entry of a key is, or can be. */
  #find(a: number, b: number, c: number): number {
    const entries = this.#entries;
    let hash = Math.imul(a, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0xc2b2ae35);
    let at = (4 * (hash ^ (hash >>> 16))) & (entries.length - 1);
    while (
      entries[at + 3] !== 0 &&
      (entries[at] !== a >>> 0 || entries[at + 1] !== b >>> 0 || entries[at + 2] !== c >>> 0)
    )
      at = (at + 4) & (entries.length - 1);
    return at;
  }

  #grow(): void {
    const old = this.#entries;
    this.#entries = new Uint32Array(2 * old.length);
    for (let i = 0; i < old.length; i += 4)
      if (old[i + 3] !== 0) this.#put(old[i]!, old[i + 1]!, old[i + 2]!, old[i + 3]!);
  }
}

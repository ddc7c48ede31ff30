// A hash table from two non-negative integers to one, in flat arrays: what merges and tries are kept in.

/** Maps pairs of integers (0 to 2^31 − 1) to integers. Pairs are never taken out. */
export class PairTable {
  #left: Int32Array;
  #right: Int32Array;
  #value: Int32Array;
  #mask: number;
  #size = 0;

  constructor(expected = 16) {
    let capacity = 16;
    while (capacity < expected * 2) capacity *= 2;
    this.#left = new Int32Array(capacity).fill(-1);
    this.#right = new Int32Array(capacity);
    this.#value = new Int32Array(capacity);
    this.#mask = capacity - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** The value of a pair, or −1. */
  get(left: number, right: number): number {
    const slot = this.#slot(left, right);
    return this.#left[slot] === -1 ? -1 : this.#value[slot]!;
  }

  set(left: number, right: number, value: number): void {
    let slot = this.#slot(left, right);
    if (this.#left[slot] === -1) {
      if (++this.#size * 2 > this.#mask) {
        this.#grow();
        slot = this.#slot(left, right);
      }
      this.#left[slot] = left;
      this.#right[slot] = right;
    }
    this.#value[slot] = value;
  }

  #slot(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right + 0x7f4a7c15, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & this.#mask;
    while (this.#left[slot] !== -1 && (this.#left[slot] !== left || this.#right[slot] !== right)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #grow(): void {
    const [left, right, value] = [this.#left, this.#right, this.#value];
    const capacity = (this.#mask + 1) * 2;
    this.#left = new Int32Array(capacity).fill(-1);
    this.#right = new Int32Array(capacity);
    this.#value = new Int32Array(capacity);
    this.#mask = capacity - 1;
    for (let i = 0; i < left.length; i++) {
      if (left[i] === -1) continue;
      const slot = this.#slot(left[i]!, right[i]!);
      this.#left[slot] = left[i]!;
      this.#right[slot] = right[i]!;
      this.#value[slot] = value[i]!;
    }
  }
}

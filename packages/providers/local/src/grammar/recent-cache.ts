// What was used last, up to a limit of bytes.

/** Keeps values by key until their bytes pass a limit; then those not used for longest go. */
export class RecentCache<Key extends object, Value> {
  readonly #entries = new Map<Key, { readonly value: Value; readonly bytes: number }>();
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps a value under a key that is not there yet. */
  add(key: Key, value: Value, bytes: number): void {
    for (const [oldest, entry] of this.#entries) {
      if (this.#used + bytes <= this.#limit) break;
      this.#entries.delete(oldest);
      this.#used -= entry.bytes;
    }
    this.#entries.set(key, { value, bytes });
    this.#used += bytes;
  }

  /** How many values are kept. */
  get size(): number {
    return this.#entries.size;
  }
}

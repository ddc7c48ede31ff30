// Keys and values of sequences that were computed before, for prompts that begin the same.
import type { KeyValueCache } from './key-value-cache.ts';

/** Tokens that were computed under the same adapters, and where their keys and values lie. */
export interface KnownPrefix {
  /** Names the adapters that were in use. */
  readonly key: string;
  readonly ids: readonly number[];
  /** How many of `ids` were computed. */
  readonly computed: number;
  readonly cache: KeyValueCache;
  readonly slot: number;
}

/** Where the longest common beginning is, and how long. */
export interface PrefixMatch {
  readonly source: KnownPrefix;
  readonly length: number;
}

/** Tokens at the beginning of both. */
export function commonLength(a: readonly number[], b: readonly number[], most: number): number {
  const end = Math.min(a.length, b.length, most);
  let length = 0;
  while (length < end && a[length] === b[length]) length++;
  return length;
}

/** The longest beginning of `ids` among sequences computed under the same adapters; never all of `ids`, whose last token is needed. */
export function longestPrefix(
  sources: Iterable<KnownPrefix>,
  key: string,
  ids: readonly number[],
): PrefixMatch | undefined {
  let best: PrefixMatch | undefined;
  for (const source of sources) {
    if (source.key !== key) continue;
    const length = commonLength(source.ids, ids, Math.min(source.computed, ids.length - 1));
    if (length > (best?.length ?? 0)) best = { source, length };
  }
  return best;
}

/** Sequences that were computed, the least recently used first. */
export class PrefixStore {
  readonly #kept = new Set<KnownPrefix>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#kept.size;
  }

  [Symbol.iterator](): Iterator<KnownPrefix> {
    return this.#kept.values();
  }

  /** Marks a prefix as used just now. */
  touch(prefix: KnownPrefix): void {
    if (this.#kept.delete(prefix)) this.#kept.add(prefix);
  }

  /** Whether `ids` are the beginning of a kept sequence, which then counts as used. */
  covers(key: string, ids: readonly number[]): boolean {
    for (const kept of this.#kept)
      if (kept.key === key && commonLength(kept.ids, ids, kept.computed) === ids.length) {
        this.touch(kept);
        return true;
      }
    return false;
  }

  /** Keeps a sequence; kept ones that are its beginning are dropped. */
  add(prefix: KnownPrefix): void {
    for (const kept of [...this.#kept])
      if (kept.key === prefix.key && commonLength(kept.ids, prefix.ids, kept.computed) === kept.computed)
        this.#drop(kept);
    this.#kept.add(prefix);
    this.#bytes += prefix.cache.bytes;
  }

  /** Drops what was not used for the longest time until no more than `bytes` are held. */
  shrink(bytes: number): void {
    for (const kept of [...this.#kept]) {
      if (this.#bytes <= bytes) return;
      this.#drop(kept);
    }
  }

  /** Drops what was computed under certain adapters. */
  dropIf(test: (key: string) => boolean): void {
    for (const kept of [...this.#kept]) if (test(kept.key)) this.#drop(kept);
  }

  #drop(prefix: KnownPrefix): void {
    if (this.#kept.delete(prefix)) this.#bytes -= prefix.cache.bytes;
  }
}

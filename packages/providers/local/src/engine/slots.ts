// The slots of running requests in one cache: those that decode stand in front, so that they are one tensor.
import type { Decoder } from './decoder.ts';
import { bytesOfToken, type KeyValueCache } from './key-value-cache.ts';
import type { KnownPrefix } from './prefix-store.ts';
import type { Sequence } from './sequence.ts';

/** Slots have room for a multiple of this many tokens. */
const step = 64;

/** Running requests, by slot. */
export class Slots {
  readonly sequences: Sequence[] = [];
  readonly #decoder: Decoder;
  readonly #context: number;
  readonly #limit: number;
  readonly #most: number;
  #cache: KeyValueCache | undefined;

  /** `context`: the longest sequence; `limit`: bytes of the cache; `most`: slots. */
  constructor(decoder: Decoder, context: number, limit: number, most: number) {
    this.#decoder = decoder;
    this.#context = context;
    this.#limit = limit;
    this.#most = most;
  }

  get bytes(): number {
    return this.#cache?.bytes ?? 0;
  }

  get cache(): KeyValueCache {
    return this.#cache!;
  }

  /** How many decode: slots 0 to this, less one. */
  get decoding(): number {
    let count = 0;
    while (this.sequences[count]?.decoding) count++;
    return count;
  }

  /** The sizes of a cache with room for `count` sequences of `length` tokens, or `undefined` where memory does not allow it. */
  plan(
    count: number,
    length: number,
  ): { readonly slots: number; readonly capacity: number; readonly bytes: number } | undefined {
    const token = bytesOfToken(this.#decoder.config);
    const now = this.#cache;
    const need = Math.max(length, ...this.sequences.map(({ ids }) => Math.min(this.#context, ids.length + 1)));
    // Attention reads whole slots, so they are kept near the length that is needed, and shrink after a long sequence.
    const fresh = Math.min(this.#context, Math.ceil((need * 1.25) / step) * step);
    const keeps = now !== undefined && now.capacity >= need && now.capacity <= 3 * fresh;
    const capacity = keeps ? now.capacity : fresh;
    const slots = now && now.slots >= count ? now.slots : Math.min(this.#most, 2 ** Math.ceil(Math.log2(count)));
    const options = [
      [slots, capacity],
      [count, capacity],
      [count, need],
    ] as const;
    for (const [rows, size] of options) {
      const bytes = rows * size * token;
      if (bytes <= this.#limit) return { slots: rows, capacity: size, bytes };
    }
    return undefined;
  }

  /** Takes the sizes of a plan. */
  resize({ slots, capacity }: { readonly slots: number; readonly capacity: number }): void {
    const old = this.#cache;
    if (old?.slots === slots && old.capacity === capacity) return;
    if (this.sequences.length === 0) this.#cache = undefined;
    const cache = this.#decoder.cache(slots, capacity);
    for (const [slot, { computed }] of this.sequences.entries()) old!.copy(slot, slot, computed, cache);
    this.#cache = cache;
  }

  /** The slots as sources of prefixes. */
  *prefixes(except: Sequence | undefined): Iterable<KnownPrefix> {
    for (const [slot, sequence] of this.sequences.entries())
      if (sequence !== except)
        yield { key: sequence.adapters.key, ids: sequence.ids, computed: sequence.computed, cache: this.cache, slot };
  }

  /** Puts a sequence whose prompt is computed behind those that decode. */
  startDecoding(sequence: Sequence): void {
    this.#swap(this.sequences.indexOf(sequence), this.decoding);
    sequence.decoding = true;
  }

  /** Frees a slot; the last ones move into the hole. */
  remove(sequence: Sequence): void {
    const slot = this.sequences.indexOf(sequence);
    if (slot < 0) return;
    const decoding = this.decoding;
    let hole = slot;
    if (hole < decoding) {
      this.#move(decoding - 1, hole);
      hole = decoding - 1;
    }
    this.#move(this.sequences.length - 1, hole);
    this.sequences.pop();
  }

  #move(from: number, to: number): void {
    if (from === to) return;
    const sequence = this.sequences[from]!;
    this.cache.copy(from, to, sequence.computed);
    this.sequences[to] = sequence;
  }

  #swap(a: number, b: number): void {
    if (a === b) return;
    const [first, second] = [this.sequences[a]!, this.sequences[b]!];
    this.cache.swap(a, b, Math.max(first.computed, second.computed));
    this.sequences[a] = second;
    this.sequences[b] = first;
  }
}

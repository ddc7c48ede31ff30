// Which tokens are computed in which pass: continuous batching with prompts in chunks.
import type { AdapterSelection, AdapterTable } from '../adapters/adapter-table.ts';
import type { Decoder, ForwardPass, ForwardResult } from './decoder.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import { commonLength, longestPrefix, PrefixStore } from './prefix-store.ts';
import type { Sequence } from './sequence.ts';
import { Slots } from './slots.ts';
import { type Choice, takeToken } from './take-token.ts';

/** Limits of a batcher. */
export interface BatcherOptions {
  readonly context: number;
  readonly maxConcurrent: number;
  readonly cacheBytes: number;
  readonly prefillTokens: number;
  readonly sharedPrefillTokens: number;
  readonly guessAhead: boolean;
}

/** Runs sequences on a decoder, round by round. */
export class Batcher {
  readonly decoder: Decoder;
  readonly table: AdapterTable;
  readonly options: BatcherOptions;
  computedTokens = 0;
  passes = 0;
  readonly #store = new PrefixStore();
  readonly #slots: Slots;
  readonly #waiting: Sequence[] = [];
  #turn = 0;

  constructor(decoder: Decoder, table: AdapterTable, options: BatcherOptions) {
    this.decoder = decoder;
    this.table = table;
    this.options = options;
    this.#slots = new Slots(decoder, options.context, options.cacheBytes, options.maxConcurrent);
  }

  get running(): number {
    return this.#slots.sequences.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get bytes(): number {
    return this.#slots.bytes + this.#store.bytes;
  }

  add(sequence: Sequence): void {
    this.table.hold(sequence.adapters);
    this.#waiting.push(sequence);
  }

  /** Takes a sequence out; its slot is free for the next round. */
  cancel(sequence: Sequence): void {
    if (sequence.over) return;
    sequence.over = true;
    const at = this.#waiting.indexOf(sequence);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      this.table.release(sequence.adapters);
    }
  }

  failAll(error: unknown): void {
    for (const sequence of [...this.#waiting, ...this.#slots.sequences]) {
      sequence.stream.fail(error);
      this.cancel(sequence);
    }
  }

  /** Drops prefixes that were computed with adapters that are gone. */
  forgetStale(): void {
    this.#store.dropIf(key => this.table.isStale(key));
  }

  /** One round: every sequence that decodes gets a token, and one chunk of a prompt is computed. False when there is nothing to do. */
  async round(): Promise<boolean> {
    this.#sweep();
    await this.#admit();
    if (this.#slots.sequences.length === 0) return false;
    await this.#feedForced();
    this.#sweep();
    await this.#decode();
    this.#sweep();
    await this.#prefill();
    this.#sweep();
    return true;
  }

  /** A pass with its adapters; `rows` are those of the batch. */
  async forward(pass: ForwardPass, rows: readonly AdapterSelection[]): Promise<ForwardResult> {
    const result = await this.decoder.forward({
      ...pass,
      ids: this.table.toRows(pass.ids as readonly number[]),
      adapters: this.table.inputs(rows),
    });
    this.computedTokens += pass.lengths.reduce((a, b) => a + b, 0);
    this.passes++;
    return result;
  }

  /** A cache beside the slots, for which kept prefixes make room. */
  scratch(slots: number, capacity: number): KeyValueCache {
    const cache = this.decoder.cache(slots, capacity);
    this.#store.shrink(Math.max(0, this.options.cacheBytes - this.#slots.bytes - cache.bytes));
    return cache;
  }

  /** Copies the longest beginning of `ids` that is known into a slot; gives its length, or `from` where no more is known. */
  adopt(
    adapters: AdapterSelection,
    ids: readonly number[],
    from: number,
    cache: KeyValueCache,
    slot: number,
    self?: Sequence,
  ): number {
    const sources = [...this.#store, ...this.#slots.prefixes(self)];
    const match = longestPrefix(sources, adapters.key, ids);
    const { prefix } = adapters;
    if (prefix && prefix.computed > Math.max(from, match?.length ?? 0)) {
      prefix.cache.copy(prefix.slot, slot, prefix.computed, cache);
      return prefix.computed;
    }
    if (!match || match.length <= from) return from;
    match.source.cache.copy(match.source.slot, slot, match.length, cache);
    this.#store.touch(match.source);
    return match.length;
  }

  /** Keeps what was computed of a sequence, where memory allows it. */
  keep(key: string, ids: readonly number[], cache: KeyValueCache, slot: number): void {
    if (ids.length === 0 || this.#store.covers(key, ids)) return;
    const bytes = (cache.bytes / cache.slots / cache.capacity) * ids.length;
    const room = this.options.cacheBytes - this.#slots.bytes - bytes;
    if (room < 0) return;
    this.#store.shrink(room);
    const kept = this.decoder.cache(1, ids.length);
    cache.copy(slot, 0, ids.length, kept);
    this.#store.add({ key, ids: [...ids], computed: ids.length, cache: kept, slot: 0 });
  }

  /** Frees the slots of sequences that are over. */
  #sweep(): void {
    for (const sequence of [...this.#slots.sequences]) {
      if (!sequence.over) continue;
      const slot = this.#slots.sequences.indexOf(sequence);
      const key = sequence.adapters.key;
      if (!this.table.isStale(key)) this.keep(key, sequence.ids.slice(0, sequence.computed), this.#slots.cache, slot);
      this.#slots.remove(sequence);
      this.table.release(sequence.adapters);
    }
  }

  /** Gives slots to those who wait, in the order they came. */
  async #admit(): Promise<void> {
    while (this.#waiting.length > 0 && this.running < this.options.maxConcurrent) {
      const next = this.#waiting[0]!;
      if (!this.#makeRoom(this.running + 1, next.ids.length + 1)) return;
      await this.table.prepare(next.adapters);
      // It may have been cancelled meanwhile.
      if (this.#waiting[0] !== next) continue;
      this.#waiting.shift();
      this.#slots.sequences.push(next);
    }
  }

  #makeRoom(count: number, length: number): boolean {
    const plan = this.#slots.plan(count, length);
    if (!plan) return false;
    this.#store.shrink(Math.max(0, this.options.cacheBytes - plan.bytes));
    this.#slots.resize(plan);
    return true;
  }

  /** Room for what the sequences that decode will add; where memory is short the youngest go back to wait. */
  #makeRoomForDecoding(): void {
    for (;;) {
      const { sequences } = this.#slots;
      const longest = Math.max(...sequences.map(({ ids, forced }) => ids.length + forced.length));
      if (this.#makeRoom(sequences.length, Math.min(this.options.context, longest))) return;
      const youngest = sequences.reduce((a, b) => (b.order > a.order ? b : a));
      this.#slots.remove(youngest);
      youngest.computed = 0;
      youngest.decoding = false;
      this.#waiting.unshift(youngest);
    }
  }

  /** Tokens that a grammar forces go through the network together. */
  async #feedForced(): Promise<void> {
    for (const sequence of this.#slots.sequences.filter(({ decoding }) => decoding)) {
      while (!sequence.over && (sequence.pending > 1 || sequence.forced.length > 0)) {
        this.#makeRoomForDecoding();
        const slot = this.#slots.sequences.indexOf(sequence);
        if (slot < 0) break;
        const { forced } = sequence;
        const ids = [...sequence.ids.slice(sequence.computed), ...forced.slice(0, -1)];
        const rows = forced.length > 0 ? forced.map((_, i) => ids.length - forced.length + i) : [ids.length - 1];
        const result = await this.#row(sequence, slot, ids, rows);
        sequence.forced = [];
        if (forced.length === 0) takeToken(sequence, this.#choice(result, 0));
        else for (const [i, id] of forced.entries()) takeToken(sequence, this.#choice(result, i), id);
      }
    }
  }

  async #decode(): Promise<void> {
    if (this.#slots.decoding === 0) return;
    this.#makeRoomForDecoding();
    const batch = this.#slots.sequences.slice(0, this.#slots.decoding);
    if (batch.length === 1 && this.options.guessAhead) {
      const [only] = batch as [Sequence];
      const room = Math.min(only.limit - only.generated, this.#slots.cache.capacity - only.computed) - 1;
      const guessed = only.guesses.next(only.ids, room);
      if (guessed.length > 0) return this.#check(only, guessed);
    }
    const result = await this.forward(
      {
        cache: this.#slots.cache,
        firstSlot: 0,
        ids: batch.map(({ ids }) => ids.at(-1)!),
        lengths: batch.map(() => 1),
        past: batch.map(({ computed }) => computed),
        rows: batch.map((_, row) => row),
        want: batch.every(({ isPlain }) => isPlain) ? 'best' : 'logits',
      },
      batch.map(({ adapters }) => adapters),
    );
    for (const sequence of batch) sequence.computed++;
    for (const [row, sequence] of batch.entries()) if (!sequence.over) takeToken(sequence, this.#choice(result, row));
  }

  /** Computes guessed tokens with the last one, and keeps those that are chosen. */
  async #check(sequence: Sequence, guessed: readonly number[]): Promise<void> {
    const { computed, ids } = sequence;
    const fed = [ids.at(-1)!, ...guessed];
    const rows = fed.map((_, row) => row);
    const result = await this.#row(sequence, 0, fed, rows);
    const from = ids.length;
    let right = 0;
    for (const row of rows) {
      if (sequence.over) break;
      takeToken(sequence, this.#choice(result, row));
      if (row === guessed.length || guessed[row] !== ids[from + row]) break;
      right++;
      // A grammar has added more than this token, or will.
      if (ids.length !== from + row + 1 || sequence.forced.length > 0) break;
    }
    // What was computed of wrong guesses stays in the cache until others are written there.
    sequence.computed = computed + 1 + right;
    sequence.guesses.learn(guessed.length, right);
  }

  /** One chunk of the prompt whose turn it is. */
  async #prefill(): Promise<void> {
    const decoding = this.#slots.decoding;
    const prompts = this.#slots.sequences.slice(decoding).filter(sequence => !this.#waitsForPrefix(sequence));
    if (prompts.length === 0) return;
    const sequence = prompts[this.#turn++ % prompts.length]!;
    const slot = this.#slots.sequences.indexOf(sequence);
    const { ids, adapters } = sequence;
    const known = this.adopt(adapters, ids, sequence.computed, this.#slots.cache, slot, sequence);
    sequence.copied += known - sequence.computed;
    sequence.computed = known;
    const { prefillTokens, sharedPrefillTokens } = this.options;
    const chunk = decoding > 0 ? sharedPrefillTokens : prefillTokens;
    const part = ids.slice(sequence.computed, sequence.computed + chunk);
    const result = await this.#row(sequence, slot, part, [part.length - 1]);
    if (sequence.pending > 0 || sequence.over) return;
    this.#slots.startDecoding(sequence);
    takeToken(sequence, this.#choice(result, 0));
  }

  /** Another prompt that begins the same is further on: what it computes will be copied. */
  #waitsForPrefix(sequence: Sequence): boolean {
    const { adapters, ids, computed, order } = sequence;
    return this.#slots.sequences.some(other => {
      if (other === sequence || other.decoding || other.over || other.adapters.key !== adapters.key) return false;
      const ahead = other.computed > computed || (other.computed === computed && other.order < order);
      const common = commonLength(other.ids, ids, Math.min(other.ids.length, ids.length - 1));
      return ahead && common > computed && other.computed < common;
    });
  }

  async #row(
    sequence: Sequence,
    slot: number,
    ids: readonly number[],
    rows: readonly number[],
  ): Promise<ForwardResult> {
    const result = await this.forward(
      {
        cache: this.#slots.cache,
        firstSlot: slot,
        ids,
        lengths: [ids.length],
        past: [sequence.computed],
        rows,
        want: sequence.isPlain ? 'best' : 'logits',
      },
      [sequence.adapters],
    );
    sequence.computed += ids.length;
    return result;
  }

  /** What a row of a pass says of the next token. */
  #choice({ values, best }: ForwardResult, row: number): Choice {
    if (best.length > 0) return Number(best[row]);
    const size = this.decoder.config.vocabularySize;
    return values.subarray(row * size, (row + 1) * size);
  }
}

// Hidden states of the last token of each text: short texts in batches, long ones in chunks.
import type { AdapterSelection } from '../adapters/adapter-table.ts';
import type { Batcher } from './batcher.ts';
import type { Job } from './job.ts';
import type { KeyValueCache } from './key-value-cache.ts';

/** The most tokens in a batch, filling up included. */
const tokensInBatch = 1024;

/** Texts under way. */
export class HiddenJob implements Job {
  readonly results: Float32Array[];
  readonly #batcher: Batcher;
  readonly #adapters: AdapterSelection;
  readonly #batches: (readonly { readonly ids: readonly number[]; readonly index: number }[])[] = [];
  /** The cache of a text that is computed in chunks, and how far it is. */
  #long: { readonly cache: KeyValueCache; computed: number } | undefined;

  constructor(batcher: Batcher, adapters: AdapterSelection, texts: readonly (readonly number[])[]) {
    this.#batcher = batcher;
    this.#adapters = adapters;
    this.results = new Array(texts.length);
    const byLength = texts
      .map((ids, index) => ({ ids: [...adapters.ids, ...ids], index }))
      .sort((a, b) => a.ids.length - b.ids.length);
    let batch: (typeof byLength)[number][] = [];
    for (const text of byLength) {
      const alone = adapters.prefix !== undefined;
      if (batch.length > 0 && (alone || (batch.length + 1) * text.ids.length > tokensInBatch)) {
        this.#batches.push(batch);
        batch = [];
      }
      batch.push(text);
    }
    this.#batches.push(batch);
  }

  async step(): Promise<boolean> {
    await this.#batcher.table.prepare(this.#adapters);
    const batch = this.#batches[0]!;
    if (batch.length > 1 || (batch[0]!.ids.length <= tokensInBatch && !this.#adapters.prefix)) await this.#short(batch);
    else if (!(await this.#chunk(batch[0]!))) return false;
    this.#batches.shift();
    return this.#batches.length === 0;
  }

  async #short(batch: readonly { readonly ids: readonly number[]; readonly index: number }[]): Promise<void> {
    const lengths = batch.map(({ ids }) => ids.length);
    const length = Math.max(...lengths);
    const { values } = await this.#batcher.forward(
      {
        cache: this.#batcher.scratch(batch.length, length),
        firstSlot: 0,
        ids: batch.flatMap(({ ids }) => [...ids, ...Array<number>(length - ids.length).fill(0)]),
        lengths,
        past: lengths.map(() => 0),
        rows: lengths.map((own, row) => row * length + own - 1),
        want: 'hidden',
      },
      batch.map(() => this.#adapters),
    );
    for (const [row, { index }] of batch.entries()) this.#give(index, values, row);
  }

  async #chunk({ ids, index }: { readonly ids: readonly number[]; readonly index: number }): Promise<boolean> {
    this.#long ??= { cache: this.#batcher.scratch(1, ids.length), computed: 0 };
    const { cache } = this.#long;
    const past = this.#batcher.adopt(this.#adapters, ids, this.#long.computed, cache, 0);
    const part = ids.slice(past, past + this.#batcher.options.prefillTokens);
    const { values } = await this.#batcher.forward(
      { cache, firstSlot: 0, ids: part, lengths: [part.length], past: [past], rows: [part.length - 1], want: 'hidden' },
      [this.#adapters],
    );
    this.#long.computed = past + part.length;
    if (this.#long.computed < ids.length) return false;
    this.#long = undefined;
    this.#give(index, values, 0);
    return true;
  }

  #give(index: number, hidden: Float32Array, row: number): void {
    const size = this.#batcher.decoder.config.hiddenSize;
    this.results[index] = hidden.slice(row * size, (row + 1) * size);
  }
}

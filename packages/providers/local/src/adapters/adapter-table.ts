// The adapters attached to a running decoder: which inputs they become, and what each row of a batch uses of them.
import type { NativeTensor } from '@modeshift/autograd';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { Decoder } from '../engine/decoder.ts';
import type { AdapterUse } from '../engine/generate-types.ts';
import type { KnownPrefix } from '../engine/prefix-store.ts';
import type { Adapter, LoraFactors } from './adapter.ts';
import { type AdaptedModule, inputNames } from './adapter-inputs.ts';
import { checkAdapter } from './check-adapter.ts';
import { doraGain } from './dora-gain.ts';
import { requireSameTable } from './same-table.ts';

type Lora = Extract<Adapter, { kind: 'lora' }>;

interface Attached {
  /** Never used again for another adapter. */
  readonly number: number;
  readonly adapter: Adapter;
  /** Ids that stand for the rows of a soft prompt or the tokens of a prefix: beyond every vocabulary. */
  readonly ids: readonly number[];
  users: number;
  detached: boolean;
  /** Keys and values of a prefix. */
  prefix?: KnownPrefix;
}

/** Factors in the tables: an adapter, and with DoRA a scale, on which what it multiplies depends. */
interface Entry {
  readonly owner: Attached;
  readonly scale: number | undefined;
  /** By module: what outputs are multiplied with. */
  readonly gains?: ReadonlyMap<string, Float32Array>;
  readonly rank: number;
}

/** The adapters of one request. */
export interface AdapterSelection {
  /** Equal where keys and values of equal ids are equal. */
  readonly key: string;
  /** Ids before the prompt. */
  readonly ids: readonly number[];
  /** Keys and values of `ids`, where they are not computed. */
  readonly prefix: KnownPrefix | undefined;
  readonly uses: readonly { readonly entry: Attached; readonly scale: number }[];
}

/** No adapter. */
export const noAdapters: AdapterSelection = { key: '', ids: [], prefix: undefined, uses: [] };

/** Ids of virtual tokens: beyond every vocabulary, and never given twice. */
let nextVirtual = 2 ** 40;

/** Adapters by name, and the inputs they make. */
export class AdapterTable {
  readonly #decoder: Decoder;
  readonly #named = new Map<string, Attached>();
  readonly #all = new Set<Attached>();
  #entries: Entry[] = [];
  #tables: Record<string, NativeTensor> = {};
  #rowOf = new Map<number, number>();
  #next = 1;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  get names(): readonly string[] {
    return [...this.#named.keys()];
  }

  /**
   * Makes an adapter usable. Adapters on layers that none was on before load the graph anew.
   *
   * @throws ModeshiftError `invalid-input` when the name is taken or the adapter is of another model.
   */
  async attach(name: string, adapter: Adapter): Promise<void> {
    if (this.#named.has(name))
      throw invalidInput(`An adapter "${name}" is attached. Detach it first, or use another name.`);
    checkAdapter(name, adapter, this.#decoder);
    await this.#checkTable(name, adapter);
    const count = adapter.kind === 'lora' ? 0 : adapter.tokens;
    const attached: Attached = {
      number: this.#next++,
      adapter,
      ids: Array.from({ length: count }, () => nextVirtual++),
      users: 0,
      detached: false,
    };
    if (adapter.kind === 'lora') await this.#decoder.require({ adapted: modulesOf(adapter) });
    if (adapter.kind === 'soft-prompt') await this.#decoder.require({ soft: true });
    if (adapter.kind === 'prefix') attached.prefix = this.#prefixOf(attached, adapter.rows);
    if (adapter.kind === 'lora' && !isDora(adapter)) this.#entries.push(entryOf(attached, adapter));
    this.#named.set(name, attached);
    this.#all.add(attached);
    this.#rebuild();
  }

  /** Takes an adapter off. Requests that use it go on; new ones cannot. */
  detach(name: string): void {
    const attached = this.#named.get(name);
    if (!attached) throw unknown(name, this.names);
    this.#named.delete(name);
    attached.detached = true;
    this.#forget(attached);
  }

  /** What a request uses. Checks names before anything is computed. */
  select(uses: readonly AdapterUse[] = []): AdapterSelection {
    if (uses.length === 0) return noAdapters;
    const chosen = uses.map(({ name, scale = 1 }) => {
      const entry = this.#named.get(name);
      if (!entry) throw unknown(name, this.names);
      if (!Number.isFinite(scale))
        throw invalidInput(`The scale of the adapter "${name}" is ${scale}; it must be a number.`);
      if (entry.adapter.kind !== 'lora' && scale !== 1)
        throw invalidInput(`The adapter "${name}" is a ${entry.adapter.kind}, which has no scale. Leave it out.`);
      return { entry, scale };
    });
    const before = chosen.filter(({ entry }) => entry.adapter.kind !== 'lora');
    if (before.length > 1 || new Set(chosen.map(({ entry }) => entry)).size < chosen.length)
      throw invalidInput('A request can use each adapter once, and one soft prompt or prefix.');
    const lora = chosen.filter(({ entry, scale }) => entry.adapter.kind === 'lora' && scale !== 0);
    const [first] = before;
    return {
      key: lora
        .map(({ entry, scale }) => `${entry.number}*${scale}`)
        .sort()
        .join(),
      ids: first?.entry.ids ?? [],
      prefix: first?.entry.prefix,
      uses: chosen,
    };
  }

  /** Holds the adapters of a request until {@link release}. */
  hold({ uses }: AdapterSelection): void {
    for (const { entry } of uses) entry.users++;
  }

  /** Computes what DoRA needs at a scale that is new. */
  async prepare({ uses }: AdapterSelection): Promise<void> {
    for (const { entry, scale } of uses) {
      if (entry.adapter.kind !== 'lora' || !isDora(entry.adapter) || scale === 0) continue;
      if (this.#entries.some(({ owner, scale: known }) => owner === entry && known === scale)) continue;
      const gains = await this.#gains(entry.adapter, scale);
      this.#entries.push({ ...entryOf(entry, entry.adapter), scale, gains });
      this.#rebuild();
    }
  }

  release({ uses }: AdapterSelection): void {
    for (const { entry } of uses) {
      entry.users--;
      if (entry.detached) this.#forget(entry);
    }
  }

  /** Whether something was computed with an adapter that is gone. */
  isStale(key: string): boolean {
    const numbers = new Set([...this.#all].map(({ number }) => number));
    return key !== '' && key.split(',').some(part => !numbers.has(Number(part.split('*')[0])));
  }

  /** Ids as the graph takes them: virtual ones are rows after the vocabulary. */
  toRows(ids: readonly number[]): readonly number[] {
    if (this.#rowOf.size === 0) return ids;
    const { vocabularySize } = this.#decoder.config;
    return ids.map(id => (id < vocabularySize ? id : vocabularySize + this.#rowOf.get(id)!));
  }

  /** The inputs of a pass whose rows use these adapters. */
  inputs(rows: readonly AdapterSelection[]): { readonly tensors: Readonly<Record<string, NativeTensor>> } {
    const { features } = this.#decoder;
    if (features.adapted.size === 0) return { tensors: this.#tables };
    const ranks = Math.max(
      1,
      this.#entries.reduce((sum, { rank }) => sum + rank, 0),
    );
    const count = Math.max(1, this.#entries.length);
    const mask = new Float32Array(rows.length * ranks);
    const chosen = new Float32Array(rows.length * count);
    for (const [row, { uses }] of rows.entries()) {
      if (uses.length === 0) continue;
      let at = row * ranks;
      for (const [i, { owner, scale: fixed, rank }] of this.#entries.entries()) {
        const use = uses.find(({ entry, scale }) => entry === owner && (fixed === undefined || fixed === scale));
        if (use) {
          mask.fill(use.scale, at, at + rank);
          chosen[row * count + i] = 1;
        }
        at += rank;
      }
    }
    const tensors: Record<string, NativeTensor> = {
      ...this.#tables,
      'adapters.mask': this.#decoder.tensor(mask, [rows.length, 1, ranks]),
    };
    if ([...features.adapted.values()].some(({ scaled }) => scaled))
      tensors['adapters.chosen'] = this.#decoder.tensor(chosen, [rows.length, 1, count]);
    return { tensors };
  }

  /** The table that PEFT saves beside an adapter on it is not used, so it must be the model's own. */
  async #checkTable(name: string, adapter: Adapter): Promise<void> {
    const found = adapter.kind === 'lora' ? adapter.layers.find(({ table }) => table) : undefined;
    if (!found) return;
    await this.#decoder.readWeights(async read => {
      requireSameTable(`The adapter "${name}"`, found.table!, await read(`${found.layer.module}.weight`));
    });
  }

  #forget(attached: Attached): void {
    if (attached.users > 0) return;
    this.#all.delete(attached);
    this.#entries = this.#entries.filter(({ owner }) => owner !== attached);
    this.#rebuild();
  }

  #prefixOf(attached: Attached, rows: Float32Array): KnownPrefix {
    const { layers, keyHeads, headSize } = this.#decoder.config;
    const tokens = attached.ids.length;
    const cache = this.#decoder.cache(1, tokens);
    const size = keyHeads * headSize;
    cache.write(0, tokens, (layer, part, head, token) => {
      const at = (token * 2 * layers + 2 * layer + part) * size + head * headSize;
      return rows.subarray(at, at + headSize);
    });
    return { key: '', ids: attached.ids, computed: tokens, cache, slot: 0 };
  }

  #gains(adapter: Lora, scale: number): Promise<Map<string, Float32Array>> {
    return this.#decoder.readWeights(async read => {
      const gains = new Map<string, Float32Array>();
      for (const factors of adapter.layers)
        if (factors.magnitude)
          gains.set(factors.layer.module, doraGain(factors, await read(`${factors.layer.module}.weight`), scale));
      return gains;
    });
  }

  /** Puts all factors side by side. */
  #rebuild(): void {
    const { features, config } = this.#decoder;
    const ranks = this.#entries.reduce((sum, { rank }) => sum + rank, 0);
    const width = Math.max(1, ranks);
    const tables: Record<string, NativeTensor> = {};
    for (const [module, { inSize, outSize, scaled }] of features.adapted) {
      const a = new Float32Array(inSize * width);
      const b = new Float32Array(width * outSize);
      const gain = new Float32Array(Math.max(1, this.#entries.length) * outSize);
      let first = 0;
      for (const [i, { owner, rank, gains }] of this.#entries.entries()) {
        const factors = (owner.adapter as Lora).layers.find(({ layer }) => layer.module === module);
        if (factors) place(factors, gains?.get(module), { a, b, width, first, outSize });
        const own = gains?.get(module);
        if (own) for (let o = 0; o < outSize; o++) gain[i * outSize + o] = own[o]! - 1;
        first += rank;
      }
      const names = inputNames(module);
      tables[names.a] = this.#decoder.tensor(a, [inSize, width]);
      tables[names.b] = this.#decoder.tensor(b, [width, outSize]);
      if (scaled) tables[names.gain] = this.#decoder.tensor(gain, [gain.length / outSize, outSize]);
    }
    this.#rowOf = new Map();
    if (features.soft) {
      const soft = [...this.#all].flatMap(entry => (entry.adapter.kind === 'soft-prompt' ? [entry] : []));
      const rows = soft.reduce((sum, { ids }) => sum + ids.length, 0);
      const table = new Float32Array(Math.max(1, rows) * config.hiddenSize);
      for (const { ids, adapter } of soft) {
        table.set((adapter as Extract<Adapter, { kind: 'soft-prompt' }>).rows, this.#rowOf.size * config.hiddenSize);
        for (const id of ids) this.#rowOf.set(id, this.#rowOf.size);
      }
      tables.soft = this.#decoder.tensor(table, [Math.max(1, rows), config.hiddenSize]);
    }
    this.#tables = tables;
  }
}

const isDora = ({ layers }: Lora): boolean => layers.some(({ magnitude }) => magnitude);

const entryOf = (owner: Attached, adapter: Lora): Entry => ({
  owner,
  scale: undefined,
  rank: Math.max(...adapter.layers.map(({ layer }) => layer.rank)),
});

const modulesOf = ({ layers }: Lora): Map<string, AdaptedModule> =>
  new Map(
    layers.map(({ layer: { module, inSize, outSize, embedding }, magnitude }) => [
      module,
      { inSize, outSize, scaled: magnitude !== undefined, embedding },
    ]),
  );

/** Writes factors into the tables at their place along the rank; B takes the adapter's own scale and DoRA's gain with it. */
function place(
  { layer: { rank, scale, inSize }, a, b }: LoraFactors,
  gain: Float32Array | undefined,
  into: { a: Float32Array; b: Float32Array; width: number; first: number; outSize: number },
): void {
  for (let r = 0; r < rank; r++) {
    for (let i = 0; i < inSize; i++) into.a[i * into.width + into.first + r] = a[r * inSize + i]!;
    for (let o = 0; o < into.outSize; o++)
      into.b[(into.first + r) * into.outSize + o] = scale * b[o * rank + r]! * (gain ? gain[o]! : 1);
  }
}

function unknown(name: string, names: readonly string[]): ModeshiftError {
  const known = names.length > 0 ? `Attached are: ${names.join(', ')}.` : 'None is attached.';
  return new ModeshiftError({ tag: 'not-found' }, `No adapter "${name}" is attached. ${known}`);
}

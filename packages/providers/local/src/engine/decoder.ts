// A decoder loaded into the runtime: forward passes over a cache. No policy: what is computed when is the scheduler's business.
import { loadRuntime, type NativeTensor, type Session } from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';

import type { Adapter } from '../adapters/adapter.ts';
import { mergeAdapter } from '../adapters/merge-adapter.ts';
import type { DecoderArchitecture, NetworkConfig } from '../architectures/architecture.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Weights } from '../checkpoint/weights.ts';
import { type Device, openOn } from '../network/device.ts';
import { loadWeights } from '../network/load-weights.ts';
import { type NetworkPlan, requireWeight } from '../network/plan-network.ts';
import type { WeightFormat } from '../network/quantise.ts';
import { type DecoderFeatures, decoderGraph, plainFeatures, planDecoder } from './decoder-graph.ts';
import { KeyValueCache, type NativeTensorClass } from './key-value-cache.ts';
import { PassInputs } from './pass-inputs.ts';
import { reopenWeights } from './reopen-weights.ts';

/** How a decoder is loaded. */
export interface DecoderOptions {
  /** How weights of products are held. Default `f32`: as exact as the checkpoint. */
  readonly weights?: WeightFormat;
  /** The longest sequence in tokens. Default: what the checkpoint was made for. */
  readonly contextLength?: number;
  readonly threads?: number;
  /** Default `cpu`. */
  readonly device?: Device;
  /** Adapters whose factors are added to the weights, one after another. */
  readonly merge?: readonly Adapter[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** What adapters bring to a pass. */
export interface AdapterInputs {
  /** Tensors by the names of the graph's inputs. */
  readonly tensors: Readonly<Record<string, NativeTensor>>;
}

/** One forward pass. Row `i` of the batch is slot `firstSlot + i` of the cache. */
export interface ForwardPass {
  readonly cache: KeyValueCache;
  readonly firstSlot: number;
  /** Token ids, `[batch, length]` in one array; rows that are shorter are filled up at the end with any id. */
  readonly ids: ArrayLike<number>;
  /** Tokens of each row in this pass, without what fills up. */
  readonly lengths: readonly number[];
  /** Tokens of each row that the cache holds already. */
  readonly past: readonly number[];
  /** Places in the flattened `[batch · length]` whose logits are wanted. */
  readonly rows: readonly number[];
  /** Positions of the tokens, `[batch · length]`. Left out: those after the past. */
  readonly positions?: ArrayLike<number>;
  /** Which tokens each new one sees, for one row: added to scores, `[length · (past + length)]`. Left out: those before it and itself. */
  readonly bias?: Float32Array;
  /** What of those rows. Default: logits. */
  readonly want?: 'logits' | 'best' | 'hidden';
  /** Needed with the features `soft` and `adapted`. */
  readonly adapters?: AdapterInputs;
}

/** What a pass gives. The arrays belong to the caller. */
export interface ForwardResult {
  /** `[rows, vocabulary]`, or of hidden states `[rows, hidden]`, after the last normalisation. Empty where the best tokens were wanted. */
  readonly values: Float32Array;
  /** `[rows]`: the most probable tokens, the lowest of equal ones. Empty where others were wanted. */
  readonly best: BigInt64Array;
}

/** A linear layer of a block. */
export interface LinearSize {
  readonly inSize: number;
  readonly outSize: number;
  /** Stored `[in, out]`. */
  readonly transposed: boolean;
}

interface Loaded {
  readonly session: Session;
  readonly linears: ReadonlyMap<string, LinearSize>;
  readonly cacheNames: readonly string[];
  readonly parameters: number;
  readonly bytes: number;
  readonly features: DecoderFeatures;
}

/** A decoder in memory. */
export class Decoder {
  readonly architecture: DecoderArchitecture;
  readonly config: NetworkConfig;
  /** The longest sequence in tokens. */
  readonly contextLength: number;
  readonly #checkpoint: Checkpoint;
  readonly #options: DecoderOptions;
  readonly #inputs: PassInputs;
  readonly #Tensor: NativeTensorClass;
  #loaded: Loaded;

  private constructor(checkpoint: Checkpoint, options: DecoderOptions, loaded: Loaded, Tensor: NativeTensorClass) {
    this.architecture = decoderOf(checkpoint);
    this.config = checkpoint.config;
    this.contextLength = longestOf(checkpoint, options);
    this.#checkpoint = checkpoint;
    this.#options = options;
    this.#loaded = loaded;
    this.#inputs = new PassInputs(Tensor, checkpoint.config.window);
    this.#Tensor = Tensor;
  }

  /** Loads a decoder. Closes the checkpoint's weights. */
  static async load(checkpoint: Checkpoint, options: DecoderOptions = {}): Promise<Decoder> {
    const loaded = await load(checkpoint, checkpoint.weights, options, plainFeatures);
    const { Tensor } = await loadRuntime();
    return new Decoder(checkpoint, options, loaded, Tensor);
  }

  get parameters(): number {
    return this.#loaded.parameters;
  }

  /** Bytes of its weights in memory. */
  get bytes(): number {
    return this.#loaded.bytes;
  }

  /** Linear layers of the blocks by name: those that adapters may be on. */
  get linears(): ReadonlyMap<string, LinearSize> {
    return this.#loaded.linears;
  }

  /** What the loaded graph can do beyond plain passes. */
  get features(): DecoderFeatures {
    return this.#loaded.features;
  }

  /** Loads the graph anew with more features, reading the checkpoint again. Features that are there stay. */
  async require(wanted: Partial<DecoderFeatures>): Promise<void> {
    const { features } = this.#loaded;
    const adapted = new Map(features.adapted);
    let more = wanted.soft === true && !features.soft;
    for (const [name, module] of wanted.adapted ?? []) {
      const known = adapted.get(name);
      if (known && (known.scaled || !module.scaled)) continue;
      adapted.set(name, module);
      more = true;
    }
    if (!more) return;
    const { signal: _, onProgress: __, ...options } = this.#options;
    const build = async (next: DecoderFeatures): Promise<Loaded> =>
      load(this.#checkpoint, await reopenWeights(this.#checkpoint), options, next);
    // The old graph is let go first, so that the weights are not in memory twice.
    await this.#loaded.session.dispose();
    try {
      this.#loaded = await build({ soft: features.soft || wanted.soft === true, adapted });
    } catch (error) {
      this.#loaded = await build(features);
      throw error;
    }
  }

  /** Weights by name, read from the checkpoint again. */
  async readWeights<T>(use: (read: (name: string) => Promise<Float32Array>) => Promise<T>): Promise<T> {
    const weights = mergedWeights(await reopenWeights(this.#checkpoint), this.config, this.#options);
    try {
      return await use(name => requireWeight(weights, name).read());
    } finally {
      await weights.close();
    }
  }

  /** A cache of `slots` sequences of at most `capacity` tokens. */
  cache(slots: number, capacity: number): KeyValueCache {
    return new KeyValueCache(this.config, this.#loaded.cacheNames, slots, capacity, this.#Tensor);
  }

  /** A tensor of floats for an input of adapters. */
  tensor(data: Float32Array, shape: readonly number[]): NativeTensor {
    return new this.#Tensor('float32', data, shape);
  }

  /** Computes the tokens of a pass, adds them to the cache, and gives what is wanted of the rows asked for. */
  async forward(pass: ForwardPass): Promise<ForwardResult> {
    const { session } = this.#loaded;
    const { cache, firstSlot, lengths, past } = pass;
    const fresh = past.every(count => count === 0);
    const places = this.#options.device === 'webgpu' ? 1 : 0;
    const view = fresh ? cache.none(lengths.length, places) : cache.view(firstSlot, lengths.length);
    const feeds = this.#inputs.feeds(pass, fresh ? places : cache.capacity);
    const want = pass.want ?? 'logits';
    // Outputs that are not wanted are not brought over: logits of a large vocabulary would cost more than the rest together.
    const results = await session.run({ ...view, ...feeds, ...pass.adapters?.tensors }, { [want]: null, new: null });
    cache.append(firstSlot, past, lengths, results.new!.data as Float32Array);
    const data = results[want]!.data;
    return want === 'best'
      ? { values: new Float32Array(0), best: data as BigInt64Array }
      : { values: data as Float32Array, best: new BigInt64Array(0) };
  }

  /** Frees the weights. */
  dispose(): Promise<void> {
    return this.#loaded.session.dispose();
  }
}

const longestOf = ({ config }: Checkpoint, { contextLength }: DecoderOptions): number =>
  Math.min(config.contextLength, contextLength ?? config.contextLength);

const mergedWeights = (weights: Weights, config: NetworkConfig, { merge = [] }: DecoderOptions): Weights =>
  merge.reduce((merged, adapter) => mergeAdapter(merged, adapter, config), weights);

/** Builds the graph and hands it with the weights to the runtime. Closes `source`. */
async function load(
  checkpoint: Checkpoint,
  source: Weights,
  options: DecoderOptions,
  features: DecoderFeatures,
): Promise<Loaded> {
  const { config } = checkpoint;
  const architecture = decoderOf(checkpoint);
  try {
    const weights = mergedWeights(source, config, options);
    const plan = planDecoder(architecture, config, weights);
    const { signal, onProgress, threads, device = 'cpu' } = options;
    const loaded = await loadWeights(weights, plan, {
      format: options.weights ?? 'f32',
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
    });
    const longest = longestOf(checkpoint, options);
    const { graph, outputs, cache } = decoderGraph(architecture, config, loaded, weights.place, features, longest);
    const session = await openOn(device, graph, outputs, threads);
    const linears = linearSizes(architecture, plan, weights);
    return { session, linears, cacheNames: cache.inputs, parameters: plan.parameters, bytes: loaded.bytes, features };
  } finally {
    await source.close();
  }
}

function linearSizes(
  { head, embedding }: DecoderArchitecture,
  plan: NetworkPlan,
  weights: Weights,
): Map<string, LinearSize> {
  const sizes = new Map<string, LinearSize>();
  for (const { names, transposed } of plan.linears)
    for (const name of names) {
      if (name === head || name === embedding) continue;
      const [rows, columns] = requireWeight(weights, `${name}.weight`).shape as [number, number];
      sizes.set(name, { inSize: transposed ? rows : columns, outSize: transposed ? columns : rows, transposed });
    }
  return sizes;
}

/** The architecture of a checkpoint that generates. Throws `unsupported` for an encoder. */
export function decoderOf({ architecture, config, folder }: Checkpoint): DecoderArchitecture {
  if (architecture.kind === 'decoder') return architecture;
  throw new ModeshiftError(
    { tag: 'unsupported', feature: 'generating text' },
    `${folder} is a ${config.modelType} encoder: it embeds texts and does not generate them. Use localEmbedding() or localReranker().`,
  );
}

// A decoder loaded into the runtime: forward passes over a cache. No policy: what is computed when is the scheduler's business.
import { loadRuntime, type NativeTensor, Session, writeOnnx } from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';

import type { DecoderArchitecture, NetworkConfig } from '../architectures/architecture.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { loadWeights } from '../network/load-weights.ts';
import type { WeightFormat } from '../network/quantise.ts';
import { decoderGraph, planDecoder } from './decoder-graph.ts';
import { KeyValueCache, type NativeTensorClass } from './key-value-cache.ts';

/** How a decoder is loaded. */
export interface DecoderOptions {
  /** How weights of products are held. Default `f32`: as exact as the checkpoint. */
  readonly weights?: WeightFormat;
  /** The longest sequence in tokens. Default: what the checkpoint was made for. */
  readonly contextLength?: number;
  readonly threads?: number;
  readonly executionProviders?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
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
}

/** What a pass gives. The arrays belong to the caller. */
export interface ForwardResult {
  /** `[rows, vocabulary]` */
  readonly logits: Float32Array;
  /** `[rows, hidden]`, after the last normalisation. */
  readonly hidden: Float32Array;
}

/** A decoder in memory. */
export class Decoder {
  readonly config: NetworkConfig;
  /** The longest sequence in tokens. */
  readonly contextLength: number;
  readonly parameters: number;
  /** Bytes of its weights in memory. */
  readonly bytes: number;
  readonly #session: Session;
  readonly #cacheNames: readonly string[];
  readonly #Tensor: NativeTensorClass;

  private constructor(fields: {
    config: NetworkConfig;
    contextLength: number;
    parameters: number;
    bytes: number;
    session: Session;
    cacheNames: readonly string[];
    Tensor: NativeTensorClass;
  }) {
    this.config = fields.config;
    this.contextLength = fields.contextLength;
    this.parameters = fields.parameters;
    this.bytes = fields.bytes;
    this.#session = fields.session;
    this.#cacheNames = fields.cacheNames;
    this.#Tensor = fields.Tensor;
  }

  /** Loads a decoder. Closes the checkpoint's weights. */
  static async load(checkpoint: Checkpoint, options: DecoderOptions = {}): Promise<Decoder> {
    const { config, weights } = checkpoint;
    const architecture = decoderOf(checkpoint);
    try {
      const plan = planDecoder(architecture, config, weights);
      const loaded = await loadWeights(weights, plan, {
        format: options.weights ?? 'f32',
        ...(options.signal ? { signal: options.signal } : {}),
        ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      });
      const longest = Math.min(config.contextLength, options.contextLength ?? config.contextLength);
      const { graph, outputs, cache } = decoderGraph(architecture, config, loaded, weights.place, { longest });
      const model = writeOnnx(graph, outputs, { weights: 'beside' });
      const { threads, executionProviders } = options;
      const session = await Session.open(model, {
        ...(threads === undefined ? {} : { threads }),
        ...(executionProviders === undefined ? {} : { executionProviders }),
      });
      const { Tensor } = await loadRuntime();
      return new Decoder({
        config,
        contextLength: longest,
        parameters: plan.parameters,
        bytes: loaded.bytes,
        session,
        cacheNames: cache.inputs,
        Tensor,
      });
    } finally {
      await weights.close();
    }
  }

  /** A cache of `slots` sequences of at most `capacity` tokens. */
  cache(slots: number, capacity: number): KeyValueCache {
    return new KeyValueCache(this.config, this.#cacheNames, slots, capacity, this.#Tensor);
  }

  /** Computes the tokens of a pass, adds them to the cache, and gives the logits of the rows asked for. */
  async forward({ cache, firstSlot, ids, lengths, past, rows }: ForwardPass): Promise<ForwardResult> {
    const batch = lengths.length;
    const length = ids.length / batch;
    const Tensor = this.#Tensor;
    const int64 = (values: ArrayLike<number>, dims: readonly number[]): NativeTensor => {
      const data = new BigInt64Array(values.length);
      for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i]!);
      return new Tensor('int64', data, dims);
    };
    const positions = Array.from({ length: ids.length }, (_, i) => past[Math.floor(i / length)]! + (i % length));
    const last = lengths.map((count, row) => past[row]! + count - 1);
    const view = cache.view(firstSlot, batch);
    const feeds: Record<string, NativeTensor> = {
      ...view,
      ids: int64(ids, [batch, length]),
      positions: int64(positions, [batch, length]),
      lastPositions: new Tensor('int32', Int32Array.from(last), [batch]),
      totalLength: new Tensor('int32', Int32Array.of(Math.max(...last) + 1), [1]),
      rows: int64(rows, [rows.length]),
    };
    // Architectures with rotary positions do not read `positions` themselves, and the other way round.
    const fetches: Record<string, NativeTensor | null> = { logits: null, hidden: null };
    for (const [name, tensor] of Object.entries(view)) fetches[name.replace('past.', 'present.')] = tensor;
    const results = await this.#session.run(feeds, fetches);
    return { logits: results.logits!.data as Float32Array, hidden: results.hidden!.data as Float32Array };
  }

  /** Frees the weights. */
  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** The architecture of a checkpoint that generates. Throws `unsupported` for an encoder. */
export function decoderOf({ architecture, config, folder }: Checkpoint): DecoderArchitecture {
  if (architecture.kind === 'decoder') return architecture;
  throw new ModeshiftError(
    { tag: 'unsupported', feature: 'generating text' },
    `${folder} is a ${config.modelType} encoder: it embeds texts and does not generate them. Use localEmbedding() or localReranker().`,
  );
}

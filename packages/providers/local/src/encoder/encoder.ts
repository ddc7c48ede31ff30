// An embedding or classifying model in the runtime: batches of token ids in, vectors out.
import { loadRuntime, type Session } from '@modeshift/autograd';
import { throwIfAborted } from '@modeshift/core';
import type { NetworkConfig } from '../architectures/architecture.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { openWeights } from '../checkpoint/safetensors-weights.ts';
import { type Device, openOn } from '../network/device.ts';
import { loadWeights } from '../network/load-weights.ts';
import { noNumbers } from '../network/no-numbers.ts';
import { requireWeight } from '../network/plan-network.ts';
import type { WeightFormat } from '../network/quantise.ts';
import { type DenseLayer, type EncoderTask, encoderGraph, planEncoder } from './encoder-graph.ts';
import { lengthBatches } from './length-batches.ts';
import type { EmbeddingSetup } from './read-embedding-setup.ts';

/** How a model is loaded. */
export interface EncoderOptions {
  readonly weights?: WeightFormat;
  readonly threads?: number;
  /** Default `cpu`. */
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** The tokens of one text, or of a pair of texts. */
export interface EncodedText {
  readonly ids: readonly number[];
  readonly typeIds?: readonly number[];
}

/** The most tokens in one run, filling up included: enough to keep the processor busy, and small enough for its caches. */
const tokensInRun = 4096;

/** A model that makes one row of numbers of each text. */
export class Encoder {
  readonly config: NetworkConfig;
  readonly parameters: number;
  readonly bytes: number;
  /** Numbers in a row: the size of vectors, or the number of classes. */
  readonly size: number;
  readonly #session: Session;
  readonly #typed: boolean;

  private constructor(
    config: NetworkConfig,
    parameters: number,
    bytes: number,
    size: number,
    session: Session,
    typed: boolean,
  ) {
    this.config = config;
    this.parameters = parameters;
    this.bytes = bytes;
    this.size = size;
    this.#session = session;
    this.#typed = typed;
  }

  /** Loads a model that embeds as `setup` says. Closes the checkpoint's weights. */
  static async loadEmbedding(
    checkpoint: Checkpoint,
    setup: EmbeddingSetup,
    options: EncoderOptions = {},
  ): Promise<Encoder> {
    const dense: DenseLayer[] = [];
    for (const { folder, activation } of setup.dense) dense.push(await readDense(folder, activation));
    return Encoder.#load(checkpoint, { type: 'embed', setup, dense }, options);
  }

  /** Loads a model that classifies texts or pairs. Closes the checkpoint's weights. */
  static loadClassifier(checkpoint: Checkpoint, options: EncoderOptions = {}): Promise<Encoder> {
    return Encoder.#load(checkpoint, { type: 'classify' }, options);
  }

  static async #load(
    { architecture, config, weights }: Checkpoint,
    task: EncoderTask,
    options: EncoderOptions,
  ): Promise<Encoder> {
    const { signal, onProgress, threads, device = 'cpu' } = options;
    try {
      const plan = planEncoder(architecture, config, weights, task);
      const loaded = await loadWeights(weights, plan, {
        format: options.weights ?? 'f32',
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onProgress } : {}),
      });
      const { graph, result } = encoderGraph(architecture, config, loaded, weights.place, task, device);
      const session = await openOn(device, graph, { result }, threads);
      const typed = architecture.kind === 'encoder';
      const encoder = new Encoder(config, plan.parameters, loaded.bytes, Number(result.shape[1]), session, typed);
      const [tried] = await encoder.run([{ ids: [0] }]);
      if (tried!.every(Number.isFinite)) return encoder;
      await encoder.dispose();
      throw noNumbers(weights.place);
    } finally {
      await weights.close();
    }
  }

  /**
   * A row for each text, in order. Texts of like length are computed together, so that little is filled up; `onRun` is told after
   * each run how many are done.
   */
  async run(
    texts: readonly EncodedText[],
    signal?: AbortSignal,
    onRun?: (done: number) => void,
  ): Promise<Float32Array[]> {
    const rows: Float32Array[] = new Array(texts.length);
    let done = 0;
    for (const batch of lengthBatches(
      texts.map(({ ids }) => ids.length),
      tokensInRun,
    )) {
      throwIfAborted(signal);
      const result = await this.#runBatch(batch.map(index => texts[index]!));
      for (const [i, index] of batch.entries()) rows[index] = result.slice(i * this.size, (i + 1) * this.size);
      done += batch.length;
      onRun?.(done);
      // The runtime holds this thread during a run; between runs others have their turn.
      await new Promise(resolve => setImmediate(resolve));
    }
    return rows;
  }

  async #runBatch(texts: readonly EncodedText[]): Promise<Float32Array> {
    const { Tensor } = await loadRuntime();
    const length = Math.max(...texts.map(({ ids }) => ids.length));
    const dims = [texts.length, length];
    const ids = new BigInt64Array(texts.length * length);
    const typeIds = new BigInt64Array(ids.length);
    for (const [row, text] of texts.entries())
      for (const [i, id] of text.ids.entries()) {
        ids[row * length + i] = BigInt(id);
        typeIds[row * length + i] = BigInt(text.typeIds?.[i] ?? 0);
      }
    const results = await this.#session.run({
      ids: new Tensor('int64', ids, dims),
      lengths: new Tensor(
        'int32',
        Int32Array.from(texts, text => text.ids.length),
        [texts.length],
      ),
      ...(this.#typed ? { typeIds: new Tensor('int64', typeIds, dims) } : {}),
    });
    return results.result!.data as Float32Array;
  }

  /** Frees the weights. */
  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

async function readDense(folder: string, activation: 'identity' | 'tanh'): Promise<DenseLayer> {
  const weights = await openWeights(folder);
  try {
    const weight = requireWeight(weights, 'linear.weight');
    const bias = weights.find('linear.bias');
    return {
      weight: await weight.read(),
      bias: await bias?.read(),
      shape: weight.shape as [number, number],
      activation,
    };
  } finally {
    await weights.close();
  }
}

// One run of training: epochs of steps, a look at the held-out examples after each, and the best weights kept.
import { adamW, compileTraining, type Trainer } from '@modeshift/autograd';
import { random } from '@modeshift/core';
import { fitTemperature, indexOfLargest, negativeLogLikelihood } from './calibrate.ts';
import { BatchMaker } from './classifier-batch.ts';
import { logitsOf, type NetworkSizes, type NetworkWeights, trainingLoss } from './classifier-network.ts';
import { eventLoopTurns } from './event-loop-turns.ts';
import type { SparseVector } from './feature-vocabulary.ts';

/** Numbers of training that can be set. */
export interface Hyperparameters {
  /** Units of the hidden layer. */
  readonly hidden: number;
  /** The most times that each example is seen. */
  readonly epochs: number;
  readonly batchSize: number;
  /** The highest learning rate; it rises over the first 5 % of the steps and falls to 0 in a straight line. */
  readonly learningRate: number;
  /** Decoupled weight decay, times the learning rate. */
  readonly weightDecay: number;
  /** Share of a text's features that are dropped at each step, in [0, 1). */
  readonly featureDropout: number;
  /** Share of hidden units that are dropped at each step, in [0, 1). */
  readonly hiddenDropout: number;
  /** Share of probability spread over all labels in the loss, in [0, 1). */
  readonly labelSmoothing: number;
  /** Epochs without a better held-out loss after which training stops. */
  readonly patience: number;
}

/** Texts as features, and the class number of each. */
export interface VectorizedExamples {
  readonly vectors: readonly SparseVector[];
  readonly labels: readonly number[];
}

/** Where a run stands, after a step. */
export interface FitProgress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** Mean loss of the last steps, in nats. */
  readonly loss: number;
  /** Share of right answers on the held-out examples after the last epoch. */
  readonly heldOutAccuracy: number | undefined;
  readonly etaMs: number;
}

/** What a run gives. */
export interface FitResult {
  readonly weights: NetworkWeights;
  /** The epoch of the weights, counted from 1. */
  readonly epoch: number;
  readonly steps: number;
  /** Logits of the held-out examples under these weights; empty when nothing was held out. */
  readonly heldOutLogits: readonly Float32Array[];
  readonly heldOutAccuracy: number | undefined;
}

/** What {@link fitClassifier} takes. */
export interface FitOptions {
  readonly sizes: NetworkSizes;
  readonly train: VectorizedExamples;
  /** Left out: every epoch up to `lastEpoch` is trained, and the last weights are the result. */
  readonly heldOut?: VectorizedExamples;
  readonly hyperparameters: Hyperparameters;
  /** Stop after this epoch of the schedule. Default: the last one. */
  readonly lastEpoch?: number;
  readonly seed: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
}

/** Trains a network. Cancelled between two steps; the native sessions are released however it ends. */
export async function fitClassifier(options: FitOptions): Promise<FitResult> {
  const { sizes, hyperparameters: set, seed, signal } = options;
  const turn = eventLoopTurns(signal);
  await turn();
  const trainer = await compileTraining({
    loss: trainingLoss(sizes, set.labelSmoothing),
    optimizer: adamW({ beta2: 0.99, weightDecay: set.weightDecay }),
    groups: { bias: { weightDecay: 0 } },
    seed,
    ...(options.threads !== undefined && { threads: options.threads }),
  });
  try {
    return await run(options, trainer, turn);
  } finally {
    await trainer.dispose();
  }
}

async function run(options: FitOptions, trainer: Trainer, turn: () => Promise<void> | undefined): Promise<FitResult> {
  const { sizes, train, heldOut, hyperparameters: set, onProgress } = options;
  const source = random(options.seed);
  const batches = new BatchMaker(sizes.features, sizes.hidden, {
    features: set.featureDropout,
    hidden: set.hiddenDropout,
  });
  const order = train.vectors.map((_, i) => i);
  const perEpoch = Math.ceil(order.length / set.batchSize);
  const scheduled = perEpoch * set.epochs;
  const lastEpoch = options.lastEpoch ?? set.epochs;
  const steps = perEpoch * lastEpoch;
  const warmup = Math.ceil(scheduled / 20);
  const started = performance.now();
  let step = 0;
  let loss = 0;
  let heldOutAccuracy: number | undefined;
  let best: (FitResult & { readonly score: number }) | undefined;
  for (let epoch = 1; epoch <= lastEpoch; epoch++) {
    const shuffled = source.shuffle(order);
    for (let from = 0; from < shuffled.length; from += set.batchSize) {
      const members = shuffled.slice(from, from + set.batchSize);
      const feeds = batches.make(
        members.map(i => train.vectors[i]!),
        members.map(i => train.labels[i]!),
        source,
      );
      const rate = set.learningRate * Math.min(1, (step + 1) / warmup) * (1 - step / scheduled);
      const result = await trainer.step(feeds, { learningRate: rate });
      step++;
      loss = step === 1 ? result.loss : loss + (result.loss - loss) * Math.max(0.05, 1 / step);
      const etaMs = ((performance.now() - started) / step) * (steps - step);
      onProgress?.({ step, steps, epoch, loss, heldOutAccuracy, etaMs });
      await turn();
    }
    if (!heldOut && epoch < lastEpoch) continue;
    const weights = weightsOf(sizes, trainer.parameters());
    const result = { weights, epoch, steps: step, heldOutLogits: [], heldOutAccuracy: undefined };
    if (!heldOut) return result;
    const heldOutLogits: Float32Array[] = [];
    for (const vector of heldOut.vectors) {
      heldOutLogits.push(logitsOf(weights, vector));
      await turn();
    }
    heldOutAccuracy = share(heldOutLogits, heldOut.labels);
    const score = negativeLogLikelihood(heldOutLogits, heldOut.labels, fitTemperature(heldOutLogits, heldOut.labels));
    if (!best || score < best.score) best = { ...result, heldOutLogits, heldOutAccuracy, score };
    else if (epoch - best.epoch >= set.patience) break;
  }
  onProgress?.({ step: steps, steps, epoch: best!.epoch, loss, heldOutAccuracy: best!.heldOutAccuracy, etaMs: 0 });
  return best!;
}

const share = (logits: readonly Float32Array[], labels: readonly number[]): number =>
  logits.filter((row, i) => indexOfLargest(row) === labels[i]).length / labels.length;

function weightsOf(sizes: NetworkSizes, parameters: Readonly<Record<string, ArrayLike<number>>>): NetworkWeights {
  const read = (name: string): Float32Array => Float32Array.from(parameters[name]!);
  return {
    sizes,
    embedding: read('embedding'),
    hiddenBias: read('hidden_bias'),
    output: read('output'),
    outputBias: read('output_bias'),
  };
}

// Trains a text classifier from random weights: learns its features, chooses when to stop, calibrates, trains on everything.
import { invalidInput, type Progress, throwIfAborted } from '@modeshift/core';
import { expectedCalibrationError, fitTemperature, softmax } from './calibrate.ts';
import { eventLoopTurns } from './event-loop-turns.ts';
import { DocumentCounter, type FeatureVocabulary, type SparseVector } from './feature-vocabulary.ts';
import { type FitProgress, fitClassifier, type Hyperparameters, type VectorizedExamples } from './fit-classifier.ts';
import { holdOut } from './split-examples.ts';
import { TextClassifier, type TrainingReport } from './text-classifier.ts';
import { defaultTextFeatures, type TextFeatureOptions } from './text-features.ts';

/** A text and its label. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** Options of {@link trainTextClassifier}. Whatever is left out follows the data, by values that were measured. */
export interface TextClassifierOptions extends Partial<Hyperparameters> {
  readonly examples: readonly LabelledText[];
  /** Examples to choose and to calibrate with. Left out: a part of `examples` is held out for that, then trained on too. */
  readonly dev?: readonly LabelledText[];
  /** All labels in the order they are reported; may name labels that have no example. Default: those of the examples, sorted. */
  readonly labels?: readonly string[];
  /** Share of each label's examples that is held out when there is no `dev`. Default 0.1, and 0.2 below 2,000 examples. */
  readonly heldOutShare?: number;
  /** Train again on everything for the number of epochs that was chosen. Default: true when a part was held out. */
  readonly retrain?: boolean;
  /** Texts a feature must occur in. */
  readonly minCount?: number;
  /** The most features kept, the most frequent first. */
  readonly maxFeatures?: number;
  /** Which n-grams are read. */
  readonly features?: Partial<TextFeatureOptions>;
  /** Same seed, same classifier on the same machine. Default 0. */
  readonly seed?: number;
  /** Threads of the engine; they do not change the result. Default: the processors this process may use. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called after every step, with `figures` `loss`, `epoch` and `heldOutAccuracy`. */
  readonly onProgress?: (progress: Progress) => void;
}

/** The values used where none are given, for a number of examples and labels. */
export function defaultHyperparameters(examples: number, labels: number): Hyperparameters {
  const batchSize = Math.min(128, Math.max(8, 2 ** Math.round(Math.log2(Math.max(1, examples / 8)))));
  const stepsPerEpoch = Math.ceil(examples / batchSize);
  return {
    hidden: labels <= 4 ? 32 : labels <= 16 ? 64 : 128,
    epochs: Math.min(40, Math.max(4, Math.round(640 / stepsPerEpoch))),
    batchSize,
    learningRate: 0.005,
    weightDecay: 0.3,
    featureDropout: 0.5,
    hiddenDropout: 0.5,
    labelSmoothing: 0.1,
    patience: 4,
  };
}

/** Fewer held-out examples than this say too little to choose or to calibrate with. */
const fewestHeldOut = 10;

/**
 * Trains a text classifier in this process from random weights, on texts in any language: hashed n-grams of words and
 * characters → one hidden layer → labels, with AdamW, dropout and label smoothing on Modeshift's own engine. A held-out part
 * decides when to stop and scales the probabilities, so that 0.8 means right in 8 of 10 cases; then the network is trained
 * again on all examples. With too few examples to hold any out, it trains for all epochs and does not calibrate.
 *
 * @throws ModeshiftError `invalid-input` for no example, an empty label or an option out of range; `aborted` when `signal`
 * fires, which is looked at between steps.
 * @example
 * ```ts
 * import { trainTextClassifier } from '@modeshift/local';
 *
 * const examples = [
 *   { text: '我的卡丢了', label: 'lost' },
 *   { text: 'I lost my card', label: 'lost' },
 *   { text: '什么时候到账', label: 'transfer' },
 *   { text: 'when will the money arrive', label: 'transfer' },
 * ];
 * const classifier = await trainTextClassifier({ examples, seed: 1 });
 * const [answer] = await classifier.classify(['卡丢了怎么办']);
 * console.log(answer?.label); // lost
 * ```
 */
export async function trainTextClassifier(options: TextClassifierOptions): Promise<TextClassifier> {
  const { examples, dev = [], seed = 0, signal, threads, onProgress } = options;
  throwIfAborted(signal);
  const started = performance.now();
  const labels = labelsOf(options);
  const set = hyperparametersOf(options, labels.length);
  const classes = new Map(labels.map((label, i) => [label, i]));
  const classOf = ({ label }: LabelledText): number => classes.get(label)!;
  const trainClasses = examples.map(classOf);

  const heldOutShare = options.heldOutShare ?? (examples.length < 2000 ? 0.2 : 0.1);
  const split = dev.length > 0 ? undefined : holdOut(trainClasses, heldOutShare, seed);
  const holdsOut = split !== undefined && split.heldOut.length >= fewestHeldOut;

  const { vocabulary, vectors } = await readTexts([...examples, ...dev], examples.length, options);
  const all: VectorizedExamples = { vectors: vectors.slice(0, examples.length), labels: trainClasses };
  const given: VectorizedExamples = { vectors: vectors.slice(examples.length), labels: dev.map(classOf) };
  const pick = (positions: readonly number[]): VectorizedExamples => ({
    vectors: positions.map(i => all.vectors[i]!),
    labels: positions.map(i => trainClasses[i]!),
  });
  const heldOut = dev.length > 0 ? given : holdsOut ? pick(split.heldOut) : undefined;
  const train = holdsOut ? pick(split.train) : all;

  const shared = {
    sizes: { features: Math.max(1, vocabulary.size), hidden: set.hidden, labels: labels.length },
    hyperparameters: set,
    seed,
    ...(threads !== undefined && { threads }),
    ...(signal && { signal }),
  };
  const retrains = holdsOut && (options.retrain ?? true);
  const first = await fitClassifier({
    ...shared,
    train,
    ...(heldOut && { heldOut }),
    onProgress: report(retrains ? 'choosing when to stop' : 'training', onProgress),
  });
  const final = retrains
    ? await fitClassifier({ ...shared, train: all, lastEpoch: first.epoch, onProgress: report('training', onProgress) })
    : first;

  const temperature = heldOut
    ? fitTemperature(first.heldOutLogits, heldOut.labels, 1 / (heldOut.labels.length + 2))
    : 1;
  const calibrationError = (at: number): number =>
    expectedCalibrationError(
      first.heldOutLogits.map(row => softmax(row, at)),
      heldOut!.labels,
    );
  const training: TrainingReport = {
    examples: examples.length,
    heldOutExamples: heldOut?.labels.length ?? 0,
    epochs: final.epoch,
    seed,
    hyperparameters: set,
    ...(heldOut && {
      heldOutAccuracy: first.heldOutAccuracy!,
      calibrationError: { before: calibrationError(1), after: calibrationError(temperature) },
    }),
    trainMs: Math.round(performance.now() - started),
  };
  return new TextClassifier({ labels, vocabulary, weights: final.weights, temperature, training });
}

/** Learns the vocabulary from the first `trained` texts and turns all texts into features. */
async function readTexts(
  texts: readonly LabelledText[],
  trained: number,
  options: TextClassifierOptions,
): Promise<{ vocabulary: FeatureVocabulary; vectors: SparseVector[] }> {
  const { signal, onProgress, minCount = trained < 2000 ? 1 : 2, maxFeatures = 30_000 } = options;
  const turn = eventLoopTurns(signal);
  const total = trained + texts.length;
  const tell = (done: number): void => {
    if (done % 500 === 0 || done === total) onProgress?.({ phase: 'reading texts', done, total, unit: 'texts' });
  };
  const counter = new DocumentCounter({ ...defaultTextFeatures, ...options.features });
  for (let i = 0; i < trained; i++) {
    counter.add(texts[i]!.text);
    tell(i + 1);
    await turn();
  }
  const vocabulary = counter.vocabulary(minCount, maxFeatures);
  const vectors: SparseVector[] = [];
  for (const { text } of texts) {
    vectors.push(vocabulary.vectorize(text));
    tell(trained + vectors.length);
    await turn();
  }
  return { vocabulary, vectors };
}

function labelsOf({ examples, dev = [], labels }: TextClassifierOptions): readonly string[] {
  if (examples.length === 0) throw invalidInput('There is no example to train on. Give at least one.');
  const used = [...examples, ...dev];
  for (const [i, { text, label }] of used.entries()) {
    if (typeof text !== 'string') throw invalidInput(`Example ${i + 1} has no text. Give every example a text.`);
    if (typeof label !== 'string' || label === '') throw invalidInput(`Example ${i + 1} has no label. Give it one.`);
  }
  const found = [...new Set(used.map(({ label }) => label))].sort();
  if (!labels) return found;
  const known = new Set(labels);
  if (known.size < labels.length) throw invalidInput('A label stands twice in `labels`.');
  const unknown = found.find(label => !known.has(label));
  if (unknown !== undefined)
    throw invalidInput(`An example has the label ${JSON.stringify(unknown)}, which is not in \`labels\`.`);
  return [...labels];
}

function hyperparametersOf(options: TextClassifierOptions, labels: number): Hyperparameters {
  const defaults = defaultHyperparameters(options.examples.length, labels);
  const set = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, options[name as keyof Hyperparameters] ?? value]),
  ) as unknown as Hyperparameters;
  const whole = (name: 'hidden' | 'epochs' | 'batchSize' | 'patience'): void => {
    if (!(Number.isInteger(set[name]) && set[name] >= 1)) {
      throw invalidInput(`${name} is ${set[name]}; it must be a whole number of at least 1.`);
    }
  };
  for (const name of ['hidden', 'epochs', 'batchSize', 'patience'] as const) whole(name);
  for (const name of ['featureDropout', 'hiddenDropout', 'labelSmoothing'] as const) {
    if (!(set[name] >= 0 && set[name] < 1)) throw invalidInput(`${name} is ${set[name]}; it must be in [0, 1).`);
  }
  if (!(set.learningRate > 0)) throw invalidInput(`learningRate is ${set.learningRate}; it must be above 0.`);
  if (!(set.weightDecay >= 0)) throw invalidInput(`weightDecay is ${set.weightDecay}; it must be at least 0.`);
  const { heldOutShare = 0.1, minCount = 1, maxFeatures = 1 } = options;
  if (!(heldOutShare >= 0 && heldOutShare <= 0.5)) {
    throw invalidInput(`heldOutShare is ${heldOutShare}; it must be from 0 to 0.5.`);
  }
  if (!(minCount >= 1)) throw invalidInput(`minCount is ${minCount}; it must be at least 1.`);
  if (!(maxFeatures >= 1)) throw invalidInput(`maxFeatures is ${maxFeatures}; it must be at least 1.`);
  return set;
}

function report(phase: string, onProgress: TextClassifierOptions['onProgress']): (progress: FitProgress) => void {
  return ({ step, steps, epoch, loss, heldOutAccuracy, etaMs }) =>
    onProgress?.({
      phase,
      done: step,
      total: steps,
      unit: 'steps',
      etaMs,
      figures: { loss, epoch, ...(heldOutAccuracy !== undefined && { heldOutAccuracy }) },
    });
}

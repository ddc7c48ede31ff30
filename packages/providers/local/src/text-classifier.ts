// A trained text classifier: labels with calibrated probabilities for texts, and what it cost to make.
import { ModeshiftError } from '@modeshift/core';
import { indexOfLargest, softmax } from './calibrate.ts';
import { logitsOf, type NetworkWeights, parameterCount } from './classifier-network.ts';
import { eventLoopTurns } from './event-loop-turns.ts';
import type { FeatureVocabulary } from './feature-vocabulary.ts';
import type { Hyperparameters } from './fit-classifier.ts';
import { classifierFiles, saveTextClassifier } from './save-text-classifier.ts';

/** How a classifier was trained. */
export interface TrainingReport {
  readonly examples: number;
  /** Examples that were used to choose and to calibrate; 0 where there were too few. */
  readonly heldOutExamples: number;
  /** Times each example was seen. */
  readonly epochs: number;
  readonly seed: number;
  readonly hyperparameters: Hyperparameters;
  /** Share of right answers on the held-out examples, before training on them. */
  readonly heldOutAccuracy?: number;
  /** Expected calibration error on the held-out examples, before and after temperature scaling. */
  readonly calibrationError?: { readonly before: number; readonly after: number };
  /** Time from texts to classifier, in milliseconds of a wall clock. */
  readonly trainMs: number;
}

/** What a classifier says of a text. */
export interface Classification {
  readonly label: string;
  /** The calibrated probability of every label; they sum to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** What a classifier consists of. */
export interface TextClassifierParts {
  readonly labels: readonly string[];
  readonly vocabulary: FeatureVocabulary;
  readonly weights: NetworkWeights;
  /** Logits are divided by it. */
  readonly temperature: number;
  readonly training: TrainingReport;
}

/**
 * A trained text classifier: made by `trainTextClassifier`, or read from a folder by `loadTextClassifier`. It is plain data in
 * memory, so there is nothing to release.
 */
export class TextClassifier {
  readonly #parts: TextClassifierParts;

  constructor(parts: TextClassifierParts) {
    this.#parts = parts;
  }

  /** All labels, in the order of the probabilities. */
  get labels(): readonly string[] {
    return this.#parts.labels;
  }

  /** The number that logits are divided by; 1 where it was not calibrated. */
  get temperature(): number {
    return this.#parts.temperature;
  }

  get training(): TrainingReport {
    return this.#parts.training;
  }

  /** The number of weights; all of them are trained. */
  get parameters(): number {
    return parameterCount(this.#parts.weights.sizes);
  }

  /** Bytes of the files that {@link TextClassifier.save} writes. */
  get bytes(): number {
    const { weights, config } = classifierFiles(this.#parts);
    return weights.bytes.length + config.bytes.length;
  }

  /**
   * Labels texts. A text gets the same probabilities, to the bit, alone and among others.
   *
   * @throws ModeshiftError `aborted` when `signal` fires.
   */
  async classify(texts: readonly string[], context: { readonly signal?: AbortSignal } = {}): Promise<Classification[]> {
    const { labels, vocabulary, weights, temperature } = this.#parts;
    const turn = eventLoopTurns(context.signal);
    const answers: Classification[] = [];
    for (const text of texts) {
      if (typeof text !== 'string') {
        throw new ModeshiftError(
          { tag: 'invalid-input' },
          `Text ${answers.length + 1} is no string. Give texts to classify.`,
        );
      }
      const probabilities = softmax(logitsOf(weights, vocabulary.vectorize(text)), temperature);
      answers.push({
        label: labels[indexOfLargest(probabilities)]!,
        probabilities: Object.fromEntries(labels.map((label, i) => [label, probabilities[i]!])),
      });
      await turn();
    }
    return answers;
  }

  /**
   * Writes the classifier into a folder, which is made if need be. A classifier that is there already is replaced at once or,
   * when something fails, not at all.
   *
   * @throws ModeshiftError `storage` when a file cannot be written.
   */
  save(dir: string): Promise<void> {
    return saveTextClassifier(this.#parts, dir);
  }
}

// Whether probabilities mean what they say: expected calibration error, reliability bins, Brier score, log loss.
import { invalidInput } from '@modeshift/core';

/** An answer with the probabilities that the mode gave. */
export interface ProbableAnswer {
  readonly expected: string;
  readonly predicted: string;
  /** Probability of each label; a label that is missing has 0. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** The answers whose confidence lies in `(low, high]`. The first bin takes 0 as well. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability given to the answer; 0 in an empty bin. */
  readonly confidence: number;
  /** Share of right answers; 0 in an empty bin. */
  readonly accuracy: number;
}

/** Calibration figures over the answers that carry probabilities. */
export interface Calibration {
  /** How many answers carried usable probabilities. */
  readonly count: number;
  /** Expected calibration error, 0 to 1. */
  readonly ece: number;
  /** Multi-class Brier score, 0 to 2: the mean over answers of the summed squared error over labels. */
  readonly brier: number;
  /** Mean negative log-likelihood of the expected label, in nats; probabilities are clipped at 2⁻⁵². */
  readonly nll: number;
  readonly bins: readonly ReliabilityBin[];
}

/**
 * Calibration of answers. The confidence of an answer is the probability that the mode gave to the label it answered. The
 * expected calibration error is that of Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017), with bins of
 * equal width `((m-1)/M, m/M]`, M = 15: the mean over answers of |accuracy − confidence| of their bin.
 *
 * Answers whose probabilities are no probabilities (NaN, below 0, above 1) are left out; `count` says how many remain.
 *
 * @returns `undefined` where no answer carries probabilities.
 * @throws ModeshiftError `invalid-input` when `bins` is no whole number above 0.
 * @example
 * ```ts
 * import { calibration } from '@modeshift/eval';
 *
 * const figures = calibration([
 *   { expected: 'a', predicted: 'a', probabilities: { a: 0.9, b: 0.1 } },
 *   { expected: 'b', predicted: 'a', probabilities: { a: 0.9, b: 0.1 } },
 * ]);
 * console.log(figures?.ece.toFixed(2), figures?.brier.toFixed(2)); // 0.40 0.82
 * ```
 */
export function calibration(answers: readonly ProbableAnswer[], bins = 15): Calibration | undefined {
  if (!Number.isInteger(bins) || bins < 1) throw invalidInput('Give `bins` as a whole number of at least 1.');
  const counts = new Float64Array(bins);
  const confidences = new Float64Array(bins);
  const hits = new Float64Array(bins);
  let count = 0;
  let brier = 0;
  let nll = 0;
  for (const answer of answers) {
    const values = Object.values(answer.probabilities);
    if (values.length === 0 || !values.every(value => value >= 0 && value <= 1 + 1e-6)) continue;
    const ofLabel = (label: string): number =>
      Object.hasOwn(answer.probabilities, label) ? Math.min(answer.probabilities[label]!, 1) : 0;
    const right = ofLabel(answer.expected);
    const confidence = ofLabel(answer.predicted);
    const bin = binOf(confidence, bins);
    count++;
    counts[bin]!++;
    confidences[bin]! += confidence;
    hits[bin]! += answer.predicted === answer.expected ? 1 : 0;
    let squares = 0;
    for (const value of values) squares += value * value;
    brier += squares - right * right + (1 - right) ** 2;
    nll -= Math.log(Math.max(right, Number.EPSILON));
  }
  if (count === 0) return undefined;
  const list = Array.from(counts, (size, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    count: size,
    confidence: size === 0 ? 0 : confidences[bin]! / size,
    accuracy: size === 0 ? 0 : hits[bin]! / size,
  }));
  const ece = list.reduce((sum, bin) => sum + (bin.count / count) * Math.abs(bin.accuracy - bin.confidence), 0);
  return { count, ece, brier: brier / count, nll: nll / count, bins: list };
}

function binOf(confidence: number, bins: number): number {
  const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
  if (bin > 0 && confidence <= bin / bins) return bin - 1;
  if (bin < bins - 1 && confidence > (bin + 1) / bins) return bin + 1;
  return bin;
}

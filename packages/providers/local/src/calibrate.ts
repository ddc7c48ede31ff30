// Temperature scaling: one number that makes probabilities as sure as they are right, and how far off they are.
import { invalidInput } from '@modeshift/core';

/** Probabilities from logits divided by a temperature; the largest logit is taken off first, so nothing overflows. */
export function softmax(logits: ArrayLike<number>, temperature = 1): Float64Array {
  const result = new Float64Array(logits.length);
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    result[i] = Math.exp((logits[i]! - largest) / temperature);
    sum += result[i]!;
  }
  for (let i = 0; i < logits.length; i++) result[i] = result[i]! / sum;
  return result;
}

/** The mean of -ln p(label) over examples, in nats, at a temperature. */
export function negativeLogLikelihood(
  logits: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  temperature = 1,
): number {
  let total = 0;
  for (const [i, row] of logits.entries()) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < row.length; j++) largest = Math.max(largest, row[j]!);
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += Math.exp((row[j]! - largest) / temperature);
    total += Math.log(sum) - (row[labels[i]!]! - largest) / temperature;
  }
  return total / logits.length;
}

/**
 * The temperature that makes held-out labels most likely, between 0.01 and 100. It changes no answer, only how sure each is.
 * In the inverse temperature the likelihood has one optimum, which is found by bisection of its slope.
 *
 * Guo et al. 2017, https://arxiv.org/abs/1706.04599
 *
 * @param smoothing the share of each label's probability that is spread over all classes, 0 by default. A few examples that
 * are all answered right would otherwise say that every answer is certain; Platt 1999 proposes 1 / (examples + 2).
 * @throws ModeshiftError `invalid-input` when there is no example or a label is none of the classes.
 * @example
 * ```ts
 * import { fitTemperature } from '@modeshift/local';
 *
 * // Right in three of four cases, but as sure as 0.993: the temperature must rise.
 * const logits = [[5, 0], [5, 0], [5, 0], [5, 0]];
 * console.log(fitTemperature(logits, [0, 0, 0, 1]).toFixed(2)); // 4.55
 * ```
 */
export function fitTemperature(logits: readonly ArrayLike<number>[], labels: ArrayLike<number>, smoothing = 0): number {
  check(logits, labels);
  if (!(smoothing >= 0 && smoothing < 1)) throw invalidInput(`smoothing is ${smoothing}; it must be in [0, 1).`);
  // d NLL / d(1/T) = sum over examples of (expected logit under the model - logit of the label).
  const slope = (inverse: number): number => {
    let total = 0;
    for (const [i, row] of logits.entries()) {
      const p = softmax(row, 1 / inverse);
      total -= (1 - smoothing) * row[labels[i]!]!;
      for (let j = 0; j < row.length; j++) total += (p[j]! - smoothing / row.length) * row[j]!;
    }
    return total;
  };
  let low = Math.log(0.01);
  let high = Math.log(100);
  if (slope(Math.exp(low)) >= 0 && slope(Math.exp(high)) <= 0) return 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (slope(Math.exp(middle)) > 0) high = middle;
    else low = middle;
  }
  return Math.exp(-(low + high) / 2);
}

/**
 * The expected calibration error: answers are put into bins of equal width by their probability, and the gaps between mean
 * probability and share of right answers are averaged by the size of the bins. 0 is best.
 *
 * Naeini et al. 2015; Guo et al. 2017, section 2.
 *
 * @throws ModeshiftError `invalid-input` when there is no example or a label is none of the classes.
 * @example
 * ```ts
 * import { expectedCalibrationError } from '@modeshift/local';
 *
 * console.log(expectedCalibrationError([[0.5, 0.5], [0.5, 0.5]], [0, 1])); // 0
 * ```
 */
export function expectedCalibrationError(
  probabilities: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  bins = 15,
): number {
  check(probabilities, labels);
  const right = new Float64Array(bins);
  const sure = new Float64Array(bins);
  for (const [i, row] of probabilities.entries()) {
    const best = indexOfLargest(row);
    // Bins are (a, b], so that a probability of 1 lies in the last one.
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(row[best]! * bins) - 1));
    sure[bin] = sure[bin]! + row[best]!;
    if (best === labels[i]) right[bin] = right[bin]! + 1;
  }
  let gap = 0;
  for (let bin = 0; bin < bins; bin++) gap += Math.abs(sure[bin]! - right[bin]!);
  return gap / probabilities.length;
}

/** Where the largest value stands; the first of equals. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function check(rows: readonly ArrayLike<number>[], labels: ArrayLike<number>): void {
  if (rows.length === 0) throw invalidInput('Calibration needs at least one example.');
  if (rows.length !== labels.length)
    throw invalidInput(`${rows.length} rows have ${labels.length} labels; give one each.`);
  for (const [i, row] of rows.entries()) {
    const label = labels[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < row.length)) {
      throw invalidInput(`Label ${label} of example ${i + 1} is none of the ${row.length} classes.`);
    }
  }
}

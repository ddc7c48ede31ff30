// Percentile bootstrap intervals (Efron 1979), seeded; the work is bounded however many examples there are.
import { invalidInput, type Judged, type Random, random } from '@modeshift/core';
import { type Confusion, confusionOf } from './confusion.ts';
import type { Interval } from './interval.ts';
import { labelCounts, macroF1Of } from './label-counts.ts';
import { percentileOfSorted } from './percentile.ts';
import { sampleBinomial } from './sample-binomial.ts';

/** Options of the bootstrap. */
export interface BootstrapOptions {
  /** Same seed, same interval. Default 0. */
  readonly seed?: number;
  /** How many resamples. Default 1,000. Where a resample is long, fewer are drawn, but at least 200. */
  readonly replicates?: number;
  /** Default 0.95. */
  readonly confidence?: number;
}

/** The most cells that one bootstrap draws, over all its resamples. */
const mostDraws = 4_000_000;

/**
 * The bootstrap interval of macro-F1: examples are drawn with replacement, macro-F1 is computed of each draw as
 * {@link macroF1} does, and the interval holds the middle of those figures. Drawing counts of a multinomial distribution
 * instead of single examples gives the same distribution and costs by the kinds of mistakes, not by the examples.
 *
 * @throws ModeshiftError `invalid-input` when an option is out of range.
 * @example
 * ```ts
 * import { macroF1Interval } from '@modeshift/eval';
 *
 * const answers = Array.from({ length: 100 }, (_, i) => ({ expected: 'ab'[i % 2]!, predicted: i < 80 ? 'ab'[i % 2]! : 'a' }));
 * const { low, high } = macroF1Interval(answers, { seed: 1 });
 * console.log(low > 0.8 && high < 0.97); // true
 * ```
 */
export function macroF1Interval(answers: readonly Judged<unknown>[], options: BootstrapOptions = {}): Interval {
  return macroF1IntervalOf(confusionOf(answers), options);
}

/** The bootstrap interval of macro-F1 from a confusion matrix. */
export function macroF1IntervalOf(confusion: Confusion, options: BootstrapOptions = {}): Interval {
  return bootstrapCounts(confusion.count, drawn => macroF1Of(labelCounts(confusion, drawn)), options);
}

/**
 * The bootstrap interval of the mean of some numbers, e.g. of a metric's figures of single answers.
 *
 * @throws ModeshiftError `invalid-input` when an option is out of range.
 * @example
 * ```ts
 * import { meanInterval } from '@modeshift/eval';
 *
 * const { low, high } = meanInterval([1, 2, 3, 4, 5, 6], { seed: 1 });
 * console.log(low < 3.5 && high > 3.5); // true
 * ```
 */
export function meanInterval(values: readonly number[], options: BootstrapOptions = {}): Interval {
  const times = new Map<number, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  const distinct = [...times.keys()].sort((a, b) => a - b);
  const counts = Float64Array.from(distinct, value => times.get(value)!);
  const mean = (drawn: Float64Array): number =>
    drawn.reduce((sum, count, index) => sum + count * distinct[index]!, 0) / values.length;
  return bootstrapCounts(counts, mean, options);
}

/** The bootstrap interval of a figure that depends only on how often each kind of example occurs. */
export function bootstrapCounts(
  counts: Float64Array,
  figure: (drawn: Float64Array) => number,
  options: BootstrapOptions = {},
): Interval {
  const { seed = 0, replicates = 1000, confidence = 0.95 } = options;
  if (!Number.isInteger(replicates) || replicates < 1)
    throw invalidInput('Give `replicates` as a whole number above 0.');
  if (!(confidence > 0 && confidence < 1))
    throw invalidInput('Give `confidence` as a number between 0 and 1, e.g. 0.95.');
  const rounds = Math.min(replicates, Math.max(200, Math.floor(mostDraws / Math.max(1, counts.length))));
  const source = random(seed);
  const drawn = new Float64Array(counts.length);
  const figures = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    resample(counts, drawn, source);
    figures[round] = figure(drawn);
  }
  figures.sort();
  const outside = (1 - confidence) * 50;
  return { low: percentileOfSorted(figures, outside), high: percentileOfSorted(figures, 100 - outside) };
}

/** One multinomial draw of as many examples as there are, kind by kind. */
function resample(counts: Float64Array, drawn: Float64Array, source: Random): void {
  let left = 0;
  for (const count of counts) left += count;
  let open = left;
  for (let kind = 0; kind < counts.length; kind++) {
    const count = counts[kind]!;
    const hits = open <= 0 ? 0 : sampleBinomial(left, Math.min(1, count / open), source);
    drawn[kind] = hits;
    left -= hits;
    open -= count;
  }
}

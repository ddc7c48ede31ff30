// Percentiles, as numpy computes them by default.
import { invalidInput } from '@modeshift/core';

/**
 * The percentile of some numbers by linear interpolation between the two closest ranks: `numpy.percentile(values, percent)`
 * with its default method. The order of the values does not matter.
 *
 * @returns NaN for no value.
 * @throws ModeshiftError `invalid-input` when `percent` is not between 0 and 100.
 * @example
 * ```ts
 * import { percentile } from '@modeshift/eval';
 *
 * console.log(percentile([4, 1, 3, 2], 50)); // 2.5
 * ```
 */
export function percentile(values: ArrayLike<number>, percent: number): number {
  if (!(percent >= 0 && percent <= 100)) throw invalidInput('Give the percentile as a number from 0 to 100.');
  return percentileOfSorted(Float64Array.from(values).sort(), percent);
}

/** The percentile of numbers that are sorted already. */
export function percentileOfSorted(sorted: Float64Array, percent: number): number {
  if (sorted.length === 0) return Number.NaN;
  const rank = (percent / 100) * (sorted.length - 1);
  const below = Math.floor(rank);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (rank - below);
}

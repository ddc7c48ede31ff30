// The Wilson score interval of a share.
import { invalidInput } from '@modeshift/core';
import type { Interval } from './interval.ts';
import { normalQuantile } from './normal.ts';

/**
 * The Wilson score interval of a share (Wilson 1927), without continuity correction: what `accuracy` is reported with. It
 * stays within 0 and 1 and is usable for few examples and for shares near the ends.
 *
 * @param confidence e.g. 0.95.
 * @returns `{ low: 0, high: 1 }` for no trial.
 * @throws ModeshiftError `invalid-input` when the numbers are no counts or `confidence` is not between 0 and 1.
 * @example
 * ```ts
 * import { wilsonInterval } from '@modeshift/eval';
 *
 * const { low, high } = wilsonInterval(90, 100);
 * console.log(low.toFixed(4), high.toFixed(4)); // 0.8256 0.9448
 * ```
 */
export function wilsonInterval(successes: number, trials: number, confidence = 0.95): Interval {
  if (!(successes >= 0 && successes <= trials))
    throw invalidInput('Give successes as a count between 0 and the trials.');
  if (!(confidence > 0 && confidence < 1))
    throw invalidInput('Give `confidence` as a number between 0 and 1, e.g. 0.95.');
  if (trials === 0) return { low: 0, high: 1 };
  const z = normalQuantile(0.5 + confidence / 2);
  const share = successes / trials;
  const scale = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  };
}

// Holm's correction for looking at many p-values at once.

/**
 * Adjusts p-values by Holm's step-down method (1979): compared with 0.05, the adjusted values keep the chance of any false
 * alarm among all of them at 5 %. The order of the values is kept.
 *
 * @example
 * ```ts
 * import { holm } from '@modeshift/eval';
 *
 * console.log(holm([0.01, 0.04, 0.03]).map(p => p.toFixed(2))); // [ '0.03', '0.06', '0.06' ]
 * ```
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, pValues[index]! * (pValues.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}

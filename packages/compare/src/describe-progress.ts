// Progress of a comparison in words.
import type { CompareProgress } from '@modeshift/eval';

/**
 * Where a comparison stands, as one line.
 *
 * @example
 * ```ts
 * import { describeProgress } from '@modeshift/compare';
 *
 * const at = { mode: 'scratch', index: 2, modes: 5, phase: 'solving', step: 'training', done: 120, total: 800, unit: 'steps' } as const;
 * console.log(describeProgress({ ...at, figures: { loss: 0.41 } })); // [3/5] scratch: training 120/800 steps, loss 0.41
 * ```
 */
export function describeProgress(progress: CompareProgress): string {
  const { done, total, unit = '', figures = {}, etaMs } = progress;
  const amount = total === undefined ? `${done} ${unit}` : `${done}/${total} ${unit}`;
  const parts = [
    `[${progress.index + 1}/${progress.modes}] ${progress.mode}: ${progress.step ?? progress.phase} ${amount}`.trimEnd(),
    ...Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`),
    ...(etaMs !== undefined && Number.isFinite(etaMs) && done < (total ?? Infinity) ? [`${duration(etaMs)} left`] : []),
  ];
  return parts.join(', ');
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

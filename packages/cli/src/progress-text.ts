// Progress of a comparison in words.
import type { CompareProgress } from '@modeshift/eval';

/** One line, e.g. `[3/5] scratch: training 120/800 steps, loss 0.41, 12 s left`. */
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

// Tells how far the predictions are, at most twenty times a second.
import type { Progress } from '@modeshift/core';

/** Turns counts of answers into progress, with the expected time to the end; the last one is always told. */
export function predictingProgress(
  total: number,
  onProgress: ((progress: Progress) => void) | undefined,
): (done: number, elapsedMs: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (done, elapsedMs) => {
    if (!onProgress || (done < total && elapsedMs - last < 50)) return;
    last = elapsedMs;
    const etaMs = Math.round((elapsedMs / done) * (total - done));
    onProgress({ phase: 'predicting', done, total, unit: 'examples', etaMs });
  };
}

// A long loop that says where it stands, can be cancelled and lets other work run.
import { type RunContext, throwIfAborted } from '@modeshift/core';

/** How many items are handled between two looks at the signal. */
const stride = 256;

/** Calls `step` for 0 … count − 1; `place` sets this loop into a longer one for the progress. */
export async function inSteps(
  count: number,
  phase: string,
  ctx: RunContext,
  step: (index: number) => void,
  place: { readonly from: number; readonly total: number } = { from: 0, total: count },
): Promise<void> {
  for (let index = 0; index < count; index++) {
    if (index % stride === 0) {
      await new Promise(resume => setTimeout(resume));
      throwIfAborted(ctx.signal);
      ctx.onProgress?.({ phase, done: place.from + index, total: place.total, unit: 'examples' });
    }
    step(index);
  }
  throwIfAborted(ctx.signal);
  ctx.onProgress?.({ phase, done: place.from + count, total: place.total, unit: 'examples' });
}

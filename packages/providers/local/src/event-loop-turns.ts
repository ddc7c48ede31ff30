// Long work in slices: lets timers, sockets and cancellation have their turn.
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '@modeshift/core';

/** Milliseconds of work between two turns of the event loop. */
const sliceMs = 12;

/**
 * A function to be awaited within a long loop. It gives the event loop a turn when 12 ms have passed since the last one, and
 * throws `aborted` when the signal has fired.
 */
export function eventLoopTurns(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let last = performance.now();
  const turn = async (): Promise<void> => {
    await setImmediate();
    throwIfAborted(signal);
    last = performance.now();
  };
  return () => {
    throwIfAborted(signal);
    return performance.now() - last < sliceMs ? undefined : turn();
  };
}

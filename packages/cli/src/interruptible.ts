// Ctrl-C: the first one stops the work and keeps what is finished, the second one ends the process.
import type { TextSink } from './output.ts';

/** Runs work with a signal that fires on Ctrl-C (SIGINT) or on SIGTERM. */
export async function interruptible<T>(notes: TextSink, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    notes.write('\nStopping; what is finished is kept. Press Ctrl-C again to quit at once.\n');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

// At most so many things at a time.
import { abortedError, throwIfAborted } from '@modeshift/core';

/** Makes a runner that keeps at most `limit` pieces of work going; a wait ends with `aborted` when its signal fires. */
export function limitConcurrency(
  limit: number,
): <T>(work: () => Promise<T>, signal: AbortSignal | undefined) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    running--;
    waiting.shift()?.();
  };
  return async (work, signal) => {
    throwIfAborted(signal);
    if (running >= limit) {
      await new Promise<void>((resolve, reject) => {
        const start = (): void => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        };
        const cancel = (): void => {
          waiting.splice(waiting.indexOf(start), 1);
          reject(abortedError(signal));
        };
        waiting.push(start);
        signal?.addEventListener('abort', cancel, { once: true });
      });
    }
    running++;
    try {
      return await work();
    } finally {
      release();
    }
  };
}

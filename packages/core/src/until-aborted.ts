// Letting go of a model that is stuck: in an answer, or in cleaning up after one.
import { abortedError } from './errors.ts';

/** Waits for a promise, but no longer than a time; how it settles does not matter. */
export function settledWithin(ms: number, promise: Promise<unknown>): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    const settled = (): void => {
      clearTimeout(timer);
      resolve();
    };
    promise.then(settled, settled);
  });
}

/** How long a model may clean up, in milliseconds, before its reader goes on without it. */
export const cleaningMs = 1000;

/**
 * The same stream, which ends with the signal's error when the signal fires, also where the model does not look at it. Middleware
 * that holds something while a stream runs (a place in a queue, a span) can then give it back.
 */
export function untilAborted<Event>(source: AsyncIterable<Event>, signal: AbortSignal): AsyncIterable<Event> {
  return {
    [Symbol.asyncIterator]() {
      const events = source[Symbol.asyncIterator]();
      let interrupt: ((error: unknown) => void) | undefined;
      const onAbort = (): void => {
        interrupt?.(abortedError(signal));
        events.return?.().then(undefined, () => undefined);
      };
      const over = (): void => signal.removeEventListener('abort', onAbort);
      signal.addEventListener('abort', onAbort, { once: true });
      return {
        next: () =>
          new Promise((resolve, reject) => {
            if (signal.aborted) {
              reject(abortedError(signal));
              return;
            }
            interrupt = reject;
            events.next().then(
              next => {
                if (next.done) over();
                interrupt = undefined;
                resolve(next);
              },
              error => {
                over();
                reject(error);
              },
            );
          }),
        async return() {
          over();
          const closing = events.return?.();
          if (closing && !signal.aborted) await settledWithin(cleaningMs, closing);
          return { done: true, value: undefined };
        },
      };
    },
  };
}

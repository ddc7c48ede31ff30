// Work that a server does for hours: started once, looked at again and again, followed and cancelled.
import { abortedError, ModeshiftError, type Progress } from '@modeshift/core';
import { ProgressFeed } from './progress-feed.ts';

/** What one look at a job saw. It throws when the job has failed. */
export interface Look<T> {
  readonly progress: Progress;
  /** Present when the job is done. */
  readonly done?: { readonly value: T };
}

/** How a job is driven. */
export interface RemoteSteps<T> {
  /** Starts it, or names one that was started before. */
  start(): Promise<string>;
  look(id: string): Promise<Look<T>>;
  stop(id: string): Promise<unknown>;
  /** Milliseconds between two looks. */
  readonly pollMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A job at a server. */
export interface RemoteJob<T> {
  readonly id: Promise<string>;
  readonly progress: AsyncIterable<Progress>;
  readonly result: Promise<T>;
  cancel(): Promise<void>;
}

/** How many looks in a row may fail for a passing reason: the job goes on, whether it is seen or not. */
const patience = 5;

/** Runs a job. An aborted signal stops it at the server too; a process that dies leaves it running there. */
export function runRemoteJob<T>(steps: RemoteSteps<T>): RemoteJob<T> {
  const feed = new ProgressFeed();
  let wake = (): void => undefined;
  let settled = false;
  const id = steps.start();
  const follow = async (): Promise<T> => {
    const name = await id;
    for (let failures = 0; ; ) {
      if (steps.signal?.aborted) {
        await steps.stop(name).catch(() => undefined);
        throw abortedError(steps.signal);
      }
      try {
        const { progress, done } = await steps.look(name);
        failures = 0;
        feed.push(progress);
        if (done) return done.value;
      } catch (error) {
        if (steps.signal?.aborted) continue;
        if (!ModeshiftError.is(error) || !error.isRetryable || ++failures > patience) throw error;
      }
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, steps.pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        steps.signal?.addEventListener('abort', wake, { once: true });
      });
      steps.signal?.removeEventListener('abort', wake);
    }
  };
  const result = follow();
  result.then(
    () => feed.end(),
    (error: unknown) => feed.fail(error),
  );
  result
    .catch(() => undefined)
    .finally(() => {
      settled = true;
    });
  return {
    id,
    progress: feed,
    result,
    async cancel() {
      const name = await id;
      if (settled) return;
      await steps.stop(name);
      wake();
    },
  };
}

// Work that a server does for hours: started once, looked at again and again, followed and cancelled.
import { abortedError, ModeshiftError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { ProgressFeed } from './progress-feed.ts';

/** What one look at a job saw. It throws when the job has failed. */
export interface Look<T> {
  /** Where the job stands; several where more has happened since the last look. */
  readonly progress: readonly Progress[];
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
  /** Any number of readers, each from the beginning. Fails as the job does. */
  readonly progress: AsyncIterable<Progress>;
  readonly result: Promise<T>;
  cancel(): Promise<void>;
}

/** How many looks in a row may fail for a passing reason: the job goes on, whether it is seen or not. */
const patience = 5;

/**
 * Runs a job. An aborted signal stops it at the server too; a process that dies leaves it running there. Nobody has to read
 * anything: what is not read is not an unhandled error.
 *
 * @example
 * ```ts
 * import { runRemoteJob } from '@modeshift/core/provider';
 *
 * let looks = 0;
 * const job = runRemoteJob({
 *   start: async () => 'job-1',
 *   look: async () => ({ progress: [{ phase: 'training', done: ++looks, total: 2 }], ...(looks === 2 && { done: { value: '模型' } }) }),
 *   stop: async () => undefined,
 *   pollMs: 1,
 *   signal: undefined,
 * });
 * const reports = await Array.fromAsync(job.progress);
 * console.log(reports.map(({ done, total }) => `${done}/${total}`)); // [ '1/2', '2/2' ]
 * console.log(await job.id, await job.result); // job-1 模型
 * ```
 */
export function runRemoteJob<T>(steps: RemoteSteps<T>): RemoteJob<T> {
  const { signal } = steps;
  const feed = new ProgressFeed();
  let wake = (): void => undefined;
  let settled = false;
  const pause = (): Promise<void> =>
    new Promise(resolve => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(() => wake(), steps.pollMs);
      wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      signal?.addEventListener('abort', wake, { once: true });
    });
  const id = steps.start();
  const follow = async (): Promise<T> => {
    const name = await id;
    for (let failures = 0; ; await pause()) {
      if (signal?.aborted) {
        await steps.stop(name).catch(() => undefined);
        throw abortedError(signal);
      }
      try {
        const { progress, done } = await steps.look(name);
        failures = 0;
        for (const one of progress) feed.push(one);
        if (done) return done.value;
      } catch (error) {
        if (signal?.aborted) continue;
        if (!ModeshiftError.is(error) || !error.isRetryable || ++failures > patience) throw error;
      }
    }
  };
  const result = follow();
  result.then(
    () => feed.end(),
    (error: unknown) => feed.fail(error),
  );
  const settle = (): void => {
    settled = true;
  };
  result.then(settle, settle);
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

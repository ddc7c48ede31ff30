// Waiting that can be cancelled.
import { abortedError, throwIfAborted } from './errors.ts';

const longest = 2 ** 31 - 1;

/**
 * Waits `ms` milliseconds; none for 0 or less.
 *
 * @throws ModeshiftError `aborted` when the signal fires before the time is over.
 * @example
 * ```ts
 * import { sleep } from '@modeshift/core/provider';
 *
 * await sleep(1, undefined);
 * console.log(await sleep(60_000, AbortSignal.abort()).catch(error => error.reason.tag)); // aborted
 * ```
 */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  if (!(ms > 0)) return;
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(abortedError(signal));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      Math.min(ms, longest),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

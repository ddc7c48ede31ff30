// Waiting that ends when the user cancels, also where the work itself does not listen.
import { abortedError } from '@modeshift/core';

/** Waits for work; when `signal` fires and the work does not end within `graceMs`, stops waiting with `aborted`. */
export async function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined, graceMs: number): Promise<T> {
  if (!signal) return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let listener: (() => void) | undefined;
  const cancelled = new Promise<never>((_, reject) => {
    listener = () => {
      timer = setTimeout(() => reject(abortedError(signal)), graceMs);
    };
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', listener!);
  }
}

/** Waits for work, but no longer than `ms`; tells whether it ended in time. Its errors are the caller's to see. */
export async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

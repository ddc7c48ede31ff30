// Server-sent events that are only made as fast as they are read.

/** Waits until it is woken, a time has passed, or the signal fires. */
export class Waiter {
  #wake: (() => void) | undefined;
  #isWoken = false;

  readonly wake = (): void => {
    this.#isWoken = true;
    this.#wake?.();
  };

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#isWoken && !signal.aborted)
      await new Promise<void>(resolve => {
        const finish = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', finish);
          // Another reader may have begun to wait meanwhile.
          if (this.#wake === finish) this.#wake = undefined;
          resolve();
        };
        const timer = setTimeout(finish, ms);
        this.#wake = finish;
        signal.addEventListener('abort', finish);
      });
    // A reader that was told to leave must not use up what was meant for the next.
    if (!signal.aborted) this.#isWoken = false;
  }
}

/** Headers that keep proxies from holding back or changing a stream. */
export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** A response of blocks. The signal fires when the reader is gone. */
export function eventStream(blocks: (signal: AbortSignal) => AsyncGenerator<string>): Response {
  const gone = new AbortController();
  const source = blocks(gone.signal);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await source.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      async cancel() {
        gone.abort();
        await source.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: streamHeaders });
}

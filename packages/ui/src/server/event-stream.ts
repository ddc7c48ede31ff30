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
    if (this.#isWoken || signal.aborted) {
      this.#isWoken = false;
      return;
    }
    await new Promise<void>(resolve => {
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      this.#wake = finish;
      signal.addEventListener('abort', finish);
    });
    this.#wake = undefined;
    this.#isWoken = false;
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

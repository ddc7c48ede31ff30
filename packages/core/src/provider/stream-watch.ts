// The life of one streamed HTTP answer: cancelled with its caller, limited in silence, closed however it ends.
import { IdleClock } from './idle-clock.ts';

/**
 * Watches a streamed answer. Open the request with `signal`, read the body with `read`, say `began` at the first content, and
 * `close` at the end, however it comes: the connection is then closed. The limit runs only while the network is waited for.
 *
 * @example
 * ```ts
 * import { SseParser, StreamWatch } from '@modeshift/core/provider';
 *
 * async function* lines(url: string, caller?: AbortSignal) {
 *   const watch = new StreamWatch(60_000, caller);
 *   try {
 *     const reader = (await fetch(url, { signal: watch.signal })).body!.getReader();
 *     const parser = new SseParser();
 *     for (let piece = await watch.read(reader); !piece.done; piece = await watch.read(reader)) {
 *       for (const { data } of parser.push(piece.value)) yield data;
 *     }
 *   } finally {
 *     watch.close();
 *   }
 * }
 * console.log(await Array.fromAsync(lines('data:,data: 1%0A%0Adata: 2%0A%0A'))); // [ '1', '2' ]
 * ```
 */
export class StreamWatch {
  /** Fires when the caller cancels, a limit runs out, or the watch is closed. */
  readonly signal: AbortSignal;
  readonly #cancel = new AbortController();
  readonly #clock: IdleClock;
  #timedOut: 'first-chunk' | 'idle' | undefined;
  /** Content has reached the caller. */
  began = false;

  /** @param limitMs milliseconds to the first piece, and between two. */
  constructor(limitMs: number, caller: AbortSignal | undefined) {
    this.signal = caller ? AbortSignal.any([caller, this.#cancel.signal]) : this.#cancel.signal;
    this.#clock = new IdleClock(limitMs, () => {
      this.#timedOut = this.began ? 'idle' : 'first-chunk';
      this.#cancel.abort();
    });
  }

  /** Which limit ran out, if one did. */
  get timedOut(): 'first-chunk' | 'idle' | undefined {
    return this.#timedOut;
  }

  /** The next piece of a body. */
  async read<Piece>(reader: ReadableStreamDefaultReader<Piece>): Promise<ReadableStreamReadResult<Piece>> {
    this.#clock.start();
    const piece = await reader.read();
    this.#clock.pause();
    return piece;
  }

  /** The lines of a body that are not empty, without holding all of it. */
  async *lines(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string, void> {
    const reader = body?.getReader();
    if (!reader) return;
    const utf8 = new TextDecoder();
    // A line may come in many pieces: they are joined once.
    let pieces: string[] = [];
    for (let isOver = false; !isOver; ) {
      const { done, value } = await this.read(reader);
      isOver = done;
      const parts = (done ? `${utf8.decode()}\n` : utf8.decode(value, { stream: true })).split('\n');
      pieces.push(parts[0]!);
      for (const part of parts.slice(1)) {
        const line = pieces.join('').trim();
        if (line !== '') yield line;
        pieces = [part];
      }
    }
  }

  close(): void {
    this.#clock.stop();
    this.#cancel.abort();
  }
}

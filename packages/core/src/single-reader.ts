// A stream with one reader and one result, without a copy of the stream.
import { invalidInput } from './errors.ts';

/**
 * A stream that is read once, and the result that it ends with.
 *
 * Whoever reads gets the typed error thrown; `result` rejects with the same object. Nobody has to read: asking for `result`
 * runs the stream to its end, and the events stay for a reader who comes later. Nobody has to ask for `result`.
 */
export class SingleReader<Event, Result> implements AsyncIterable<Event> {
  readonly #source: AsyncIterator<Event, unknown>;
  readonly #settled: Promise<Result>;
  readonly #kept: Event[] = [];
  #draining: Promise<void> | undefined;
  #reading = false;

  constructor(source: AsyncIterator<Event, unknown>, settled: Promise<Result>) {
    this.#source = source;
    this.#settled = settled;
    settled.catch(() => undefined);
  }

  get result(): Promise<Result> {
    // Later, so that a reader who starts in the same breath finds nothing kept.
    if (!this.#reading) queueMicrotask(() => this.#drain());
    return this.#settled;
  }

  /** @throws ModeshiftError `invalid-input` when somebody reads already. */
  [Symbol.asyncIterator](): AsyncIterator<Event> {
    if (this.#reading) {
      throw invalidInput(
        'This stream is being read already or was read before. A stream is read once: read the events or the text, and take the whole from `result`.',
      );
    }
    this.#reading = true;
    const source = this.#source;
    if (!this.#draining) {
      return { next: () => source.next() as Promise<IteratorResult<Event>>, return: () => this.#leave() };
    }
    return this.#afterDraining();
  }

  #leave(): Promise<IteratorResult<Event>> {
    return (this.#source.return?.() ?? Promise.resolve({ done: true, value: undefined })) as Promise<
      IteratorResult<Event>
    >;
  }

  #drain(): void {
    if (this.#reading) return;
    this.#draining ??= (async () => {
      while (!this.#reading) {
        const next = await this.#source.next();
        if (next.done) return;
        this.#kept.push(next.value);
      }
    })();
    this.#draining.catch(() => undefined);
  }

  async *#afterDraining(): AsyncGenerator<Event> {
    let failure: { error: unknown } | undefined;
    try {
      await this.#draining;
    } catch (error) {
      failure = { error };
    }
    let complete = false;
    try {
      for (const event of this.#kept) yield event;
      if (failure) throw failure.error;
      while (true) {
        const next = await this.#source.next();
        if (next.done) break;
        yield next.value;
      }
      complete = true;
    } finally {
      if (!complete) await this.#leave();
    }
  }
}

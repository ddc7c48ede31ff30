// Runs one streamed answer: pulls events, watches the time, collects the answer, and ends with a result or a typed error.
import { AnswerBuilder } from './answer-builder.ts';
import type { Deadline } from './deadline.ts';
import { ModeshiftError } from './errors.ts';
import { asModeshiftError, withPartial } from './fail.ts';
import type { LanguageEvent } from './language-event.ts';
import type { LanguageModel, LanguageResult } from './models.ts';
import { cleaningMs, settledWithin } from './until-aborted.ts';

const done: IteratorResult<LanguageEvent, undefined> = { done: true, value: undefined };

/**
 * The iterator of one answer. Written by hand and not as a generator, because a cancelled call must let its reader go at
 * once, also when the model does not look at its signal; and because it stands in the path of every chunk.
 */
export class AnswerEvents implements AsyncIterator<LanguageEvent, undefined> {
  readonly #model: LanguageModel;
  readonly #open: (signal: AbortSignal) => AsyncIterable<LanguageEvent>;
  readonly #deadline: Deadline;
  readonly #builder = new AnswerBuilder();
  readonly #onEnd: (result: LanguageResult) => void;
  readonly #onError: (error: ModeshiftError) => void;
  #source: AsyncIterator<LanguageEvent> | undefined;
  #resolve: ((event: IteratorResult<LanguageEvent, undefined>) => void) | undefined;
  #reject: ((error: ModeshiftError) => void) | undefined;
  #last: Promise<IteratorResult<LanguageEvent, undefined>> | undefined;
  #closed: Promise<void> | undefined;
  #waiting = false;
  #over = false;
  #undelivered: ModeshiftError | undefined;

  constructor(
    model: LanguageModel,
    deadline: Deadline,
    open: (signal: AbortSignal) => AsyncIterable<LanguageEvent>,
    onEnd: (result: LanguageResult) => void,
    onError: (error: ModeshiftError) => void,
  ) {
    this.#model = model;
    this.#open = open;
    this.#deadline = deadline;
    this.#onEnd = onEnd;
    this.#onError = onError;
    deadline.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The next event. Calls that overlap are answered in their order. */
  next(): Promise<IteratorResult<LanguageEvent, undefined>> {
    if (this.#waiting) {
      const again = () => this.next();
      return this.#last!.then(again, again);
    }
    if (this.#over) {
      const error = this.#undelivered;
      this.#undelivered = undefined;
      return error ? Promise.reject(error) : Promise.resolve(done);
    }
    this.#waiting = true;
    this.#last = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      try {
        this.#source ??= this.#open(this.#deadline.signal)[Symbol.asyncIterator]();
        this.#deadline.wait();
        this.#source.next().then(this.#onNext, this.#onThrow);
      } catch (error) {
        this.#onThrow(error);
      }
    });
    return this.#last;
  }

  /** The reader leaves: the model is told to stop, and the answer ends with `aborted` unless it was complete. */
  async return(): Promise<IteratorResult<LanguageEvent, undefined>> {
    if (!this.#over) {
      if (this.#builder.finishReason !== undefined) this.#complete();
      else {
        this.#deadline.cancel(
          new ModeshiftError({ tag: 'aborted' }, 'The stream was left before its end, so the call was cancelled.'),
        );
      }
    }
    await this.#closed;
    return done;
  }

  readonly #onNext = (next: IteratorResult<LanguageEvent>): void => {
    if (this.#over) return;
    if (next.done) {
      this.#complete();
      return;
    }
    try {
      this.#builder.push(next.value);
      this.#deadline.pause(this.#builder.began || this.#builder.finishReason !== undefined);
    } catch (error) {
      this.#onThrow(error);
      return;
    }
    this.#waiting = false;
    this.#resolve!(next as IteratorYieldResult<LanguageEvent>);
  };

  readonly #onThrow = (error: unknown): void => {
    this.#fail(asModeshiftError(error, this.#model.provider, this.#builder.began));
  };

  readonly #onAbort = (): void => this.#fail(this.#deadline.signal.reason as ModeshiftError);

  #complete(): void {
    try {
      const result = this.#builder.result(this.#model.provider);
      this.#finish();
      this.#onEnd(result);
      this.#waiting = false;
      this.#resolve?.(done);
    } catch (error) {
      this.#onThrow(error);
    }
  }

  #fail(cause: ModeshiftError): void {
    if (this.#over) return;
    const error = withPartial(cause, this.#builder.partial(this.#model.price));
    this.#finish();
    this.#onError(error);
    if (this.#waiting) this.#reject!(error);
    else this.#undelivered = error;
    this.#waiting = false;
  }

  #finish(): void {
    this.#over = true;
    this.#deadline.stop();
    this.#deadline.signal.removeEventListener('abort', this.#onAbort);
    const closing = this.#source?.return?.();
    closing?.catch(() => undefined);
    // What the model and its middleware clean up is done when the reader goes on, unless they are stuck: in a request, or in
    // the cleaning up itself.
    if (closing && !this.#waiting) this.#closed = settledWithin(cleaningMs, closing);
  }
}

// Limits of time for a call: for the whole, for the first chunk, and for the silence between chunks.
import { abortedError, invalidInput, ModeshiftError, throwIfAborted } from './errors.ts';
import { copyOf } from './fail.ts';

/**
 * Limits of time, in milliseconds. They run only while the call waits for the model, except `total`: a slow reader of a stream
 * is not a slow model.
 */
export interface Timeout {
  /** For everything, to the end of the answer. */
  readonly total?: number;
  /**
   * To the first content of the answer: a server that only says that it has begun has not answered. An answer that is not
   * streamed is one piece, so this limits it like `total`.
   */
  readonly firstChunk?: number;
  /** Between two events of a streamed answer. An answer that is not streamed has no such gap. */
  readonly idle?: number;
}

const longest = 2 ** 31 - 1;

/** Watches the limits of one call and its caller's signal. Costs one clock reading per chunk. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timeout: Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #who: string;
  #total: ReturnType<typeof setTimeout> | undefined;
  #gap: ReturnType<typeof setTimeout> | undefined;
  #limit: 'first-chunk' | 'idle' = 'first-chunk';
  #ms: number | undefined;
  #due = Number.POSITIVE_INFINITY;
  /** What is left of the time to the first content, where events without content came. */
  #left: number | undefined;

  /** @throws ModeshiftError `aborted` when the signal has fired, `invalid-input` for a limit that is not above 0. */
  constructor(caller: AbortSignal | undefined, timeout: Timeout | undefined, who: string) {
    throwIfAborted(caller);
    this.#timeout = timeout ?? {};
    for (const [name, ms] of Object.entries(this.#timeout)) {
      if (ms !== undefined && !(ms > 0))
        throw invalidInput(`The timeout "${name}" is ${ms}. Give milliseconds above 0, or leave it out.`);
    }
    this.#caller = caller;
    this.#who = who;
    this.#ms = this.#timeout.firstChunk;
    caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
    const { total } = this.#timeout;
    if (total !== undefined && total <= longest) {
      this.#total = setTimeout(() => this.#expire('total', total), total);
    }
  }

  /** Fires when the caller cancels or a limit runs out; its reason is the typed error. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The wait for the next event begins. */
  wait(): void {
    if (this.#ms === undefined) return;
    this.#due = performance.now() + (this.#left ?? this.#ms);
    this.#gap ??= setTimeout(this.#check, Math.min(this.#ms, longest));
  }

  /** An event came; `answered` where the answer has content. */
  pause(answered: boolean): void {
    if (this.#limit === 'first-chunk') {
      if (answered) {
        this.#limit = 'idle';
        this.#ms = this.#timeout.idle;
        this.#left = undefined;
        clearTimeout(this.#gap);
        this.#gap = undefined;
      } else if (this.#ms !== undefined) this.#left = Math.max(1, this.#due - performance.now());
    }
    this.#due = Number.POSITIVE_INFINITY;
  }

  /** Cancels the call with an error. */
  cancel(error: ModeshiftError): void {
    this.stop();
    this.#controller.abort(error);
  }

  /** Ends the watch. Must be called when the call is over. */
  stop(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#gap);
    this.#gap = undefined;
    this.#ms = undefined;
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }

  /** A typed reason of the caller's signal, which may end many calls, is copied: each error carries its own `partial`. */
  readonly #onCallerAbort = (): void => this.cancel(copyOf(abortedError(this.#caller)));

  readonly #check = (): void => {
    this.#gap = undefined;
    const left = this.#due - performance.now();
    if (left <= 0) this.#expire(this.#limit, this.#ms!);
    else if (this.#ms !== undefined) this.#gap = setTimeout(this.#check, Math.min(left, this.#ms, longest));
  };

  #expire(limit: 'total' | 'first-chunk' | 'idle', ms: number): void {
    const what = { total: 'did not finish', 'first-chunk': 'did not begin to answer', idle: 'fell silent' }[limit];
    this.cancel(
      new ModeshiftError(
        { tag: 'timeout', limit, ms },
        `${this.#who} ${what} within ${ms} ms. Try again, or raise the timeout.`,
      ),
    );
  }
}

/** Waits for a promise, but not longer than a signal: also for a model that does not look at its signal. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortedError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

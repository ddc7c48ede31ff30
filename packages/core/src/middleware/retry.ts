// Tries a failed call again, as long as nothing of an answer has been delivered.
import type { CallContext } from '../call-context.ts';
import { invalidInput, ModeshiftError } from '../errors.ts';
import { sleep } from '../sleep.ts';
import { fromFirstContent } from './first-content.ts';
import type { Middleware } from './middleware.ts';
import { wrapModel } from './wrap-model.ts';

/** Told before each wait. */
export interface RetryInfo {
  readonly error: ModeshiftError;
  /** 1 for the first repetition. */
  readonly attempt: number;
  readonly delayMs: number;
}

/** Options of {@link retry}. */
export interface RetryOptions {
  /** How often a call is repeated. Left out: 2. */
  readonly retries?: number;
  /** The wait before the first repetition, in milliseconds; it doubles each time. Left out: 500. */
  readonly initialDelayMs?: number;
  /** The longest wait that is not asked for by the provider. Left out: 30,000. */
  readonly maxDelayMs?: number;
  /**
   * The longest wait that the provider may ask for. A provider that asks for more is not waited for: its error is thrown at
   * once, with `retryAt`. Left out: 60,000.
   */
  readonly maxRetryAfterMs?: number;
  /** Which errors are worth it. Left out: those with `isRetryable`. A used-up quota is not among them: waiting does not help. */
  readonly when?: (error: ModeshiftError) => boolean;
  readonly onRetry?: (info: RetryInfo) => void;
}

/**
 * Repeats calls that failed for a reason that may pass, with exponential backoff and jitter, or after the time that the
 * provider asks for (`Retry-After`). A stream is repeated only before its first content: afterwards the typed error carries
 * what had been answered, and the caller decides.
 *
 * A provider whose client repeats by itself should have that turned off, or the numbers multiply.
 *
 * @throws ModeshiftError `invalid-input` for numbers that make no sense.
 * @example
 * ```ts
 * import { generateText, ModeshiftError, retry } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const busy = new ModeshiftError({ tag: 'rate-limit' }, 'busy', { retryAfterMs: 5 });
 * const model = retry()(scriptedModel({ reply: (_, index) => (index === 0 ? busy : '好') }));
 * console.log((await generateText({ model, messages: [{ role: 'user', content: '?' }] })).text); // 好
 * ```
 */
export function retry(options: RetryOptions = {}): Middleware {
  const { retries = 2, initialDelayMs = 500, maxDelayMs = 30_000, maxRetryAfterMs = 60_000 } = options;
  if (!(retries >= 0 && initialDelayMs >= 0 && maxDelayMs >= 0 && maxRetryAfterMs >= 0)) {
    throw invalidInput('The options of retry() must be numbers of 0 or more.');
  }
  const isWorthIt = options.when ?? ((error: ModeshiftError) => error.isRetryable);

  /** Waits, or throws the error when there is no next time. */
  const waitOrThrow = async (error: unknown, attempt: number, ctx: CallContext): Promise<void> => {
    if (!ModeshiftError.is(error) || attempt > retries || ctx.signal?.aborted || !isWorthIt(error)) throw error;
    const asked = error.retryAfterMs;
    if (asked !== undefined && asked > maxRetryAfterMs) throw error;
    const backoff = Math.min(maxDelayMs, initialDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
    const delayMs = asked ?? backoff;
    try {
      options.onRetry?.({ error, attempt, delayMs });
    } catch {
      // A listener does not decide about the call.
    }
    // At least one turn of the event loop, or tries that fail at once would leave no room for a timeout.
    await sleep(Math.max(1, delayMs), ctx.signal);
  };

  return model =>
    wrapModel(model, {
      async once(operation, ctx, next) {
        for (let attempt = 1; ; attempt++) {
          try {
            return await next(operation, ctx);
          } catch (error) {
            await waitOrThrow(error, attempt, ctx);
          }
        }
      },
      async *stream(call, ctx, next) {
        for (let attempt = 1; ; attempt++) {
          let began = false;
          try {
            for await (const event of fromFirstContent(model.provider, next, call, ctx)) {
              began = true;
              yield event;
            }
            return;
          } catch (error) {
            if (began) throw error;
            await waitOrThrow(error, attempt, ctx);
          }
        }
      },
    });
}

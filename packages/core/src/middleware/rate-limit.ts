// Keeps calls within limits of requests, tokens and concurrency, and learns from what the provider says.
import type { CallContext } from '../call-context.ts';
import { invalidInput, ModeshiftError } from '../errors.ts';
import type { LanguageEvent } from '../language-event.ts';
import { rateLimitsOf } from '../rate-limit-headers.ts';
import { knownUsage, type Usage } from '../usage.ts';
import type { Middleware } from './middleware.ts';
import { estimateCall, estimateOperation, usageOf } from './operation-tokens.ts';
import { Pacer } from './pacer.ts';
import { wrapModel } from './wrap-model.ts';

/** Options of {@link rateLimit}. A limit that is left out does not hold. */
export interface RateLimitOptions {
  readonly requestsPerMinute?: number;
  /**
   * Prompt and generated tokens. A call counts with an estimate of its prompt and with its `maxTokens` until its usage is
   * known.
   */
  readonly tokensPerMinute?: number;
  /** How many calls run at once. A stream runs until it ends or is left. */
  readonly concurrency?: number;
  /** Whether to wait as the provider's headers and its 429 answers say. Left out: true. */
  readonly learn?: boolean;
}

/** A {@link rateLimit}, with what is going on. */
export interface RateLimiter extends Middleware {
  /** Calls that wait for their turn. */
  readonly waiting: number;
  /** Calls that run. */
  readonly running: number;
}

/**
 * Paces calls instead of letting the provider refuse them. Calls wait in the order they came; an abort takes a waiting call
 * out. Models that share the middleware share the limits.
 *
 * @throws ModeshiftError `invalid-input` for a limit below 1.
 * @example
 * ```ts
 * import { generateText, rateLimit } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const limit = rateLimit({ requestsPerMinute: 500, concurrency: 2 });
 * const model = limit(scriptedModel({ reply: () => '好' }));
 * const messages = [{ role: 'user', content: '?' }] as const;
 * const answers = await Promise.all([1, 2, 3].map(() => generateText({ model, messages })));
 * console.log(answers.length, limit.running); // 3 0
 * ```
 */
export function rateLimit(options: RateLimitOptions): RateLimiter {
  const { learn = true, ...limits } = options;
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined && !(value >= 1))
      throw invalidInput(`The limit "${name}" is ${value}. Give 1 or more, or leave it out.`);
  }
  const pacer = new Pacer(limits);
  const listening = (ctx: CallContext): CallContext =>
    learn
      ? {
          ...ctx,
          onResponse: response => {
            pacer.learn(rateLimitsOf(response.headers));
            ctx.onResponse?.(response);
          },
        }
      : ctx;
  const noteRefusal = (error: unknown): void => {
    if (learn && ModeshiftError.is(error, 'rate-limit') && error.retryAfterMs !== undefined)
      pacer.block(error.retryAfterMs);
  };
  const total = (usage: Usage | undefined): number | undefined =>
    usage?.inputTokens === undefined ? undefined : usage.inputTokens + (usage.outputTokens ?? 0);

  const limiter: Middleware = model =>
    wrapModel(model, {
      async once(operation, ctx, next) {
        const { input, output } = estimateOperation(operation);
        const pass = await pacer.enter(input + output, ctx.signal);
        let used: number | undefined;
        try {
          const result = await next(operation, listening(ctx));
          used = total(usageOf(result));
          return result;
        } catch (error) {
          noteRefusal(error);
          throw error;
        } finally {
          pacer.leave(pass, used);
        }
      },
      async *stream(call, ctx, next): AsyncGenerator<LanguageEvent, void> {
        const { input, output } = estimateCall(call);
        const pass = await pacer.enter(input + output, ctx.signal);
        let used: number | undefined;
        try {
          for await (const event of next(call, listening(ctx))) {
            if (event.type === 'usage') used = total(knownUsage(event.usage));
            yield event;
          }
        } catch (error) {
          noteRefusal(error);
          throw error;
        } finally {
          pacer.leave(pass, used);
        }
      },
    });
  return Object.defineProperties(limiter, {
    waiting: { get: () => pacer.waiting },
    running: { get: () => pacer.running },
  }) as RateLimiter;
}

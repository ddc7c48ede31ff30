// Middleware: a function from a model to a model of the same type.
import type { Model } from '../models.ts';

/**
 * Puts something around a model's calls and keeps the model's type: what could score before can score after. One middleware may
 * wrap several models; what it remembers (a budget, a rate limit, a cache) they then share.
 */
export type Middleware = <M extends Model>(model: M) => M;

/**
 * Puts middleware around a model. The first is the outermost: it sees a call first and its result last.
 *
 * A useful order: `trace`, `cache`, `budget`, `retry`, `rateLimit`. So a cached answer costs nothing, and every single try
 * is paced.
 *
 * @example
 * ```ts
 * import { budget, cache, generateText, retry, withMiddleware } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const price = { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-11-01', source: 'an example' };
 * const spend = budget({ usd: 0.01 });
 * const model = withMiddleware(scriptedModel({ reply: () => '好', price }), cache(), spend, retry());
 * const messages = [{ role: 'user', content: '?' }] as const;
 * await generateText({ model, messages });
 * const again = await generateText({ model, messages });
 * console.log(again.text, again.usd, spend.spent.calls); // 好 0 1
 * ```
 */
export function withMiddleware<M extends Model>(model: M, ...middleware: readonly Middleware[]): M {
  return middleware.reduceRight<M>((wrapped, one) => one(wrapped), model);
}

// A hard limit of money and tokens.
import { invalidInput, ModeshiftError } from '../errors.ts';
import { estimateTokens } from '../estimate-tokens.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { Model } from '../models.ts';
import { costOf, knownUsage, type Price, type Usage } from '../usage.ts';
import type { Middleware } from './middleware.ts';
import { estimateCall, estimateOperation, usageOf } from './operation-tokens.ts';
import { wrapModel } from './wrap-model.ts';

/** Options of {@link budget}. */
export interface BudgetOptions {
  /** US dollars. */
  readonly usd?: number;
  /** Prompt and generated tokens together. */
  readonly tokens?: number;
}

/** What was spent. */
export interface Spent {
  /** US dollars; `undefined` where a model had no price, which a limit of money does not allow. */
  readonly usd: number | undefined;
  readonly tokens: number;
  readonly calls: number;
  /** Calls whose usage the provider did not report (as after an abort): they count with an estimate of their text. */
  readonly estimatedCalls: number;
}

/** A {@link budget}, with what was spent. */
export interface Budget extends Middleware {
  readonly spent: Spent;
}

/**
 * Stops calls before they would pass a limit of money or tokens. A call is let through when what was spent, what running calls
 * may take and what it may take itself fit together: its prompt is estimated, its answer is taken to be as long as `maxTokens`
 * allows. Without `maxTokens` an answer can pass the limit by its own length; the next call is then refused.
 *
 * Models that share the middleware share the budget. For models with different prices in a `fallback`, wrap each of them.
 *
 * @throws ModeshiftError `invalid-input` for no limit, and for a model without a price under a limit of money; `budget` from a
 * call that is refused.
 * @example
 * ```ts
 * import { budget, generateText, ModeshiftError } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const spend = budget({ tokens: 20 });
 * const model = spend(scriptedModel({ reply: () => '好的，没问题。' }));
 * const messages = [{ role: 'user', content: '可以吗？' }] as const;
 * await generateText({ model, messages });
 * const refused = await generateText({ model, messages, maxTokens: 50 }).catch(error => ModeshiftError.is(error, 'budget'));
 * console.log(spend.spent.tokens, refused); // 11 true
 * ```
 */
export function budget(options: BudgetOptions): Budget {
  const { usd: usdLimit, tokens: tokenLimit } = options;
  if (usdLimit === undefined && tokenLimit === undefined) throw invalidInput('A budget needs "usd" or "tokens".');
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !(value >= 0)) throw invalidInput(`The budget "${name}" is ${value}. Give 0 or more.`);
  }
  let spent: Spent = { usd: 0, tokens: 0, calls: 0, estimatedCalls: 0 };
  const reserved = { usd: 0, tokens: 0 };

  const dollars = (usage: Usage, price: Price | undefined): number | undefined => costOf(usage, price);
  /** Takes what a call may need, or refuses it. Gives the function that settles it. */
  const open = (
    model: Model,
    need: { readonly input: number; readonly output: number },
  ): ((usage: Usage | undefined, price: Price | undefined, writtenTokens: number) => void) => {
    const tokens = need.input + need.output;
    const usd = dollars({ inputTokens: need.input, outputTokens: need.output }, model.price) ?? 0;
    const refuse = (what: string): never => {
      throw new ModeshiftError({ tag: 'budget' }, `${what} Raise the budget, or lower maxTokens. Nothing was sent.`);
    };
    const spentUsd = spent.usd ?? 0;
    if (usdLimit !== undefined && (spentUsd >= usdLimit || spentUsd + reserved.usd + usd > usdLimit)) {
      refuse(
        `The budget of $${usdLimit} does not allow this call: $${spentUsd} is spent, and it may cost $${usd} more.`,
      );
    }
    if (
      tokenLimit !== undefined &&
      (spent.tokens >= tokenLimit || spent.tokens + reserved.tokens + tokens > tokenLimit)
    ) {
      refuse(
        `The budget of ${tokenLimit} tokens does not allow this call: ${spent.tokens} are spent, and it may take ${tokens} more.`,
      );
    }
    reserved.usd += usd;
    reserved.tokens += tokens;
    return (usage, price, writtenTokens) => {
      reserved.usd -= usd;
      reserved.tokens -= tokens;
      const isKnown = usage?.inputTokens !== undefined && usage.outputTokens !== undefined;
      const inputTokens = usage?.inputTokens ?? need.input;
      const outputTokens = usage?.outputTokens ?? writtenTokens;
      const counted = { ...usage, inputTokens, outputTokens };
      const cost = dollars(counted, price ?? model.price);
      spent = {
        usd: spent.usd === undefined || cost === undefined ? undefined : Number((spent.usd + cost).toPrecision(12)),
        tokens: spent.tokens + inputTokens + outputTokens,
        calls: spent.calls + 1,
        estimatedCalls: spent.estimatedCalls + (isKnown ? 0 : 1),
      };
    };
  };

  const limiter: Middleware = model => {
    if (usdLimit !== undefined && model.price === undefined) {
      throw invalidInput(
        `The price of ${model.provider} ${model.modelId} is unknown, so a budget of money cannot hold. Give a price (withPrice), or limit tokens.`,
      );
    }
    return wrapModel(model, {
      async once(operation, ctx, next) {
        const settle = open(model, estimateOperation(operation));
        try {
          const result = await next(operation, ctx);
          const price = typeof result === 'object' && 'price' in result ? result.price : undefined;
          const usage = usageOf(result);
          settle(operation.kind === 'count-tokens' ? nothing : usage, price, writtenBy(result));
          return result;
        } catch (error) {
          settle(isUnbilled(error) ? nothing : undefined, undefined, 0);
          throw error;
        }
      },
      async *stream(call, ctx, next): AsyncGenerator<LanguageEvent, void> {
        const settle = open(model, estimateCall(call));
        let usage: Usage | undefined;
        let price: Price | undefined;
        let written = 0;
        let failed = false;
        try {
          for await (const event of next(call, ctx)) {
            if (event.type === 'usage') usage = knownUsage(event.usage);
            else if (event.type === 'response') price = event.price ?? price;
            else if (event.type === 'text-delta' || event.type === 'reasoning-delta')
              written += estimateTokens(event.text);
            else if (event.type === 'tool-call') written += estimateTokens(event.arguments);
            yield event;
          }
        } catch (error) {
          failed = isUnbilled(error);
          throw error;
        } finally {
          settle(failed && written === 0 ? (usage ?? nothing) : usage, price, written);
        }
      },
    });
  };
  return Object.defineProperty(limiter, 'spent', { get: () => spent }) as Budget;
}

const nothing: Usage = { inputTokens: 0, outputTokens: 0 };

/** Refused by the provider before it did any work. A timeout or an abort may have been billed. */
function isUnbilled(error: unknown): boolean {
  return (
    ModeshiftError.is(error) && !['aborted', 'timeout', 'interrupted', 'invalid-response'].includes(error.reason.tag)
  );
}

function writtenBy(result: unknown): number {
  const content = (result as { content?: readonly { text?: string; arguments?: string }[] }).content ?? [];
  return content.reduce((sum, part) => sum + estimateTokens(part.text ?? part.arguments ?? ''), 0);
}

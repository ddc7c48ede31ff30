// What Claude models cost, as read on a day from a page. A price gets old: `asOf` says when, `source` says where.
import type { Price } from '@modeshift/core';

/** A price, and another one for answers to long prompts where there is one. */
export interface Rate {
  readonly price: Price;
  /** For prompts of more than `above` tokens, cached ones included; it holds for all tokens of the answer. */
  readonly long?: { readonly above: number; readonly price: Price } | undefined;
  /** From our own list: what it costs to write to the cache for an hour is then known to be twice the input price. */
  readonly isListed: boolean;
}

const page = 'https://platform.claude.com/docs/en/about-claude/pricing';
const opus55 = 'https://platform.claude.com/docs/zh-CN/models/opus-5-5/overview';
const sonnet5 = 'https://platform.claude.com/docs/zh-CN/models/sonnet-5/overview';
const haiku55 = 'https://platform.claude.com/docs/zh-CN/models/haiku-5-5/overview';
const claudit = 'https://github.com/kurofune/claudit/releases/tag/v1.9.2';
const rightsize = 'https://github.com/archid21/rightsize/releases/tag/v0.10.2';
// The day on which claudit's release notes say that every rate of Anthropic's price page was checked.
const checked = '2026-10-24';

/**
 * US dollars per million tokens at the standard tier; writing to the cache for five minutes. Every line was read from its
 * `source`: a page of Anthropic's documentation, or release notes that quote its price page. Models whose price could not be
 * read that way are not listed. `claude-haiku-5-5` is the price for prompts of up to 100,000 tokens; for longer ones an answer
 * carries its own price.
 */
export const prices: Readonly<Record<string, Price>> = {
  'claude-fable-5-2': price(8, 40, 0.2, 10, '2026-11-10', rightsize),
  'claude-fable-5-1': price(10, 50, 0.25, 12.5, checked, page),
  'claude-fable-5': price(10, 50, 1, 12.5, checked, page),
  'claude-opus-5-5': price(4, 20, 0.2, 5, checked, opus55),
  'claude-opus-5': price(5, 25, 0.5, 6.25, checked, page),
  'claude-opus-4-8': price(5, 25, 0.5, 6.25, checked, page),
  'claude-opus-4-7': price(5, 25, 0.5, 6.25, checked, page),
  'claude-opus-4-6': price(5, 25, 0.5, 6.25, checked, page),
  'claude-opus-4-5': price(5, 25, 0.5, 6.25, checked, page),
  'claude-sonnet-5-5': price(2, 10, 0.1, 2.5, checked, claudit),
  'claude-sonnet-5': price(2, 10, 0.2, 2.5, checked, sonnet5),
  'claude-sonnet-4-6': price(3, 15, 0.3, 3.75, checked, page),
  'claude-sonnet-4-5': price(3, 15, 0.3, 3.75, checked, page),
  'claude-haiku-5-5': price(0.1, 0.5, 0.01, 0.125, checked, haiku55),
  'claude-haiku-4-5': price(1, 5, 0.1, 1.25, checked, page),
};

const longPrices: Readonly<Record<string, NonNullable<Rate['long']>>> = {
  'claude-haiku-5-5': { above: 100_000, price: price(0.5, 2.5, 0.05, 0.625, checked, claudit) },
};

/**
 * The listed price of a model, also for its dated snapshots (`claude-haiku-4-5-20251001`); `undefined` where it is unknown.
 *
 * @example
 * ```ts
 * import { priceOf } from '@modeshift/anthropic';
 *
 * console.log(priceOf('claude-opus-5')?.outputPerMillion, priceOf('glm-5')); // 25 undefined
 * ```
 */
export function priceOf(modelId: string): Price | undefined {
  const name = withoutDate(modelId);
  return Object.hasOwn(prices, name) ? prices[name] : undefined;
}

/** What a model costs by the list, for prompts of every length. */
export function listedRate(modelId: string): Rate | undefined {
  const price = priceOf(modelId);
  const name = withoutDate(modelId);
  return price && { price, long: Object.hasOwn(longPrices, name) ? longPrices[name] : undefined, isListed: true };
}

function withoutDate(modelId: string): string {
  return modelId.replace(/-\d{8}$/, '');
}

function price(
  input: number,
  output: number,
  cachedInput: number,
  cacheWrite: number,
  asOf: string,
  source: string,
): Price {
  return {
    inputPerMillion: input,
    outputPerMillion: output,
    cachedInputPerMillion: cachedInput,
    cacheWritePerMillion: cacheWrite,
    asOf,
    source,
  };
}

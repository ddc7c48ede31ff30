// What OpenAI's models cost, as read on a day from a page. A price gets old: `asOf` says when, `source` says where.
import type { Price } from '@modeshift/core';

const plans =
  'https://github.com/api-evangelist/openai/blob/0047de3a4983ffb66eabe0a20acb12672cba2392/plans/openai-plans-pricing.yml';
const laozhang = 'https://docs.laozhang.ai/en/announcements/gpt-5-6-pricing-2026-07.md';
const codexometer = 'https://github.com/merefield/codexometer/releases/tag/v0.18.4';
const promptfuel = 'https://github.com/TheKrush/PromptFuel/releases/tag/v1.0.19';

/**
 * US dollars per million tokens at the standard tier and below the long-context threshold (272,000 prompt tokens, above which
 * OpenAI charges more). Every line was read from its `source`, which quotes OpenAI's price page at
 * https://developers.openai.com/api/docs/pricing; models whose price could not be read that way are not listed.
 */
export const prices: Readonly<Record<string, Price>> = {
  'gpt-6-astra': price(10, 50, 1, '2026-09-07', promptfuel),
  'gpt-6-sol': { ...price(2, 10, 0.2, '2026-09-22', codexometer), cacheWritePerMillion: 2.5 },
  'gpt-6-luna': { ...price(0.1, 0.5, 0.01, '2026-09-22', codexometer), cacheWritePerMillion: 0.125 },
  'gpt-5.6-terra': price(2, 12, 0.2, '2026-08-01', laozhang),
  'gpt-5.6-luna': price(0.2, 1.2, 0.02, '2026-08-01', laozhang),
  'gpt-5.5': price(5, 30, 0.5, '2026-05-04', plans),
  'gpt-5.4': price(2.5, 15, 0.25, '2026-05-04', plans),
  'gpt-5.4-mini': price(0.75, 4.5, 0.075, '2026-05-04', plans),
  'gpt-5.4-nano': price(0.2, 1.25, 0.02, '2026-05-04', plans),
};

/**
 * The listed price of a model, also for its dated snapshots (`gpt-5.4-mini-2026-03-17`); `undefined` where it is unknown.
 *
 * @example
 * ```ts
 * import { priceOf } from '@modeshift/openai';
 *
 * console.log(priceOf('gpt-5.4-mini')?.inputPerMillion, priceOf('qwen3-4b')); // 0.75 undefined
 * ```
 */
export function priceOf(modelId: string): Price | undefined {
  const name = modelId.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  return Object.hasOwn(prices, name) ? prices[name] : undefined;
}

function price(input: number, output: number, cachedInput: number, asOf: string, source: string): Price {
  return { inputPerMillion: input, outputPerMillion: output, cachedInputPerMillion: cachedInput, asOf, source };
}

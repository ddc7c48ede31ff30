// The price of one answer, where it is another than the model's: long prompts, an hour of cache, a batch.
import type { Price } from '@modeshift/core';
import { scaledPrice } from '@modeshift/core/provider';
import { mapUsage } from './map-usage.ts';
import type { Rate } from './prices.ts';
import type { WireUsage } from './wire.ts';

/** What a message of a batch costs beside one that is answered at once. */
const batchShare = 0.5;

/**
 * The price, or `undefined` where the model's own holds. The wire says how much was written to the cache for five minutes and
 * how much for an hour, which costs twice the input price; a price has one figure for both, so it is their mean.
 *
 * Source: https://platform.claude.com/docs/en/about-claude/pricing
 */
export function answerPrice(rate: Rate | undefined, usage: WireUsage | undefined, isBatch = false): Price | undefined {
  if (!rate || !usage) return undefined;
  const { inputTokens } = mapUsage(usage);
  const isLong = rate.long !== undefined && inputTokens !== undefined && inputTokens > rate.long.above;
  let price = isLong ? rate.long!.price : rate.price;
  const hour = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  if (rate.isListed && hour > 0) {
    const minutes = usage.cache_creation?.ephemeral_5m_input_tokens ?? 0;
    const short = price.cacheWritePerMillion ?? price.inputPerMillion;
    const written = minutes * short + hour * 2 * price.inputPerMillion;
    price = { ...price, cacheWritePerMillion: written / (minutes + hour) };
  }
  if (isBatch) price = scaledPrice(price, batchShare);
  return price === rate.price ? undefined : price;
}

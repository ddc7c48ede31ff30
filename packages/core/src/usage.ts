// What a call used, and what that costs. An unknown number is `undefined`, never 0 and never NaN.

/** Tokens that a call used. A field that the provider did not report is `undefined`. */
export interface Usage {
  /** All tokens of the prompt, cached ones included. */
  readonly inputTokens: number | undefined;
  /** All generated tokens, reasoning included. */
  readonly outputTokens: number | undefined;
  /** The part of `inputTokens` that was read from the provider's prompt cache. */
  readonly cachedInputTokens?: number | undefined;
  /** The part of `inputTokens` that was written to the provider's prompt cache. */
  readonly cacheWriteTokens?: number | undefined;
  /** The part of `outputTokens` that was reasoning. */
  readonly reasoningTokens?: number | undefined;
}

/** What a model costs, with its date and its source: a price is data, and it gets old. */
export interface Price {
  /** US dollars per million prompt tokens. */
  readonly inputPerMillion: number;
  /** US dollars per million generated tokens. */
  readonly outputPerMillion: number;
  /** US dollars per million prompt tokens read from the cache. Left out: as `inputPerMillion`. */
  readonly cachedInputPerMillion?: number;
  /** US dollars per million prompt tokens written to the cache. Left out: as `inputPerMillion`. */
  readonly cacheWritePerMillion?: number;
  /** The day the price was read, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** Where it was read. */
  readonly source: string;
}

/** Says that an answer was taken from a cache: its usage is 0, and this is what it took when it was made. */
export interface CachedAnswer {
  readonly usage: Usage;
}

/** Usage of which nothing is known. */
export const unknownUsage: Usage = { inputTokens: undefined, outputTokens: undefined };

const fields = ['inputTokens', 'outputTokens', 'cachedInputTokens', 'cacheWriteTokens', 'reasoningTokens'] as const;

/** A usage as it may be counted with: what a provider reported that is no number of 0 or more is unknown. */
export function knownUsage(usage: Usage | undefined): Usage {
  const isWrong = (value: number | undefined): boolean =>
    value !== undefined && !(typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY);
  if (!usage) return unknownUsage;
  if (!fields.some(field => isWrong(usage[field]))) return usage;
  return {
    ...usage,
    ...Object.fromEntries(fields.filter(field => isWrong(usage[field])).map(field => [field, undefined])),
  };
}

/**
 * Adds usages. A field is known in the sum when it is known in every part.
 *
 * @example
 * ```ts
 * import { addUsage } from '@modeshift/core';
 *
 * const sum = addUsage([{ inputTokens: 10, outputTokens: 2 }, { inputTokens: 5, outputTokens: undefined }]);
 * console.log(sum.inputTokens, sum.outputTokens); // 15 undefined
 * ```
 */
export function addUsage(usages: readonly Usage[]): Usage {
  if (usages.length === 0) return { inputTokens: 0, outputTokens: 0 };
  const known = usages.map(knownUsage);
  const sum = (read: (usage: Usage) => number | undefined): number | undefined => {
    let total = 0;
    for (const usage of known) {
      const value = read(usage);
      if (value === undefined) return undefined;
      total += value;
    }
    return total;
  };
  return {
    inputTokens: sum(usage => usage.inputTokens),
    outputTokens: sum(usage => usage.outputTokens),
    cachedInputTokens: sum(usage => usage.cachedInputTokens),
    cacheWriteTokens: sum(usage => usage.cacheWriteTokens),
    reasoningTokens: sum(usage => usage.reasoningTokens),
  };
}

/**
 * The price of a call in US dollars, or `undefined` where the price or the usage is unknown.
 *
 * @example
 * ```ts
 * import { costOf } from '@modeshift/core';
 *
 * const price = { inputPerMillion: 0.5, outputPerMillion: 2, asOf: '2026-11-01', source: 'an example' };
 * console.log(costOf({ inputTokens: 1000, outputTokens: 100 }, price)); // 0.0007
 * ```
 */
export function costOf(usage: Usage, price: Price | undefined): number | undefined {
  if (!price || usage.inputTokens === undefined || usage.outputTokens === undefined) return undefined;
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const written = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - cached);
  const millionths =
    (usage.inputTokens - cached - written) * price.inputPerMillion +
    cached * (price.cachedInputPerMillion ?? price.inputPerMillion) +
    written * (price.cacheWritePerMillion ?? price.inputPerMillion) +
    usage.outputTokens * price.outputPerMillion;
  if (!Number.isFinite(millionths)) return undefined;
  return Number((millionths / 1e6).toPrecision(12));
}

// What a provider says of its rate limits in the headers of an answer.

/** What is left of one limit. */
export interface RateLimitState {
  readonly limit?: number;
  readonly remaining?: number;
  /** Milliseconds until the limit is full again. */
  readonly resetMs?: number;
}

/** What the headers say. */
export interface RateLimits {
  readonly requests: RateLimitState;
  readonly tokens: RateLimitState;
}

/**
 * Reads the rate limits that OpenAI and compatible servers (`x-ratelimit-remaining-requests`, resets as `6m0s` or `12ms`) and
 * Anthropic (`anthropic-ratelimit-requests-remaining`, resets as RFC 3339 dates) send with each answer.
 *
 * Source: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers,
 * https://docs.anthropic.com/en/api/rate-limits#response-headers
 *
 * @param headers names in lower case.
 * @param now milliseconds since 1970, for dates.
 * @example
 * ```ts
 * import { rateLimitsOf } from '@modeshift/core';
 *
 * const limits = rateLimitsOf({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m30s' });
 * console.log(limits.requests); // { remaining: 0, resetMs: 90000 }
 * ```
 */
export function rateLimitsOf(headers: Readonly<Record<string, string>>, now: number = Date.now()): RateLimits {
  const read = (kind: 'requests' | 'tokens'): RateLimitState => {
    const word = (field: 'limit' | 'remaining' | 'reset'): string | undefined =>
      headers[`x-ratelimit-${field}-${kind}`] ?? headers[`anthropic-ratelimit-${kind}-${field}`];
    const limit = wholeNumber(word('limit'));
    const remaining = wholeNumber(word('remaining'));
    const resetMs = durationMs(word('reset'), now);
    return {
      ...(limit !== undefined && { limit }),
      ...(remaining !== undefined && { remaining }),
      ...(resetMs !== undefined && { resetMs }),
    };
  };
  return { requests: read('requests'), tokens: read('tokens') };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationMs(text: string | undefined, now: number): number | undefined {
  const value = text?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value)) {
    let sum = 0;
    for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
      sum += Number(amount) * units[unit!]!;
    return sum;
  }
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

// Usage as the wire tells it, in the words of the house.
import { type Usage, unknownUsage } from '@modeshift/core';
import type { WireResponseUsage } from './responses-wire.ts';
import type { WireUsage } from './wire.ts';

/**
 * Maps usage. Some servers (xAI, Gemini) leave reasoning out of `completion_tokens` and count it in the total only, so the
 * larger of the two readings is taken. A missing number stays `undefined`.
 */
export function mapUsage(usage: WireUsage | null | undefined): Usage {
  if (!usage) return unknownUsage;
  const inputTokens = count(usage.prompt_tokens);
  const completion = count(usage.completion_tokens);
  const total = count(usage.total_tokens);
  const rest = total !== undefined && inputTokens !== undefined ? count(total - inputTokens) : undefined;
  const outputTokens = completion === undefined ? rest : Math.max(completion, rest ?? 0);
  const cached = count(usage.prompt_tokens_details?.cached_tokens) ?? count(usage.prompt_cache_hit_tokens);
  const written = count(usage.prompt_tokens_details?.cache_write_tokens);
  const reasoning = count(usage.completion_tokens_details?.reasoning_tokens);
  return {
    inputTokens,
    outputTokens,
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(written !== undefined && { cacheWriteTokens: written }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Maps the usage of a response: the same numbers under other names. */
export function mapResponseUsage(usage: WireResponseUsage | null | undefined): Usage {
  return mapUsage(
    usage && {
      prompt_tokens: usage.input_tokens ?? null,
      completion_tokens: usage.output_tokens ?? null,
      total_tokens: usage.total_tokens ?? null,
      prompt_tokens_details: usage.input_tokens_details ?? null,
      completion_tokens_details: usage.output_tokens_details ?? null,
    },
  );
}

// Usage as the wire tells it, in the words of the house.
import { type Usage, unknownUsage } from '@modeshift/core';
import type { WireUsage } from './wire.ts';

/**
 * Maps usage. The wire counts a prompt in three parts that do not overlap (new, read from the cache, written to it); the house
 * counts the whole prompt. A number that is missing stays `undefined`.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
 */
export function mapUsage(usage: WireUsage | null | undefined): Usage {
  if (!usage) return unknownUsage;
  const fresh = count(usage.input_tokens);
  const read = count(usage.cache_read_input_tokens);
  const written = count(usage.cache_creation_input_tokens);
  const reasoning = count(usage.output_tokens_details?.thinking_tokens);
  return {
    inputTokens: fresh === undefined ? undefined : fresh + (read ?? 0) + (written ?? 0),
    outputTokens: count(usage.output_tokens),
    ...(read !== undefined && { cachedInputTokens: read }),
    ...(written !== undefined && { cacheWriteTokens: written }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}

/** Usage of a stream after another report of it: what is reported replaces what was, and nothing is added. */
export function mergeUsage(before: WireUsage | undefined, update: WireUsage | null | undefined): WireUsage | undefined {
  if (!update) return before;
  const known = Object.entries(update).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(known) };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

// What a refusal means, and what to do about it.
import type { ErrorReason } from '@modeshift/core';
import { isQuota } from './normalize-errors.ts';

/** A refusal as the wire tells it. */
export interface Refusal {
  readonly status?: number | undefined;
  readonly code?: unknown;
  readonly type?: unknown;
  /** The server's own words, already redacted. */
  readonly detail: string;
  readonly modelId: string;
  readonly host: string;
  readonly sentKey: boolean;
  readonly keyVariable?: string | undefined;
  readonly urlVariable?: string | undefined;
  /** Content had reached the caller before. */
  readonly began: boolean;
}

/** The reason of a refusal, and a sentence that says what to do. */
export function explainRefusal(refusal: Refusal): { readonly reason: ErrorReason; readonly advice: string } {
  const { status, code, detail, host, modelId } = refusal;
  const at = status === undefined ? {} : { status };
  const http = status === undefined ? '' : ` (HTTP ${status})`;
  const { keyVariable, urlVariable } = refusal;
  if (status === 401 || status === 403 || code === 'invalid_api_key') {
    return {
      reason: { tag: 'authentication', ...at },
      advice: !refusal.sentKey
        ? `${host} wants a key${http}. ${keyVariable ? `Set ${keyVariable}${urlVariable ? ` together with ${urlVariable}` : ''}, or pass` : 'Pass'} apiKey.`
        : status === 403
          ? `The key may not do this at ${host}${http}. Check its project and its rights, or ${keyVariable ? `set another ${keyVariable}` : 'pass another apiKey'}.`
          : `${host} refused the key${http}. ${keyVariable ? `Set ${keyVariable} to a valid key, or pass apiKey` : 'Pass a valid apiKey'}.`,
    };
  }
  if (isQuota(refusal) || status === 402) {
    return {
      reason: { tag: 'quota', ...at },
      advice: `The account at ${host} has no quota left${http}. Add credit or raise its limit; waiting does not help.`,
    };
  }
  if (status === 429 || code === 'rate_limit_exceeded') {
    return {
      reason: { tag: 'rate-limit', ...at },
      advice: `${host} limits the rate${http}. Wait and try again, or lower the concurrency.`,
    };
  }
  if (code === 'context_length_exceeded' || contextWords.test(detail)) {
    return {
      reason: { tag: 'context-length', ...at },
      advice: `The prompt is longer than ${modelId} can read${http}. Shorten it or take a model with a longer context.`,
    };
  }
  if (code === 'content_filter' || code === 'content_policy_violation' || code === 'moderation_blocked') {
    return {
      reason: { tag: 'content-filter', ...at },
      advice: `${host} refused the content${http}. Change the input.`,
    };
  }
  if (status === 404 || code === 'model_not_found') {
    return {
      reason: { tag: 'not-found', ...at },
      advice: `${host} does not know ${modelId}${http}. Check the model name and the base URL, which mostly ends in /v1.`,
    };
  }
  if (status !== undefined && status < 500 && status !== 408 && status !== 409) {
    return {
      reason: { tag: 'refused', ...at },
      advice: `${host} refused the request${http}. Change what it complains about.`,
    };
  }
  if (refusal.began) {
    return {
      reason: { tag: 'interrupted' },
      advice: `${host} broke the answer off. What came before is incomplete; ask again.`,
    };
  }
  return { reason: { tag: 'server', ...at }, advice: `${host} failed${http}. Try again later.` };
}

const contextWords =
  /maximum context length|max \d+ tokens per request|context (length|window|size)|prompt is too long|too many tokens|input is too long/i;

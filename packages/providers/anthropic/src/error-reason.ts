// What a refusal means, and what to do about it.
import type { ErrorReason } from '@modeshift/core';
import type { WireError } from './wire.ts';

/** A refusal as the wire tells it. */
export interface Refusal {
  readonly status?: number | undefined;
  readonly error: WireError;
  /** The server's own words, already redacted. */
  readonly detail: string;
  readonly modelId: string;
  readonly host: string;
  readonly sentKey: boolean;
  /** Content had reached the caller before. */
  readonly began: boolean;
}

const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/**
 * The reason of a refusal, and a sentence that says what to do. An error inside a stream has no status: its type stands for it.
 *
 * Source: https://platform.claude.com/docs/en/api/errors
 */
export function explainRefusal(refusal: Refusal): { readonly reason: ErrorReason; readonly advice: string } {
  const { error, detail, host, modelId } = refusal;
  if (refusal.began) {
    return {
      reason: { tag: 'interrupted' },
      advice: `${host} broke the answer off. What came before is incomplete; ask again.`,
    };
  }
  const status = refusal.status ?? statusOfType[error.type ?? ''];
  const at = refusal.status === undefined ? {} : { status: refusal.status };
  const http = refusal.status === undefined ? '' : ` (HTTP ${refusal.status})`;
  if (status === 402 || isQuota(error)) {
    return {
      reason: { tag: 'quota', ...at },
      advice: `The account at ${host} has no credit left, or reached its limit of spending${http}. Add credit or raise the limit; waiting does not help.`,
    };
  }
  if (status === 401 || status === 403) {
    return {
      reason: { tag: 'authentication', ...at },
      advice: !refusal.sentKey
        ? `${host} wants a key${http}. Set ANTHROPIC_API_KEY together with ANTHROPIC_BASE_URL, or pass apiKey.`
        : status === 403
          ? `The key may not do this at ${host}${http}. Check its workspace and its rights, or set another ANTHROPIC_API_KEY.`
          : `${host} refused the key${http}. Set ANTHROPIC_API_KEY to a valid key, or pass apiKey.`,
    };
  }
  if (status === 429) {
    return {
      reason: { tag: 'rate-limit', ...at },
      advice: `${host} limits the rate${http}. Wait and try again, or lower the concurrency.`,
    };
  }
  if (contextWords.test(detail)) {
    return {
      reason: { tag: 'context-length', ...at },
      advice: `The prompt, with what may be generated, is longer than ${modelId} can read${http}. Shorten it, lower maxTokens, or take a model with a longer context.`,
    };
  }
  if (status === 404) {
    return {
      reason: { tag: 'not-found', ...at },
      advice: `${host} does not know ${modelId}${http}. Check the name and the base URL.`,
    };
  }
  if (/content filter/i.test(detail)) {
    return {
      reason: { tag: 'content-filter', ...at },
      advice: `${host} refused the content${http}. Change the input.`,
    };
  }
  if (status !== undefined && status < 500 && status !== 408 && status !== 409) {
    const advice = status === 413 ? 'Send less: smaller files, or fewer.' : 'Change what it complains about.';
    return { reason: { tag: 'refused', ...at }, advice: `${host} refused the request${http}. ${advice}` };
  }
  const is = status === 529 ? 'is overloaded' : 'failed';
  return { reason: { tag: 'server', ...at }, advice: `${host} ${is}${http}. Try again later.` };
}

/** Whether an error means that money or a limit of spending is used up, so that waiting does not help. */
export function isQuota(error: WireError): boolean {
  return (
    error.type === 'billing_error' ||
    /spend_limit|billing/.test(error.details?.error_code ?? '') ||
    /credit balance is too low|reached your specified .*usage limits|spend(ing)? limit/i.test(error.message ?? '')
  );
}

const contextWords =
  /prompt is too long|exceed(s|ed)? (the )?(context|model'?s maximum context)|context (limit|window|length)|input is too long|too many tokens/i;

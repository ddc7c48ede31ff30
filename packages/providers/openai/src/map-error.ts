// From whatever the client throws to the one error of the house.
import { abortedError, ModeshiftError, type RedactedRequest } from '@modeshift/core';
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai/core/error';
import type { Endpoint } from './endpoint.ts';
import { explainRefusal } from './error-reason.ts';
import { networkError } from './network-error.ts';
import { redact, redactedCause, secretsOf } from './redact.ts';
import { readRetryAfter } from './retry-after.ts';

/** What is known about a call that failed. */
export interface FailedCall {
  readonly endpoint: Endpoint;
  readonly modelId: string;
  /** Path below the base URL, e.g. `/chat/completions`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Content had reached the caller before. */
  readonly began?: boolean;
  /** Which limit of time ran out here, if one did. */
  readonly timedOut?: 'first-chunk' | 'idle' | undefined;
}

/** Maps an error. No key, header or content goes into the result. */
export function mapError(error: unknown, failed: FailedCall): ModeshiftError {
  if (ModeshiftError.is(error)) return error;
  if (failed.signal?.aborted) return abortedError(failed.signal);
  const { endpoint, modelId, began = false } = failed;
  const secrets = secretsOf({ apiKey: endpoint.apiKey, headers: { ...endpoint.headers, ...failed.headers } });
  const request: RedactedRequest = {
    provider: endpoint.provider,
    modelId,
    method: 'POST',
    url: withoutQuery(endpoint.baseURL) + failed.path,
  };
  const { host, timeoutMs } = endpoint;

  if (failed.timedOut || error instanceof APIConnectionTimeoutError) {
    const limit = failed.timedOut ?? 'total';
    const what = limit === 'idle' ? 'sent nothing more' : 'did not answer';
    return new ModeshiftError(
      { tag: 'timeout', limit, ms: timeoutMs },
      `${host} ${what} for ${timeoutMs} ms. Raise timeoutMs or try again.`,
      { request },
    );
  }
  if (error instanceof APIUserAbortError) return abortedError(failed.signal);
  if (error instanceof APIConnectionError) return networkError(error.cause ?? error, endpoint, secrets, request);
  if (error instanceof APIError) {
    const detail = serverWords(error.message, secrets);
    const { code, type } = error;
    // An error inside a stream or a 200 has no status; some servers give it as the code.
    const status = error.status ?? (Number(code) >= 400 && Number(code) < 600 ? Number(code) : undefined);
    const { reason, advice } = explainRefusal({
      status,
      code,
      type,
      detail,
      modelId,
      host,
      sentKey: endpoint.apiKey !== undefined,
      keyVariable: endpoint.keyVariable,
      urlVariable: endpoint.urlVariable,
      began,
    });
    const retryAfterMs = readRetryAfter(error.headers);
    return new ModeshiftError(reason, detail ? `${advice} It said: ${detail}` : advice, {
      request,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(error.requestID && { requestId: error.requestID }),
      ...(error.headers?.get('x-should-retry') === 'false' && { isRetryable: false }),
    });
  }
  const cause = redactedCause(error, secrets);
  if (error instanceof SyntaxError) {
    return new ModeshiftError(
      { tag: 'invalid-response' },
      `${host} answered with broken JSON. Check the base URL: it must be an OpenAI-compatible API.`,
      { cause, request },
    );
  }
  if (began) {
    return new ModeshiftError(
      { tag: 'interrupted' },
      `${host} broke the answer off. What came before is incomplete; ask again.`,
      { cause, request },
    );
  }
  if (error instanceof TypeError || 'code' in cause) return networkError(error, endpoint, secrets, request);
  return new ModeshiftError({ tag: 'internal' }, `The call to ${host} failed unexpectedly: ${cause.message}`, {
    cause,
    request,
  });
}

function serverWords(message: string, secrets: readonly string[]): string {
  const words = redact(message.replace(/^\d{3} /, ''), secrets).trim();
  if (/^(<|status code \(no body\)|\(no status code)/.test(words)) return '';
  return words.length > 500 ? `${words.slice(0, 500)}…` : words;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '');
}

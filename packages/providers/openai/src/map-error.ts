// From whatever the client throws to the one error of the house.
import { abortedError, ModeshiftError, type RedactedRequest, retryAfterMs } from '@modeshift/core';
import { type FailedRequest, failureOf, networkFailure, secretsOf, serverWords } from '@modeshift/core/provider';
import type { APIError } from 'openai';
import { clientErrors } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { explainRefusal } from './error-reason.ts';
import { WireRefusal } from './wire-refusal.ts';

/** What is known about a call that failed. */
export interface FailedCall {
  readonly endpoint: Endpoint;
  readonly modelId: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
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
  const { endpoint } = failed;
  const request: RedactedRequest = {
    provider: endpoint.provider,
    modelId: failed.modelId,
    method: failed.method ?? 'POST',
    url: endpoint.baseURL.replace(/[?#].*$/, '') + failed.path,
  };
  const known: FailedRequest = {
    host: endpoint.host,
    wire: 'an OpenAI-compatible API',
    where: endpoint.urlVariable ?? 'baseURL',
    request,
    secrets: secretsOf({ keys: [endpoint.apiKey], headers: { ...endpoint.headers, ...failed.headers } }),
    timeoutMs: endpoint.timeoutMs,
    signal: failed.signal,
    began: failed.began,
    timedOut: failed.timedOut,
  };
  if (ModeshiftError.is(error) || failed.signal?.aborted || failed.timedOut) return failureOf(error, known);
  if (error instanceof WireRefusal) return refusal(error, failed, known);
  const client = clientErrors();
  if (!client || !(error instanceof client.APIError)) return failureOf(error, known);
  if (error instanceof client.APIConnectionTimeoutError) return failureOf(error, { ...known, timedOut: 'total' });
  if (error instanceof client.APIUserAbortError) return abortedError(failed.signal);
  if (error instanceof client.APIConnectionError) return networkFailure(error.cause ?? error, known);
  return refusal(error, failed, known);
}

function refusal(
  error: WireRefusal | APIError,
  { endpoint, modelId, began = false }: FailedCall,
  { secrets, request }: FailedRequest,
): ModeshiftError {
  // The client puts the status before the words, and has words of its own where there are none.
  const said = error.message.replace(/^\d{3} /, '').replace(/^(status code \(no body\)|\(no status code).*$/, '');
  const detail = serverWords(said, secrets);
  const { code, type } = error instanceof WireRefusal ? error.error : error;
  // An error inside a stream or a 200 has no status; some servers give it as the code.
  const status = error.status ?? (Number(code) >= 400 && Number(code) < 600 ? Number(code) : undefined);
  const { reason, advice } = explainRefusal({
    status,
    code,
    type,
    detail,
    modelId,
    host: endpoint.host,
    sentKey: endpoint.apiKey !== undefined,
    keyVariable: endpoint.keyVariable,
    urlVariable: endpoint.urlVariable,
    began,
  });
  const wait = error.headers && retryAfterMs(Object.fromEntries(error.headers));
  const requestId = error.headers?.get('x-request-id');
  return new ModeshiftError(reason, detail ? `${advice} It said: ${detail}` : advice, {
    request,
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(requestId && { requestId }),
    ...(error.headers?.get('x-should-retry') === 'false' && { isRetryable: false }),
  });
}

// From whatever the client throws to the one error of the house.
import { abortedError, ModeshiftError, type RedactedRequest, retryAfterMs } from '@modeshift/core';
import type { Endpoint } from './endpoint.ts';
import { explainRefusal } from './error-reason.ts';
import { networkError } from './network-error.ts';
import { redact, redactedCause, secretsOf } from './redact.ts';
import type { WireError } from './wire.ts';

/** What is known about a call that failed. */
export interface FailedCall {
  readonly endpoint: Endpoint;
  readonly modelId: string;
  /** Path below the base URL, e.g. `/v1/messages`. */
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Content had reached the caller before. */
  readonly began?: boolean;
  /** Which limit of time ran out here, if one did. */
  readonly timedOut?: 'total' | 'first-chunk' | 'idle' | undefined;
}

/** An error that came as an event of a stream, or inside a body that should have been an answer. */
export class ErrorEvent extends Error {
  readonly error: WireError;
  readonly requestId: string | undefined;

  constructor(error: WireError, requestId: string | undefined) {
    super(error.message ?? error.type ?? '');
    this.error = error;
    this.requestId = requestId;
  }
}

/** What the client's errors have. They are told by name, so that this file does not load the client. */
interface ClientError {
  readonly name?: string;
  readonly status?: number;
  readonly headers?: Headers;
  readonly error?: unknown;
  readonly requestID?: string | null;
  readonly cause?: unknown;
}

/** Maps an error. No key, header or content goes into the result. */
export function mapError(error: unknown, failed: FailedCall): ModeshiftError {
  if (ModeshiftError.is(error)) return error;
  if (failed.signal?.aborted) return abortedError(failed.signal);
  const { endpoint, began = false } = failed;
  const { host, timeoutMs } = endpoint;
  const headers = { ...endpoint.headers, ...failed.headers };
  const secrets = [...secretsOf({ apiKey: endpoint.apiKey, headers }), ...secretsOf({ apiKey: endpoint.authToken })];
  const request: RedactedRequest = {
    provider: 'anthropic',
    modelId: failed.modelId,
    method: failed.method ?? 'POST',
    url: withoutQuery(endpoint.baseURL) + failed.path,
  };
  const thrown = (error ?? {}) as ClientError;
  if (failed.timedOut || thrown.name === 'APIConnectionTimeoutError') {
    const limit = failed.timedOut ?? 'total';
    const what = limit === 'idle' ? 'sent nothing more' : 'did not answer';
    return new ModeshiftError(
      { tag: 'timeout', limit, ms: timeoutMs },
      `${host} ${what} for ${timeoutMs} ms. Raise timeoutMs or try again.`,
      { request },
    );
  }
  if (thrown.name === 'APIUserAbortError') return abortedError(failed.signal);
  if (thrown.name === 'APIConnectionError') return networkError(thrown.cause ?? error, host, secrets, request);
  if (error instanceof ErrorEvent || typeof thrown.status === 'number') {
    return refused(error instanceof ErrorEvent ? error : fromClient(thrown), thrown, failed, secrets, request);
  }
  const cause = redactedCause(error, secrets);
  if (error instanceof SyntaxError && !began) {
    return new ModeshiftError(
      { tag: 'invalid-response' },
      `${host} answered with broken JSON. Check the base URL: it must speak the Messages API of Anthropic.`,
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
  if (error instanceof TypeError || 'code' in cause) return networkError(error, host, secrets, request);
  return new ModeshiftError({ tag: 'internal' }, `The call to ${host} failed unexpectedly: ${cause.message}`, {
    cause,
    request,
  });
}

function refused(
  event: ErrorEvent,
  thrown: ClientError,
  failed: FailedCall,
  secrets: readonly string[],
  request: RedactedRequest,
): ModeshiftError {
  const { endpoint, modelId, began = false } = failed;
  const detail = serverWords(event.error.message ?? '', secrets);
  const { reason, advice } = explainRefusal({
    status: thrown.status,
    error: event.error,
    detail,
    modelId,
    host: endpoint.host,
    sentKey: endpoint.apiKey !== undefined || endpoint.authToken !== undefined,
    began,
  });
  const wait = thrown.headers && retryAfterMs(Object.fromEntries(thrown.headers));
  return new ModeshiftError(reason, detail ? `${advice} It said: ${detail}` : advice, {
    request,
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(event.requestId && { requestId: event.requestId }),
    ...(thrown.headers?.get('x-should-retry') === 'false' && { isRetryable: false }),
  });
}

/** The body of a refusal: the wire's own form, or the forms of gateways that put the words elsewhere. */
function fromClient(thrown: ClientError): ErrorEvent {
  const body = (typeof thrown.error === 'object' && thrown.error !== null ? thrown.error : {}) as Record<
    string,
    unknown
  >;
  const inner = typeof body.error === 'object' && body.error !== null ? (body.error as WireError) : undefined;
  const words = [body.error, body.message, body.detail].find(value => typeof value === 'string' && value !== '');
  const bodyId = typeof body.request_id === 'string' ? body.request_id : undefined;
  return new ErrorEvent(inner ?? { message: (words as string | undefined) ?? '' }, thrown.requestID ?? bodyId);
}

function serverWords(message: string, secrets: readonly string[]): string {
  const words = redact(String(message), secrets).trim();
  if (words.startsWith('<')) return '';
  return words.length > 500 ? `${words.slice(0, 500)}…` : words;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '');
}

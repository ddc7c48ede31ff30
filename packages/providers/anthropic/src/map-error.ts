// From whatever the client throws to the one error of the house.
import { abortedError, ModeshiftError, type RedactedRequest, retryAfterMs } from '@modeshift/core';
import { type FailedRequest, failureOf, networkFailure, secretsOf, serverWords } from '@modeshift/core/provider';
import type { Endpoint } from './endpoint.ts';
import { explainRefusal } from './error-reason.ts';
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
  const { endpoint } = failed;
  const request: RedactedRequest = {
    provider: 'anthropic',
    modelId: failed.modelId,
    method: failed.method ?? 'POST',
    url: endpoint.baseURL.replace(/[?#].*$/, '') + failed.path,
  };
  const known: FailedRequest = {
    host: endpoint.host,
    wire: 'the Messages API of Anthropic',
    where: 'ANTHROPIC_BASE_URL',
    request,
    secrets: secretsOf({
      keys: [endpoint.apiKey, endpoint.authToken],
      headers: { ...endpoint.headers, ...failed.headers },
    }),
    timeoutMs: endpoint.timeoutMs,
    signal: failed.signal,
    began: failed.began,
    timedOut: failed.timedOut,
  };
  if (ModeshiftError.is(error) || failed.signal?.aborted || failed.timedOut) return failureOf(error, known);
  const thrown = (error ?? {}) as ClientError;
  if (thrown.name === 'APIConnectionTimeoutError') return failureOf(error, { ...known, timedOut: 'total' });
  if (thrown.name === 'APIUserAbortError') return abortedError(failed.signal);
  if (thrown.name === 'APIConnectionError') return networkFailure(thrown.cause ?? error, known);
  if (error instanceof ErrorEvent) return refused(error, thrown, failed, known);
  return typeof thrown.status === 'number'
    ? refused(fromClient(thrown), thrown, failed, known)
    : failureOf(error, known);
}

function refused(
  event: ErrorEvent,
  thrown: ClientError,
  { endpoint, modelId, began = false }: FailedCall,
  { secrets, request }: FailedRequest,
): ModeshiftError {
  const detail = serverWords(String(event.error.message ?? ''), secrets);
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

// From a call that failed, other than by a refusal of the server, to the one error of the house.
import { abortedError, ModeshiftError, type RedactedRequest } from '../errors.ts';
import { redactedCause } from './redact-secrets.ts';

/** What is known about a call that failed. */
export interface FailedRequest {
  /** Who was asked: host with port, for messages. */
  readonly host: string;
  /** What the server must speak, for messages: `an OpenAI-compatible API`. */
  readonly wire: string;
  /** Where its address is set, for messages: the name of an environment variable or of an option. */
  readonly where: string;
  readonly request: RedactedRequest;
  /** What must not be shown: see `secretsOf`. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Content had reached the caller before. */
  readonly began?: boolean | undefined;
  /** Which limit of time ran out, if one did. */
  readonly timedOut?: 'total' | 'first-chunk' | 'idle' | undefined;
}

/**
 * The typed error of a failure that is no refusal: cancelled, out of time, no connection, broken off, broken JSON. What the
 * system said is found below the wrappers of fetch and clients. A typed error stays as it is; refusals (an HTTP status, an
 * error in a body) are the vendor's to explain before.
 *
 * @example
 * ```ts
 * import { failureOf } from '@modeshift/core/provider';
 *
 * const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
 * const error = failureOf(new TypeError('fetch failed', { cause }), {
 *   host: '127.0.0.1:8000',
 *   wire: 'the Acme API',
 *   where: 'ACME_URL',
 *   request: { provider: 'acme', modelId: 'acme-1' },
 *   secrets: [],
 *   timeoutMs: 1000,
 * });
 * console.log(error.reason); // { tag: 'network', code: 'ECONNREFUSED' }
 * console.log(error.message); // Nothing listens at 127.0.0.1:8000. Start the server there, or set ACME_URL to where it runs.
 * ```
 */
export function failureOf(error: unknown, failed: FailedRequest): ModeshiftError {
  if (ModeshiftError.is(error)) return error;
  if (failed.signal?.aborted) return abortedError(failed.signal);
  const { host, request, timedOut, timeoutMs } = failed;
  if (timedOut) {
    const what = timedOut === 'idle' ? 'sent nothing more' : 'did not answer';
    return new ModeshiftError(
      { tag: 'timeout', limit: timedOut, ms: timeoutMs },
      `${host} ${what} for ${timeoutMs} ms. Raise timeoutMs or try again.`,
      { request },
    );
  }
  const cause = redactedCause(error, failed.secrets);
  if (error instanceof SyntaxError) {
    return new ModeshiftError(
      { tag: 'invalid-response' },
      `${host} answered with broken JSON. Check the base URL: it must be ${failed.wire}.`,
      { cause, request },
    );
  }
  if (failed.began) return new ModeshiftError({ tag: 'interrupted' }, brokenOff(host), { cause, request });
  if (error instanceof TypeError || 'code' in cause) return networkFailure(error, failed);
  return new ModeshiftError({ tag: 'internal' }, `The call to ${host} failed unexpectedly: ${cause.message}`, {
    cause,
    request,
  });
}

/** A connection that could not be made or broke before an answer began. */
export function networkFailure(
  error: unknown,
  { host, where, secrets, request }: Pick<FailedRequest, 'host' | 'where' | 'secrets' | 'request'>,
): ModeshiftError {
  let deepest: unknown = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  const cause = redactedCause(deepest, secrets);
  const { code } = cause;
  const advice =
    code === 'ECONNREFUSED'
      ? `Nothing listens at ${host}. Start the server there, or set ${where} to where it runs.`
      : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
        ? `The host ${host} was not found. Check ${where} and the network.`
        : `The connection to ${host} failed${code ? ` (${code})` : ''}. Check the network and try again.`;
  return new ModeshiftError(code ? { tag: 'network', code } : { tag: 'network' }, advice, { cause, request });
}

/** The sentence for an answer that ends after it began. */
export function brokenOff(host: string): string {
  return `${host} broke the answer off. What came before is incomplete; ask again.`;
}

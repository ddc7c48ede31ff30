// A connection that could not be made or broke before an answer began.
import { ModeshiftError, type RedactedRequest } from '@modeshift/core';
import type { Endpoint } from './endpoint.ts';
import { redactedCause } from './redact.ts';

/** The error of a failed connection; what the system said is found below the wrappers of fetch and client. */
export function networkError(
  error: unknown,
  endpoint: Pick<Endpoint, 'host' | 'urlVariable'>,
  secrets: readonly string[],
  request: RedactedRequest,
): ModeshiftError {
  const { host, urlVariable } = endpoint;
  const where = urlVariable ?? 'baseURL';
  let deepest: unknown = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  const cause = redactedCause(deepest, secrets) as Error & { code?: string };
  const { code } = cause;
  const advice =
    code === 'ECONNREFUSED'
      ? `Nothing listens at ${host}. Start the server there, or set ${where} to where it runs.`
      : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
        ? `The host ${host} was not found. Check ${where} and the network.`
        : `The connection to ${host} failed${code ? ` (${code})` : ''}. Check the network and try again.`;
  return new ModeshiftError(code ? { tag: 'network', code } : { tag: 'network' }, advice, { cause, request });
}

// What goes with one request of the client.
import type { Anthropic } from '@anthropic-ai/sdk';
import type { CallContext } from '@modeshift/core';
import type { Observer } from './observe-fetch.ts';

/** The client's request options for a call's context. */
export function requestOptions(
  { signal, headers, onResponse }: CallContext,
  betas: readonly string[] = [],
): Anthropic.RequestOptions {
  const observer: Observer | undefined = onResponse && { onResponse };
  const all = { ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }), ...headers };
  return {
    ...(signal && { signal }),
    ...(Object.keys(all).length > 0 && { headers: all }),
    ...(observer && { fetchOptions: observer as NonNullable<Anthropic.RequestOptions['fetchOptions']> }),
  };
}

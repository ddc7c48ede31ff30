// What goes with one request of the client.
import type { CallContext } from '@modeshift/core';
import type { OpenAI } from 'openai';
import type { Observer } from './normalize-errors.ts';

/** The client's request options for a call's context. */
export function requestOptions({ signal, headers, onResponse }: CallContext): OpenAI.RequestOptions {
  const observer: Observer | undefined = onResponse && { onResponse };
  return {
    ...(signal && { signal }),
    ...(headers && { headers: { ...headers } }),
    ...(observer && { fetchOptions: observer as NonNullable<OpenAI.RequestOptions['fetchOptions']> }),
  };
}

// A fetch that tells of responses, and stops the client from repeating what an empty account refused.
import type { CallContext } from '@modeshift/core';
import { tellResponse } from '@modeshift/core/provider';
import { isQuota } from './error-reason.ts';
import type { WireError } from './wire.ts';

/** A request's init that carries the caller's `onResponse`: the client hands it through to fetch. */
export type Observer = Pick<CallContext, 'onResponse'>;

/** Wraps a fetch. The client repeats every 429: one that means a spent budget is marked as final. */
export function observeFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const { onResponse, ...rest } = (init ?? {}) as RequestInit & Observer;
    const response = await fetch(input, rest);
    tellResponse(onResponse, response);
    if (response.status !== 429) return response;
    const text = await response.text();
    const headers = new Headers(response.headers);
    for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name);
    if (isQuota(errorOf(text))) headers.set('x-should-retry', 'false');
    return new Response(text, { status: response.status, statusText: response.statusText, headers });
  };
}

function errorOf(text: string): WireError {
  try {
    return (JSON.parse(text) as { error?: WireError } | null)?.error ?? {};
  } catch {
    return {};
  }
}

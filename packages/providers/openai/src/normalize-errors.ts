// A fetch that brings the error bodies of compatible servers into OpenAI's shape, stops useless retries and tells of responses.
import type { CallContext } from '@modeshift/core';
import { tellResponse } from '@modeshift/core/provider';

/**
 * Wraps a fetch. The client reads `error.message` only and repeats every 429: here `{ detail }` and `{ message }` (FastAPI,
 * vLLM, Mistral) and `{ error: "text" }` (Ollama) become `{ error: { message } }`, and a 429 that means an empty account is
 * marked as final.
 */
export function normalizeErrors(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const { onResponse, ...rest } = (init ?? {}) as RequestInit & Observer;
    const response = await fetch(input, rest);
    tellResponse(onResponse, response);
    if (response.ok) return response;
    const type = response.headers.get('content-type') ?? '';
    if (!type.includes('json')) return response;
    const text = await response.text();
    const headers = new Headers(response.headers);
    for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name);
    const error = errorOf(text);
    if (response.status === 429 && error && isQuota(error)) headers.set('x-should-retry', 'false');
    return new Response(error ? JSON.stringify({ error }) : text, {
      status: response.status,
      statusText: response.statusText,
      headers,
    });
  };
}

/** A request's init that carries the caller's `onResponse`: the client hands it through to fetch. */
export type Observer = Pick<CallContext, 'onResponse'>;

/** Whether an error means that money or quota is used up, so that waiting does not help. */
export function isQuota(error: { readonly code?: unknown; readonly type?: unknown }): boolean {
  return [error.code, error.type].some(
    word => word === 'insufficient_quota' || word === 'billing_hard_limit_reached' || word === 'billing_not_active',
  );
}

type ErrorBody = { readonly message: string; readonly code?: unknown; readonly type?: unknown };

function errorOf(text: string): ErrorBody | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Gemini's compatible endpoint wraps its error in a list.
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof first !== 'object' || first === null) return undefined;
  const record = first as Record<string, unknown>;
  if (typeof record.error === 'object' && record.error !== null) return record.error as ErrorBody;
  const message = record.error ?? record.message ?? record.detail;
  if (message === undefined || message === null) return undefined;
  return {
    message: typeof message === 'string' ? message : JSON.stringify(message),
    ...(record.code !== undefined && { code: record.code }),
    ...(record.type !== undefined && { type: record.type }),
  };
}

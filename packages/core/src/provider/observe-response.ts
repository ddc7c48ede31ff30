// Tells whoever asked about a response.
import type { CallContext } from '../call-context.ts';

/**
 * Tells a call's `onResponse` of a response. What the observer throws does not concern the call.
 *
 * @example
 * ```ts
 * import { tellResponse } from '@modeshift/core/provider';
 *
 * tellResponse(({ status, headers }) => console.log(status, headers), new Response(null, { headers: { 'X-A': '1' } })); // 200 { 'x-a': '1' }
 * ```
 */
export function tellResponse(
  onResponse: CallContext['onResponse'],
  { status, headers }: { readonly status: number; readonly headers: Headers | Readonly<Record<string, string>> },
): void {
  try {
    onResponse?.({ status, headers: headers instanceof Headers ? Object.fromEntries(headers) : headers });
  } catch {}
}

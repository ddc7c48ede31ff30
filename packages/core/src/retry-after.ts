// How long a provider asks to wait, read from the headers of its answer.

/**
 * Milliseconds to wait: `retry-after-ms`, else `Retry-After` as seconds or as an HTTP date (RFC 9110, 10.2.3). `undefined`
 * where nothing readable is said; a date in the past is 0.
 *
 * @param now milliseconds since 1970, for the date form.
 * @example
 * ```ts
 * import { retryAfterMs } from '@modeshift/core';
 *
 * console.log(retryAfterMs({ 'retry-after': '1.5' }), retryAfterMs({ 'retry-after-ms': '20' })); // 1500 20
 * ```
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number = Date.now()): number | undefined {
  const milliseconds = Number.parseFloat(headers['retry-after-ms'] ?? '');
  if (milliseconds >= 0) return milliseconds;
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

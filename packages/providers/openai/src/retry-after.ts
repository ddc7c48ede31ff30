// How long a provider asks to wait.

/**
 * Milliseconds to wait from an answer's headers: `retry-after-ms`, else `Retry-After` as seconds or as an HTTP date (RFC 9110,
 * 10.2.3). `undefined` where nothing readable is said; a date in the past is 0.
 */
export function readRetryAfter(headers: Headers | undefined, now: number = Date.now()): number | undefined {
  const milliseconds = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  const value = headers?.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

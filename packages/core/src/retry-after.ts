// How long a provider asks to wait, read from the headers of its answer.

/**
 * Milliseconds to wait: `retry-after-ms`, else `Retry-After` as seconds or as an HTTP date (RFC 9110, 10.2.3). `undefined`
 * where nothing readable is said; a date in the past is 0, and more than a year is a year.
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
  const milliseconds = headers['retry-after-ms']?.trim();
  if (milliseconds && number.test(milliseconds)) return Math.min(Number(milliseconds), longest);
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  if (number.test(value)) return Math.min(Number(value) * 1000, longest);
  // Date.parse alone reads a date into almost anything that holds a number.
  const date = /\d:\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), longest);
}

const number = /^\d+(\.\d+)?$/;
/** A year: what is longer is no time to wait, and would pass the end of `Date`. */
const longest = 366 * 24 * 3_600_000;

// What the page's address says: a function, and values for its inputs. It stands behind the "#", so no server is told.
import type { InputValues } from '../function/first-values.ts';

/** `#/name?a=1&b=…`: a function with values. */
export interface Address {
  readonly name: string;
  readonly values: InputValues;
}

/** Text as it is; other values as JSON, marked by a colon before the equals sign. */
export function addressOf(name: string, values: InputValues): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === '') continue;
    if (typeof value === 'string') query.set(key, value);
    else query.set(`${key}:`, JSON.stringify(value));
  }
  const text = query.toString();
  return `#/${encodeURIComponent(name)}${text ? `?${text}` : ''}`;
}

export function readAddress(hash: string): Address | undefined {
  const match = /^#\/([^?]+)(?:\?(.*))?$/s.exec(hash);
  if (!match) return undefined;
  const values: Record<string, unknown> = {};
  for (const [key, text] of new URLSearchParams(match[2] ?? '')) {
    try {
      if (key.endsWith(':')) values[key.slice(0, -1)] = JSON.parse(text) as unknown;
      else values[key] = text;
    } catch {
      // Somebody changed the link by hand: the others still hold.
    }
  }
  try {
    return { name: decodeURIComponent(match[1]!), values };
  } catch {
    return undefined;
  }
}

/** Shows an address without loading anything. */
export function showAddress(hash: string): void {
  history.replaceState(null, '', `${location.pathname}${location.search}${hash}`);
}

/** Goes to an address, also where the page is there already but shows another tab. */
export function goTo(hash: string): void {
  if (location.hash === hash) window.dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = hash;
}

/** The whole link to an address. */
export function linkTo(hash: string): string {
  return `${location.origin}${location.pathname}${location.search}${hash}`;
}

// Finds secrets in what is about to be recorded.
import { secretRules } from '@modeshift/core';

const secretHeaders =
  /^(authorization|proxy-authorization|cookie|x-api-key|api-key|x-goog-api-key|.*(token|secret).*)$/i;

/** The secrets that a request carries in its headers: they must be nowhere else. */
export function secretsOf(headers: Headers): string[] {
  const found: string[] = [];
  for (const [name, value] of headers) {
    if (!secretHeaders.test(name)) continue;
    for (const part of [value, ...value.split(/[\s=;,]+/)]) if (part.length >= 8) found.push(part);
  }
  return found;
}

/** What kind of secret a text holds, if it holds one. */
export function secretIn(text: string, known: readonly string[]): string | undefined {
  if (known.some(secret => text.includes(secret))) return 'a value of the headers of the request';
  return secretRules.find(rule => new RegExp(rule.pattern.source, rule.pattern.flags.replace('g', '')).test(text))
    ?.name;
}

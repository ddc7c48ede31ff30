// Takes secrets out of text before it reaches an error.
import { secretRules } from '../middleware/redaction-rules.ts';

const secretHeader = /auth|key|token|secret|cookie|password/i;

/** The values that must never be shown: keys, and headers whose names sound like one. */
export function secretsOf(source: {
  readonly keys?: readonly (string | undefined)[];
  readonly headers?: Readonly<Record<string, string>> | undefined;
}): readonly string[] {
  const values = Object.entries(source.headers ?? {})
    .filter(([name]) => secretHeader.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\w+ /, '')]);
  return [...(source.keys ?? []), ...values].filter(value => value !== undefined && value.length > 0) as string[];
}

/**
 * Text without the given secrets and without anything that has the form of a key.
 *
 * @example
 * ```ts
 * import { redactSecrets, secretsOf } from '@modeshift/core/provider';
 *
 * const secrets = secretsOf({ keys: ['tiny'], headers: { 'X-Api-Key': '钥匙' } });
 * console.log(redactSecrets('tiny 钥匙 sk-proj-0123456789', secrets)); // *** *** sk-***
 * ```
 */
export function redactSecrets(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets.toSorted((a, b) => b.length - a.length)) clean = clean.replaceAll(secret, '***');
  clean = clean
    .replace(/\b(sk|pk|gsk|key|xai|hf)[-_][A-Za-z0-9_*-]{8,}/g, '$1-***')
    .replace(/\bBearer\s+\S+/gi, 'Bearer ***');
  for (const { pattern } of secretRules) clean = clean.replace(pattern, '***');
  return clean;
}

/**
 * What a server said, fit for an error: without secrets, cut at 500 characters, and nothing of a web page.
 *
 * @example
 * ```ts
 * import { serverWords } from '@modeshift/core/provider';
 *
 * console.log(serverWords(' no such model ', []), serverWords('<html>…', []) === ''); // no such model true
 * ```
 */
export function serverWords(message: string, secrets: readonly string[]): string {
  const words = redactSecrets(message.slice(0, 5000), secrets).trim();
  if (words.startsWith('<')) return '';
  return words.length > 500 ? `${words.slice(0, 500)}…` : words;
}

/** A copy of an error that keeps its message, name and code, without secrets and without other fields. */
export function redactedCause(error: unknown, secrets: readonly string[]): Error & { readonly code?: string } {
  const source = error instanceof Error ? error : new Error(String(error));
  const copy = new Error(redactSecrets(source.message, secrets));
  copy.name = source.name;
  const code = (source as { code?: unknown }).code;
  if (typeof code === 'string') Object.assign(copy, { code });
  delete copy.stack;
  return copy;
}

// Takes secrets out of text before it reaches an error.

const secretHeader = /auth|key|token|secret|cookie|password/i;

/** The values that must never be shown: the key, and headers that sound like one. */
export function secretsOf(source: {
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}): readonly string[] {
  const values = Object.entries(source.headers ?? {})
    .filter(([name]) => secretHeader.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\w+ /, '')]);
  return [...(source.apiKey ? [source.apiKey] : []), ...values].filter(value => value.length > 0);
}

/** Text without the given secrets and without anything that has the form of a key. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(secret, '***');
  return clean
    .replace(/\b(sk|pk|gsk|key|xai|hf)[-_][A-Za-z0-9_*-]{8,}/g, '$1-***')
    .replace(/\bBearer\s+\S+/gi, 'Bearer ***');
}

/** A copy of an error that keeps its message, name and code, without secrets and without other fields. */
export function redactedCause(error: unknown, secrets: readonly string[]): Error {
  const source = error instanceof Error ? error : new Error(String(error));
  const copy = new Error(redact(source.message, secrets));
  copy.name = source.name;
  const code = (source as { code?: unknown }).code;
  if (typeof code === 'string') Object.assign(copy, { code });
  delete copy.stack;
  return copy;
}

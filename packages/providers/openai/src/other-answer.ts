// A 200 that is not what was asked for: a web page, another API, an error inside.
import { ModeshiftError } from '@modeshift/core';
import { WireRefusal } from './wire-refusal.ts';

/** The error of an answer that is something else, e.g. a web page or an object without choices. */
export function otherAnswer(body: unknown, expected: string, host: string): ModeshiftError {
  const what = typeof body === 'string' && body.trimStart().startsWith('<') ? 'a web page' : 'something else';
  return new ModeshiftError(
    { tag: 'invalid-response' },
    `${host} answered with ${what} instead of ${expected}. Check the base URL: it must be an OpenAI-compatible API and mostly ends in /v1.`,
  );
}

/** OpenRouter and others answer 200 with an error inside. */
export function throwIfErrorBody(body: unknown): void {
  const error = (body as { error?: unknown } | null | undefined)?.error;
  if (typeof error === 'object' && error !== null) throw new WireRefusal(error);
  if (typeof error === 'string' && error !== '') throw new WireRefusal({ message: error });
}

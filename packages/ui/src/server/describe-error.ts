// What of an error may be shown to a visitor.
import { ModeshiftError } from '@modeshift/core';
import { redactSecrets } from '@modeshift/core/provider';

/** Errors whose messages may name places on disk or defects. */
const hidden: ReadonlySet<string> = new Set(['storage', 'internal']);

/** Said instead of what must not be shown. */
export const genericMessage = 'The function failed. The log of the server says why.';

/**
 * The message of a `ModeshiftError`, which is written for people, without what looks like a key. Other errors may hold
 * anything, so nothing of them is told.
 */
export function describeError(error: unknown): string {
  if (!ModeshiftError.is(error) || hidden.has(error.reason.tag)) return genericMessage;
  const words = redactSecrets(error.message);
  return words.length > 2000 ? `${words.slice(0, 2000)}…` : words;
}

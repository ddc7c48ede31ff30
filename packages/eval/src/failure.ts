// What a report says of an error: its tag and a message fit to be shown.
import { type ErrorTag, ModeshiftError } from '@modeshift/core';

/** Why a mode or a call failed. */
export interface Failure {
  readonly tag: ErrorTag;
  readonly message: string;
}

const secrets =
  /\b(?:Bearer\s+[\w.~+/=-]{8,}|(?:sk|pk|rk|hf|gsk|xai|key|api)[-_][\w-]{12,}|AIza[\w-]{20,}|eyJ[\w-]{10,}\.[\w.-]+)/g;

/** Reads an error of any kind: secrets that look like keys are blotted out, long messages are cut at 500 characters. */
export function failureOf(error: unknown): Failure {
  const tag = ModeshiftError.is(error) ? error.reason.tag : 'internal';
  const text = error instanceof Error ? error.message || error.name : describe(error);
  return { tag, message: shorten(text.replace(secrets, '[redacted]'), 500) };
}

/** Whether the same error must be expected of every further call, so that going on is of no use. */
export function isFatal(failure: Failure): boolean {
  return fatal.has(failure.tag);
}

const fatal: ReadonlySet<ErrorTag> = new Set<ErrorTag>([
  'authentication',
  'quota',
  'not-found',
  'unsupported',
  'invalid-input',
  'budget',
]);

function describe(error: unknown): string {
  if (typeof error === 'string') return error;
  try {
    return JSON.stringify(error) ?? String(error);
  } catch {
    return 'an error that cannot be shown';
  }
}

/** Cuts a text to a number of characters. */
export function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

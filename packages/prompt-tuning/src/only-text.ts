// The input of a loaded solution, whose task is not at hand.
import { invalidInput } from '@modeshift/core';

/** A string as it is, or the one text field of an object. Throws `invalid-input` for anything else. */
export function onlyText(input: unknown): string {
  if (typeof input === 'string') return input;
  const values = typeof input === 'object' && input !== null ? Object.values(input) : [];
  if (values.length === 1 && typeof values[0] === 'string') return values[0];
  throw invalidInput(
    'The input is neither a string nor an object with one text field. Pass `text` to say how it reads.',
  );
}

// How the input of a loaded solution reads as text where nobody said so.
import { invalidInput } from '@modeshift/core';

/** A string is itself, and an object must have one field, a string; `loader` is named where it is neither. */
export function plainInput(loader: string): (input: unknown) => string {
  return input => {
    if (typeof input === 'string') return input;
    const values = typeof input === 'object' && input !== null ? Object.values(input) : [];
    if (values.length === 1 && typeof values[0] === 'string') return values[0];
    throw invalidInput(`This input is no text. Give \`text\` to ${loader}: how an input reads as text.`);
  };
}

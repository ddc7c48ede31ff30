// Values of options, read and checked.
import { InvalidArgumentError } from 'commander';

/** A whole number of at least 1. */
export function count(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number, at least 1.');
  return number;
}

/** A whole number. */
export function whole(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isSafeInteger(number)) throw new InvalidArgumentError('Give a whole number.');
  return number;
}

/** A number of at least 0. */
export function positive(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= 0 && Number.isFinite(number)))
    throw new InvalidArgumentError('Give a number, at least 0.');
  return number;
}

/** A number between 0 and 1. */
export function share(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number < 1)) throw new InvalidArgumentError('Give a number between 0 and 1, e.g. 0.8.');
  return number;
}

/** A number from 0 to 1. */
export function fraction(value: string): number {
  const number = positive(value);
  if (number > 1) throw new InvalidArgumentError('Give a number from 0 to 1.');
  return number;
}

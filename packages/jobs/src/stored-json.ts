// Values on their way to the disk: JSON, and without secrets.
import { invalidInput, secretRules } from '@modeshift/core';
import { redactSecrets } from '@modeshift/core/provider';

const secretName = /(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i;

/** A word such as `production` is no secret, whatever the variable is called, and would be blotted out of results. */
const looksMadeUp = (value: string): boolean =>
  value.length >= 16 || (value.length >= 8 && /\d/.test(value) && /\D/.test(value));

/** Values of environment variables whose names sound like a secret, e.g. `OPENAI_API_KEY`. */
export function environmentSecrets(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment)
    .filter(([name, value]) => secretName.test(name) && value !== undefined && looksMadeUp(value))
    .map(([, value]) => value!);
}

/** Turns values into text that may be stored. */
export class StoredJson {
  readonly #secrets: readonly string[];

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.toSorted((a, b) => b.length - a.length);
  }

  /** JSON in which everything that has the form of a key, or is one of this process, is blotted out. */
  text(value: unknown, what: string): string {
    return stringify(value, what, text => this.#clean(text));
  }

  /**
   * JSON of what must be stored as it is.
   *
   * @throws ModeshiftError `invalid-input` where there is a key in it.
   */
  exactText(value: unknown, what: string): string {
    return stringify(value, what, text => {
      if (this.#clean(text) === text) return text;
      throw invalidInput(
        `${what} holds what looks like a key, and runs are stored. Leave it out: let the job read it from the environment.`,
      );
    });
  }

  /** Words for a person, without what might be a key, cut at `most` characters. */
  words(text: string, most: number): string {
    const clean = redactSecrets(text.length > 4 * most ? text.slice(0, 4 * most) : text, this.#secrets);
    const characters = [...clean];
    return characters.length <= most ? clean : `${characters.slice(0, most - 1).join('')}…`;
  }

  #clean(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, '***');
    for (const { pattern } of secretRules) clean = clean.replace(pattern, '***');
    return clean;
  }
}

function stringify(value: unknown, what: string, clean: (text: string) => string): string {
  try {
    const text = JSON.stringify(value, (name, part: unknown) => {
      if (typeof part === 'string') return clean(part);
      const isForeign = part instanceof Map || part instanceof Set || ArrayBuffer.isView(part);
      if (typeof part === 'function' || typeof part === 'symbol' || typeof part === 'bigint' || isForeign)
        throw invalidInput(`${what} is no JSON: ${name === '' ? 'it' : `"${name}"`} is a ${nameOf(part)}.`);
      if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
      const names = Object.keys(part);
      if (names.every(one => clean(one) === one)) return part;
      return Object.fromEntries(Object.entries(part).map(([one, inner]) => [clean(one), inner]));
    });
    return text ?? 'null';
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError)
      throw invalidInput(`${what} is no JSON: ${error.message.split('\n')[0]}.`);
    throw error;
  }
}

const nameOf = (value: unknown): string =>
  typeof value === 'object' ? (value as object).constructor.name : typeof value;

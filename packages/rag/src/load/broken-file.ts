// Errors of files that are not what they should be.
import { invalidInput, ModeshiftError } from '@modeshift/core';

/** A file that its kind's reader cannot read. */
export const broken = (what: string, error: unknown): ModeshiftError =>
  ModeshiftError.is(error)
    ? error
    : new ModeshiftError(
        { tag: 'invalid-input' },
        `The ${what} is damaged or of another kind: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );

/** A file that asks for more than a reader gives. */
export const tooMuch = (what: string): ModeshiftError =>
  invalidInput(`The file has ${what}. It is not read, since it may have been made to exhaust memory.`);

/** A library that is installed only where its kind of file is read. */
export async function optional<Library>(name: string, load: () => Promise<Library>): Promise<Library> {
  try {
    return await load();
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ModeshiftError(
      { tag: 'unsupported', feature: name },
      `Reading this needs "${name}": npm install ${name}.`,
      { cause: error },
    );
  }
}

// A solution's one text file in its folder.
import { ModeshiftError } from '@modeshift/core';

/** Writes a file into a folder, which is made where it is missing. Throws `storage`. */
export async function writeTextFile(dir: string, name: string, text: string): Promise<void> {
  const { mkdir, writeFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const path = join(dir, name);
  try {
    await mkdir(dir, { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw storageError(`The prompt could not be written to ${path}. Check the folder and its rights.`, path, error);
  }
}

/** Reads a file out of a folder, and says where it is. Throws `storage` where it is missing. */
export async function readTextFile(
  dir: string,
  name: string,
): Promise<{ readonly path: string; readonly text: string }> {
  const { readFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const path = join(dir, name);
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (error) {
    throw storageError(`There is no saved prompt at ${path}. Save a solution there first.`, path, error);
  }
}

function storageError(message: string, path: string, cause: unknown): ModeshiftError {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return new ModeshiftError({ tag: 'storage', path, ...(typeof code === 'string' && { code }) }, message, { cause });
}

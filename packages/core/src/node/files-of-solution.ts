// The files of a solution that holds weights: a temporary folder, its size, and copies of it.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ModeshiftError } from '../errors.ts';

/** A new folder of this process's own. */
export async function temporaryFolder(): Promise<string> {
  return inStorage(tmpdir(), 'No temporary folder could be made. Make room, or set TMPDIR to another place', () =>
    mkdtemp(join(tmpdir(), 'modeshift-trained-')),
  );
}

/** Bytes of all files below a folder. */
export async function bytesOf(folder: string): Promise<number> {
  return inStorage(folder, `${folder} could not be read. Check the folder and its rights`, async () => {
    let bytes = 0;
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
    return bytes;
  });
}

/** Writes a solution: `name` as text, and a copy of the folder `weights`, into a folder that is made where it is missing. */
export async function writeSolution(dir: string, name: string, text: string, weights: string): Promise<void> {
  const copy = join(dir, 'weights');
  await inStorage(
    dir,
    `The solution could not be written to ${dir}. Check the folder, its rights and the disk`,
    async () => {
      await mkdir(dir, { recursive: true });
      if (resolve(copy) !== resolve(weights)) {
        await rm(copy, { recursive: true, force: true });
        await cp(weights, copy, { recursive: true });
      }
      await writeFile(join(dir, name), text);
    },
  );
}

/** The text of a solution's file. */
export async function readSolution(dir: string, name: string): Promise<string> {
  const path = join(dir, name);
  return inStorage(path, `There is no saved solution at ${path}. Save one there first`, () => readFile(path, 'utf8'));
}

/** Removes a temporary folder; one that is gone already is no error. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 2 });
}

async function inStorage<T>(path: string, message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as { code?: unknown }).code;
    const reason = { tag: 'storage', path, ...(typeof code === 'string' && { code }) } as const;
    throw new ModeshiftError(reason, `${message} (${code ?? (cause as Error).message}).`, { cause });
  }
}

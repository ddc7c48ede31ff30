// Writes a folder whole or not at all.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { storageError } from '../storage-error.ts';

/**
 * Lets `write` fill a folder beside `folder`, has it put on disk and renames it into place. What was at `folder` before stays until
 * the new one is complete. On failure nothing is left behind.
 *
 * @throws ModeshiftError `storage`, e.g. when the disk is full.
 */
export async function writeFolderAtomically(
  folder: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const target = resolve(folder);
  const temporary = `${target}.${randomUUID()}.tmp`;
  const old = `${target}.${randomUUID()}.old`;
  try {
    await mkdir(temporary, { recursive: true });
    await write(temporary);
    for (const file of await readdir(temporary)) await flush(join(temporary, file));
    await flush(temporary);
    const replaced = await rename(target, old).then(
      () => true,
      () => false,
    );
    try {
      await rename(temporary, target);
    } catch (error) {
      if (replaced) await rename(old, target);
      throw error;
    }
    await flush(dirname(target));
    if (replaced) await rm(old, { recursive: true, force: true });
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw storageError(cause, folder, 'The folder cannot be written');
  }
}

/** Removes what a process that was killed while writing left beside its folders in `parent`. */
export async function removeLeftovers(parent: string): Promise<void> {
  const names: string[] = await readdir(parent).catch(() => []);
  for (const name of names) {
    const old = /^(.*)\.[0-9a-f-]{36}\.(tmp|old)$/.exec(name);
    if (!old) continue;
    // Killed between the two renames: the old folder is the only one there is.
    if (old[2] === 'old' && !names.includes(old[1]!)) await rename(join(parent, name), join(parent, old[1]!));
    else await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** Has a file or folder put on disk; systems that cannot do that for folders are left alone. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

// Folders with one folder for each data set or run: the oldest go.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes all but the newest folders in a folder. */
export async function keepNewest(folder: string, most: number): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= most) return;
  const found = await Promise.all(names.map(async name => ({ name, at: (await stat(join(folder, name))).mtimeMs })));
  for (const { name } of found.toSorted((a, b) => b.at - a.at).slice(most))
    await rm(join(folder, name), { recursive: true, force: true });
}

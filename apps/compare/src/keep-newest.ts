// Folders with one folder for each data set or run: the oldest go.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes all but the newest folders in a folder. What another call deletes meanwhile is gone as well. */
export async function keepNewest(folder: string, most: number): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= most) return;
  const ages = await Promise.all(
    names.map(async name => {
      const facts = await stat(join(folder, name)).catch(() => undefined);
      return facts ? [{ name, at: facts.mtimeMs }] : [];
    }),
  );
  for (const { name } of ages
    .flat()
    .toSorted((a, b) => b.at - a.at)
    .slice(most))
    await rm(join(folder, name), { recursive: true, force: true });
}

// The cache folder as the Python client lays it out, so that both use one: blobs by checksum, snapshots of links, refs.
import { copyFile, link, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HubFile } from './choose-files.ts';

/** The folders of one checkpoint in the cache. */
export interface CheckpointCache {
  readonly folder: string;
  /** The folder of a commit. */
  snapshot(commit: string): string;
  /** The file that holds the content of a file. */
  blob(file: HubFile): string;
  /** The commit that a revision had when it was last asked for; a whole commit is itself. */
  commitOf(revision: string): Promise<string | undefined>;
  setCommit(revision: string, commit: string): Promise<void>;
  /** Shows a blob in a commit's folder. */
  show(file: HubFile, commit: string): Promise<void>;
  /** Whether a commit's folder has a file whole, so far as its size tells. */
  has(file: HubFile, commit: string): Promise<boolean>;
}

const wholeCommit = /^[0-9a-f]{40}$/;

/** The part of the cache that belongs to a checkpoint. */
export function checkpointCache(cacheDir: string, id: string): CheckpointCache {
  const folder = path.join(cacheDir, `models--${id.replaceAll('/', '--')}`);
  const snapshot = (commit: string): string => path.join(folder, 'snapshots', commit);
  const blob = (file: HubFile): string => path.join(folder, 'blobs', file.hash);
  const sizeOf = async (name: string): Promise<number | undefined> => (await stat(name).catch(() => undefined))?.size;
  return {
    folder,
    snapshot,
    blob,
    async commitOf(revision) {
      if (wholeCommit.test(revision)) return revision;
      const commit = (await readFile(path.join(folder, 'refs', revision), 'utf8').catch(() => '')).trim();
      return wholeCommit.test(commit) ? commit : undefined;
    },
    async setCommit(revision, commit) {
      if (wholeCommit.test(revision)) return;
      const ref = path.join(folder, 'refs', revision);
      await mkdir(path.dirname(ref), { recursive: true });
      await writeFile(`${ref}.new`, commit);
      await rename(`${ref}.new`, ref);
    },
    async show(file, commit) {
      const shown = path.join(snapshot(commit), file.path);
      if ((await sizeOf(shown)) === file.size) return;
      await mkdir(path.dirname(shown), { recursive: true });
      const target = blob(file);
      await symlink(path.relative(path.dirname(shown), target), shown)
        // Where links are not allowed: another name of the same file, or else a copy.
        .catch(() => link(target, shown))
        .catch(() => copyFile(target, shown));
    },
    async has(file, commit) {
      return (await sizeOf(path.join(snapshot(commit), file.path))) === file.size;
    },
  };
}

/** Whether a folder has what a model needs: its configuration and all weights that its index names. */
export async function isWholeCheckpoint(directory: string): Promise<boolean> {
  const files = await readdir(directory).catch((): string[] => []);
  const there = async (name: string): Promise<boolean> =>
    (await stat(path.join(directory, name)).catch(() => undefined))?.isFile() ?? false;
  if (!(await there('config.json')) && !(await there('adapter_config.json'))) return false;
  const index = await readFile(path.join(directory, 'model.safetensors.index.json'), 'utf8').catch(() => undefined);
  if (index === undefined) return files.some(name => name.endsWith('.safetensors'));
  try {
    const { weight_map } = JSON.parse(index) as { readonly weight_map: Readonly<Record<string, string>> };
    const shards = [...new Set(Object.values(weight_map))];
    return (await Promise.all(shards.map(there))).every(Boolean);
  } catch {
    return false;
  }
}

// Folders of the server that visitors may bring in: named by whoever runs it, read where they are.
import { stat } from 'node:fs/promises';
import { basename, delimiter, join, resolve, sep } from 'node:path';
import { invalidInput } from '@modeshift/core';
import { listFiles } from '@modeshift/rag';

/** Files of one folder that are brought at once. */
const mostFiles = 2000;

/** A file of such a folder. */
export interface SharedFile {
  /** The folder's name and the path in it. */
  readonly id: string;
  readonly path: string;
  readonly size: number;
}

/** The folders, by their names. */
export class SharedFolders {
  readonly #places = new Map<string, string>();

  /** @throws ModeshiftError `invalid-input` for two folders of one name. */
  constructor(folders: readonly string[] = (process.env.MODESHIFT_FOLDERS ?? '').split(delimiter).filter(Boolean)) {
    for (const folder of folders) {
      const place = resolve(folder);
      const name = basename(place);
      if (name === '' || this.#places.has(name))
        throw invalidInput(`"folders" needs a name of its own for each folder, and "${folder}" has none.`);
      this.#places.set(name, place);
    }
  }

  get names(): readonly string[] {
    return [...this.#places.keys()];
  }

  /**
   * Its files that can be read.
   *
   * @throws ModeshiftError `invalid-input` for a folder that is not one of these, is empty, or has too many files; `storage`.
   */
  async filesOf(name: string): Promise<readonly SharedFile[]> {
    const place = this.#places.get(name);
    if (place === undefined) throw invalidInput(`There is no folder "${name}". There are: ${this.names.join(', ')}.`);
    const files: SharedFile[] = [];
    for await (const path of listFiles(place)) {
      if (files.length === mostFiles)
        throw invalidInput(`The folder "${name}" has more than ${mostFiles} files. Index it with modeshift index.`);
      const { size } = await stat(path);
      files.push({ id: join(name, path.slice(place.length + 1)).replaceAll('\\', '/'), path, size });
    }
    if (files.length === 0) throw invalidInput(`The folder "${name}" has no file that can be read.`);
    return files;
  }

  /** Whether a file lies in one of them: what was brought before is read no more where its folder is not shared any more. */
  has(path: string): boolean {
    return [...this.#places.values()].some(place => path.startsWith(`${place}${sep}`));
  }
}

// A store made of files: one for each key.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModeshiftError } from '../errors.ts';
import type { KeyValueStore } from '../middleware/store.ts';

/**
 * Keeps texts in a folder, one `.json` file for each key, for `cache`, `record` and `replay`. The folder is made when it is
 * first written to. A file is written whole or not at all, so several processes can share a folder.
 *
 * @throws ModeshiftError `storage` from calls, when the folder cannot be read or written.
 * @example
 * ```ts
 * import { cache, generateText } from '@modeshift/core';
 * import { fileStore } from '@modeshift/core/node';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const inner = scriptedModel({ reply: () => '好' });
 * const messages = [{ role: 'user', content: '?' }] as const;
 * await generateText({ model: cache({ store: fileStore('answers') })(inner), messages });
 * await generateText({ model: cache({ store: fileStore('answers') })(inner), messages });
 * console.log(inner.journal.length); // 1
 * ```
 */
export function fileStore(folder: string): KeyValueStore {
  const pathOf = (key: string): string => join(folder, `${encodeURIComponent(key)}.json`);
  const failed = (what: string, path: string, error: unknown): ModeshiftError => {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = { tag: 'storage', path, ...(code !== undefined && { code }) } as const;
    return new ModeshiftError(reason, `${path} could not be ${what}: ${(error as Error).message}`, { cause: error });
  };
  return {
    async get(key) {
      const path = pathOf(key);
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw failed('read', path, error);
      }
    },
    async set(key, value) {
      const path = pathOf(key);
      const temporary = `${path}.${randomUUID()}.tmp`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(temporary, value);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw failed('written', path, error);
      }
    },
  };
}

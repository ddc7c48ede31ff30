// Keeps a collection up to date with folders while they change.
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { invalidInput } from '@modeshift/core';
import { type ListOptions, listedBefore, listFiles } from '../load/list-files.ts';
import { loadFiles } from '../load/load-files.ts';
import type { LoadOptions } from '../load/read-sources.ts';
import type { DocumentKey } from '../store/store.ts';
import { type IngestOptions, type IngestReport, ingest } from './ingest.ts';

/** Options of {@link watchFolders}. */
export interface WatchOptions extends Omit<IngestOptions, 'documents' | 'deleteMissing' | 'dryRun'> {
  readonly list?: Omit<ListOptions, 'signal'>;
  readonly load?: Omit<LoadOptions, 'signal'>;
  /** Whether documents under the folders whose files are gone are deleted. Default true. */
  readonly deleteMissing?: boolean;
  /** How long nothing may change before changes are taken, in milliseconds. Left out: 300. */
  readonly settleMs?: number;
  /** How often folders are looked at where no change is told, as on network drives, in milliseconds. Left out: 60,000. */
  readonly pollMs?: number;
}

/**
 * Ingests the files of folders, and again those that change, are added or go; gives a report after the first round and after each
 * with a change. Ends when `signal` fires.
 *
 * @throws ModeshiftError what `listFiles`, `loadFiles` and `ingest` throw, `invalid-input` for no folder or a time that is none.
 * @example
 * ```ts
 * import { mkdirSync, writeFileSync } from 'node:fs';
 * import { openStore, watchFolders } from '@modeshift/rag';
 *
 * mkdirSync('watched');
 * writeFileSync('watched/a.md', '# 退款');
 * const store = await openStore(':memory:');
 * const collection = await store.collection('rules', 'all');
 * const stop = new AbortController();
 * for await (const { added, changed } of watchFolders(['watched'], { collection, signal: stop.signal })) {
 *   console.log(added, changed);
 *   if (added === 1) writeFileSync('watched/a.md', '# 退款规则');
 *   else stop.abort();
 * }
 * // 1 0
 * // 0 1
 * await store.close();
 * ```
 */
export async function* watchFolders(
  folders: readonly string[],
  options: WatchOptions,
): AsyncGenerator<IngestReport, void> {
  const { list = {}, load = {}, deleteMissing = true, settleMs = 300, pollMs = 60_000, ...rest } = options;
  const { collection, signal } = options;
  if (folders.length === 0) throw invalidInput('No folder is given to watch. Give at least one.');
  for (const [name, value] of Object.entries({ settleMs, pollMs }))
    if (!(value > 0)) throw invalidInput(`"${name}" is ${value}. Give a number above 0.`);
  if (signal?.aborted) return;
  const bell = new Bell(folders, settleMs, pollMs, signal);
  try {
    let known: ReadonlyMap<string, string> | undefined;
    while (!signal?.aborted) {
      const now = await versionsOf(folders, list);
      const changed = [...now].filter(([path, version]) => known?.get(path) !== version).map(([path]) => path);
      const gone = known ? [...known.keys()].filter(path => !now.has(path)) : await gonePaths(folders, now, options);
      if (!known || changed.length > 0 || gone.length > 0) {
        const documents = loadFiles(changed, { ...load, ...(signal && { signal }) });
        const report = await ingest({ ...rest, documents });
        const keys = gone.map((id): DocumentKey => ({ id }));
        const deleted = deleteMissing && keys.length > 0 ? await collection.delete({ documents: keys }) : 0;
        known = now;
        yield { ...report, deleted };
      }
      await bell.next();
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    bell.close();
  }
}

/** What every file is, to see whether it is still the same: when it was changed, its size and its node. */
async function versionsOf(folders: readonly string[], list: ListOptions): Promise<Map<string, string>> {
  const versions = new Map<string, string>();
  for (const folder of folders)
    for await (const path of listFiles(folder, list)) {
      const found = await stat(path).catch(() => undefined); // gone since it was listed
      if (found) versions.set(path, `${found.mtimeMs} ${found.size} ${found.ino}`);
    }
  return versions;
}

/** Documents of the collection that were files of the folders and are no more. */
async function gonePaths(
  folders: readonly string[],
  now: ReadonlyMap<string, string>,
  { collection, deleteMissing = true }: WatchOptions,
): Promise<string[]> {
  const gone: string[] = [];
  if (!deleteMissing) return gone;
  const prefixes = folders.map(listedBefore);
  for (let after: DocumentKey | undefined; ; ) {
    const documents = await collection.documents({ limit: 1000, ...(after && { after }) });
    for (const { id } of documents) if (prefixes.some(one => isBelow(one, id)) && !now.has(id)) gone.push(id);
    const last = documents.at(-1);
    if (!last || documents.length < 1000) return gone;
    after = { id: last.id, tenant: last.tenant };
  }
}

/** Whether an id is a path below a folder; below the one where the process runs, any path that leads nowhere else. */
const isBelow = (prefix: string, id: string): boolean =>
  prefix === '' ? !/^(?:\.\.?\/|\/|[\w+.-]+:)/.test(id) : id.startsWith(prefix);

/** Rings when something in the folders has changed and settled, now and then in any case, and at the end. */
class Bell {
  readonly #watchers: FSWatcher[];
  readonly #settleMs: number;
  readonly #pollMs: number;
  readonly #signal: AbortSignal | undefined;
  #hasRung = false;
  #ring: () => void = () => {};

  constructor(folders: readonly string[], settleMs: number, pollMs: number, signal: AbortSignal | undefined) {
    this.#settleMs = settleMs;
    this.#pollMs = pollMs;
    this.#signal = signal;
    const rung = (): void => {
      this.#hasRung = true;
      this.#ring();
    };
    this.#watchers = folders.flatMap(folder => {
      try {
        // What cannot be watched is looked at now and then.
        return [watch(folder, { recursive: true }, rung).on('error', () => {})];
      } catch {
        return [];
      }
    });
  }

  async next(): Promise<void> {
    if (!this.#hasRung) await this.#wait(this.#pollMs);
    while (this.#hasRung && !this.#signal?.aborted) {
      this.#hasRung = false;
      await this.#wait(this.#settleMs);
    }
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  /** Until something changes, the time is over or the signal fires. */
  #wait(ms: number): Promise<void> {
    return new Promise(done => {
      const end = (): void => {
        clearTimeout(timer);
        this.#signal?.removeEventListener('abort', end);
        this.#ring = () => {};
        done();
      };
      const timer = setTimeout(end, ms);
      this.#signal?.addEventListener('abort', end);
      this.#ring = end;
      if (this.#signal?.aborted) end();
    });
  }
}

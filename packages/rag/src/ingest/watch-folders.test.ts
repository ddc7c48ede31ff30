// Folders that change while a collection follows them.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../store/sqlite/open-store.ts';
import type { Collection, KnowledgeStore } from '../store/store.ts';
import { type IngestReport, ingest } from './ingest.ts';
import { type WatchOptions, watchFolders } from './watch-folders.ts';

let folder: string;
let store: KnowledgeStore;
let collection: Collection;
let stop: AbortController;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modeshift-watch-'));
  store = await openStore(':memory:');
  collection = await store.collection('main', 'all');
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const start = (more: Partial<WatchOptions> = {}): AsyncGenerator<IngestReport, void> =>
  watchFolders([folder], { collection, signal: stop.signal, settleMs: 30, pollMs: 200, ...more });
const ids = async (): Promise<string[]> => (await collection.documents()).map(one => one.id.slice(folder.length + 1));
const next = async (reports: AsyncGenerator<IngestReport, void>): Promise<IngestReport> =>
  (await reports.next()).value!;

describe('watchFolders', () => {
  it('follows files that are added, changed, moved and deleted', async () => {
    put('a.md', '# 甲');
    put('b.md', '# 乙');
    const reports = start();
    expect(await next(reports)).toMatchObject({ added: 2, deleted: 0 });
    put('a.md', '# 甲二');
    mkdirSync(join(folder, '子'));
    put('子/c.md', '# 丙');
    put('d.bin', 'x');
    let [added, changed] = [0, 0];
    while (added + changed < 2) {
      const report = await next(reports);
      added += report.added;
      changed += report.changed;
    }
    expect([added, changed, await ids()]).toEqual([1, 1, ['a.md', 'b.md', '子/c.md']]);
    renameSync(join(folder, '子'), join(folder, '女'));
    rmSync(join(folder, 'b.md'));
    while ((await ids()).join() !== 'a.md,女/c.md') await next(reports);
    put('broken.pdf', 'x');
    expect(await next(reports)).toMatchObject({ added: 0, failed: [{ id: `${folder}/broken.pdf` }] });
    stop.abort();
    expect(await reports.next()).toEqual({ value: undefined, done: true });
  });

  it('knows files of the folder where the process runs by their bare paths, and deletes none of elsewhere', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      put('a.md', '# 甲');
      const elsewhere = ['https://example.com/a', '../other/b.md', '/c.md', 'gone.md'];
      await ingest({ collection, documents: elsewhere.map(id => ({ id, text: id })) });
      const reports = watchFolders(['.'], { collection, signal: stop.signal, settleMs: 30, pollMs: 200 });
      expect(await next(reports)).toMatchObject({ added: 1, deleted: 1 });
      expect((await collection.documents()).map(one => one.id)).toEqual([...elsewhere.slice(0, 3), 'a.md'].sort());
      stop.abort();
      await reports.next();
    } finally {
      process.chdir(before);
    }
  });

  it('deletes at its start what is gone, and nothing of other places', async () => {
    put('a.md', '# 甲');
    put('b.md', '# 乙');
    await next(start());
    await collection.put([{ document: { id: 'elsewhere.md', text: '丁' }, chunks: [] }]);
    rmSync(join(folder, 'b.md'));
    expect(await next(start({ deleteMissing: false }))).toMatchObject({ unchanged: 1, deleted: 0 });
    expect(await next(start())).toMatchObject({ unchanged: 1, deleted: 1 });
    expect((await collection.documents()).map(one => one.id)).toEqual([`${folder}/a.md`, 'elsewhere.md']);
  });

  it('ends when it is told to while it waits, and refuses what cannot be', async () => {
    const reports = start({ pollMs: 60_000 });
    await next(reports);
    setTimeout(() => stop.abort(), 20);
    expect((await reports.next()).done).toBe(true);
    const options = { collection };
    await expect(watchFolders([], options).next()).rejects.toThrow('No folder');
    await expect(watchFolders([folder], { ...options, settleMs: 0 }).next()).rejects.toThrow('"settleMs" is 0');
    await expect(watchFolders([join(folder, 'none')], options).next()).rejects.toMatchObject({
      reason: { tag: 'storage' },
    });
  });
});

// Runs that are interrupted: the server is killed in the middle, the disk is full.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@modeshift/rag';
import { testApp } from '@modeshift/ui/testing';
import { afterAll, expect, it } from 'vitest';
import { rows, type Shown, upload, watched } from '../test/visitor.ts';
import { knowledgeBaseApp } from './knowledge-base-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-knowledge-interrupted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('goes on after kill -9 in the middle of indexing: nothing is lost, nothing is there twice', async () => {
  // In a process of its own, as visitors start it.
  const cwd = mkdtempSync(join(folder, 'killed-'));
  await using app = await testApp({
    script: join(import.meta.dirname, 'main.ts'),
    nodeArgs: ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'],
    args: ['--no-open'],
    env: { MODESHIFT_EMBEDDER: 'none' },
    cwd,
  });
  const count = 60;
  const files = Array.from({ length: count }, (_, i) => [`第${i}号.txt`, `第 ${i} 号规定：一切照旧。`.repeat(300)]);
  const [run] = await upload(app, Object.fromEntries(files) as Record<string, string>);
  let before: Shown['data'] = [];
  for await (const values of app.stream('add_watch', { run })) {
    before = rows(values[3]);
    if (before.filter(row => row[1] === 'indexed').length >= 5) break;
  }
  await app.kill();
  expect(before.some(row => row[1] === 'waiting')).toBe(true);
  await app.start();
  const end = (await watched(app, 'add', run)).at(-1)!;
  expect(end[0]).toBe('done');
  expect(rows(end[3]).map(row => row[1])).toEqual(Array.from({ length: count }, () => 'indexed'));
  const [, documents] = (await app.call('documents')) as [string, Shown];
  expect(documents.data.map(row => row[1])).toEqual(Array.from({ length: count }, () => 'indexed'));
  const messages = [{ role: 'assistant', content: '好' }];
  const rated = { method: 'POST', body: JSON.stringify({ fn: 'ask', rating: 'good', messages }) };
  await fetch(`${app.url}/feedback`, { ...rated, headers: { 'content-type': 'application/json' } });
  expect(readFileSync(join(cwd, '.modeshift', 'feedback', 'knowledge-base.jsonl'), 'utf8')).toContain('"good"');
  await app.stop();

  // In the store itself, too.
  const place = join(cwd, '.modeshift', 'knowledge-base');
  const store = await openStore(join(place, 'knowledge.db'));
  const collection = await store.collection('default', 'all');
  const shown = documents.data.reduce((sum, row) => sum + Number(row[2]), 0);
  expect(await collection.count()).toEqual({ documents: count, chunks: shown });
  const pieces = await collection.chunks({ id: '第7号.txt' });
  expect(new Set(pieces.map(one => one.start)).size).toBe(pieces.length);
  await store.close();
  expect(readdirSync(join(place, 'files'))).toHaveLength(count);
});

/** A small disk of its own; `undefined` where none can be made. */
function smallDisk(): string | undefined {
  const place = join(folder, 'disk');
  mkdirSync(place);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', place]);
  return mounted.status === 0 ? place : undefined;
}
const disk = smallDisk();
if (disk === undefined) console.log('The test of a full disk is skipped: no small disk can be mounted here.');
afterAll(() => void (disk && spawnSync('umount', ['-l', disk])));

it.skipIf(disk === undefined)(
  'says that the disk is full, keeps what is there, and goes on when there is room',
  async () => {
    const app = await knowledgeBaseApp({ folder: disk!, models: [], embedder: 'none' });
    await using tested = await testApp(app);
    const [first] = await upload(tested, { '规则.txt': '退货期限是七天。' });
    expect((await watched(tested, 'add', first)).at(-1)![0]).toBe('done');
    // The file itself does not fit.
    const large = '满'.repeat(1_200_000);
    await expect(upload(tested, { '大.txt': large })).rejects.toThrow(/The disk of the server is full/);
    expect(readdirSync(join(disk!, 'files'))).toHaveLength(1);
    // The file fits, what is made of it does not.
    const text = Array.from({ length: 60_000 }, (_, i) => `第${i}条`).join('，');
    const [run] = await upload(tested, { '条款.txt': text });
    await expect.poll(() => statfsSync(disk!).bavail, { timeout: 30_000, interval: 20 }).toBeLessThan(2);
    expect((await tested.call('ask', { message: '退货期限是几天？' }))[0]).toContain('七天');
    // Room is made. That the run has failed can be stored only now.
    spawnSync('mount', ['-o', 'remount,size=64m', disk!]);
    const end = (await watched(tested, 'add', run)).at(-1)!;
    expect(end[0]).toMatch(/The disk of the server is full/);
    const [again] = await tested.call('add_retry', { run });
    const done = (await watched(tested, 'add', again)).at(-1)!;
    expect([done[0], rows(done[3]).map(row => row[1])]).toEqual(['done', ['indexed']]);
    expect(tested.hiddenErrors).toEqual([]);
  },
);

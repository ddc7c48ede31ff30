// Files and rows: they stay in step whatever happens in between.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { SourceShelf } from './source-shelf.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-shelf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const upload = join(folder, '上传');
writeFileSync(upload, '七天内可以退货。');
const facts = { collection: 'default', id: '退货.txt', tenant: '', access: [], tags: ['售后'] };
const file = { path: upload, size: 24 };

it('keeps one file for each row, and marks only the source that is meant', async () => {
  const place = join(folder, 'kept');
  const shelf = await SourceShelf.open(place);
  const first = await shelf.add({ ...facts, file });
  const second = await shelf.add({ ...facts, file });
  expect(readdirSync(join(place, 'files'))).toHaveLength(1);
  // A run that still reads the first must not speak for the second.
  expect(await shelf.mark(first, 'indexed', 3)).toBe(false);
  expect(shelf.get('default', '退货.txt')).toMatchObject({ state: 'waiting', tags: ['售后'], place: second.place });
  expect(await shelf.mark(second, 'failed', 0, '坏了')).toBe(true);
  shelf.close();

  // A server that was killed between the file and its row: what is old goes, what is young may be another's.
  for (const name of ['old.txt', 'young.txt']) writeFileSync(join(place, 'files', name), '');
  utimesSync(join(place, 'files', 'old.txt'), 1, 1);
  const again = await SourceShelf.open(place);
  expect(readdirSync(join(place, 'files'))).toHaveLength(2);
  expect(again.list('default')).toEqual([{ ...second, state: 'failed', problem: '坏了' }]);
  await again.remove(second);
  expect(readdirSync(join(place, 'files'))).toEqual(['young.txt']);
  again.close();
  again.close();
});

it('finds its files again where the folder was moved', async () => {
  const [before, after] = [join(folder, 'before'), join(folder, '搬到这里')];
  const shelf = await SourceShelf.open(before);
  const { place } = await shelf.add({ ...facts, file });
  shelf.close();
  utimesSync(place, 1, 1);
  renameSync(before, after);
  const moved = await SourceShelf.open(after);
  const [source] = moved.list('default');
  expect(readFileSync(source!.place, 'utf8')).toBe('七天内可以退货。');
  expect(await moved.mark(source!, 'indexed', 1)).toBe(true);
  moved.close();
});

it('says what is wrong with its place', async () => {
  const shelf = await SourceShelf.open(join(folder, 'gone'));
  await expect(shelf.add({ ...facts, file: { path: join(folder, 'nothing'), size: 1 } })).rejects.toThrow(
    /folder cannot be used \(ENOENT\)/,
  );
  expect([shelf.list('default'), readdirSync(join(folder, 'gone', 'files'))]).toEqual([[], []]);
  shelf.close();
  await expect(SourceShelf.open(join(upload, 'below'))).rejects.toThrow(/folder cannot be used/);
});

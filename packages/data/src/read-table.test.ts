import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTable } from './read-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('readTable', () => {
  it('reads a file whose name has spaces and Chinese', async () => {
    const path = join(folder, '客户 留言.csv');
    writeFileSync(path, '\ufeff文本,类别\r\n你好,问候\r\n');
    const table = await readTable(path);
    expect(table).toMatchObject({ name: '客户 留言.csv', columns: ['文本', '类别'], encoding: 'utf-8' });
    expect(table.rows).toEqual([{ line: 2, values: { 文本: '你好', 类别: '问候' } }]);
  });

  it('says what is wrong with a path', async () => {
    const wrong = { reason: { tag: 'invalid-input' } };
    await expect(readTable(join(folder, 'none.csv'))).rejects.toMatchObject({
      ...wrong,
      message: `There is no file ${join(folder, 'none.csv')}. Check the path.`,
    });
    await expect(readTable(folder)).rejects.toMatchObject({
      ...wrong,
      message: expect.stringContaining('is a folder'),
    });
    const closed = join(folder, 'closed.csv');
    writeFileSync(closed, 'a,b\n1,2\n');
    chmodSync(closed, 0o000);
    const isRoot = process.getuid?.() === 0 || process.platform === 'win32';
    if (isRoot) expect((await readTable(closed)).rows.length).toBe(1);
    else
      await expect(readTable(closed)).rejects.toMatchObject({
        ...wrong,
        message: expect.stringContaining('may not be read'),
      });
  });

  it('stops when it is cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(readTable(join(folder, 'none.csv'), { signal })).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });

  it('reads bytes and text from memory', async () => {
    expect((await readTable({ name: 'x', bytes: 'a\tb\n1\t2\n' })).format).toBe('tsv');
    expect((await readTable({ name: 'x', bytes: new TextEncoder().encode('{"a":1}\n{"a":2}\n') })).format).toBe(
      'jsonl',
    );
  });
});

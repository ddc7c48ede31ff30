// The file: the conformance suite, damage, other files, several connections.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { ModeshiftError, random } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { clusteredVectors, withVector, written } from '../../testing/samples.ts';
import { testStore } from '../../testing/test-store.ts';
import { openStore } from './open-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-rag-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string): string => join(folder, `${name}.db`);

describe('conformance', () => {
  for (const { name, run } of testStore({ open: name => openStore(file(name)) })) it(name, run);
});

describe('openStore', () => {
  const fails = async (path: string, code: string): Promise<void> => {
    const error: unknown = await openStore(path).then(
      store => store.close(),
      (reason: unknown) => reason,
    );
    expect(ModeshiftError.is(error, 'storage') && error.reason).toMatchObject({ tag: 'storage', code, path });
  };

  it('refuses files that are none of ours', async () => {
    writeFileSync(file('text'), '这不是数据库。'.repeat(200));
    await fails(file('text'), 'SQLITE_NOTADB');
    await fails(join(folder, 'no', 'folder.db'), 'SQLITE_CANTOPEN');
    const { DatabaseSync } = await import('node:sqlite');
    const other = new DatabaseSync(file('other'));
    other.exec('CREATE TABLE t (x); PRAGMA user_version = 3;');
    other.close();
    await fails(file('other'), 'SQLITE_NOTADB');
    expect(new DatabaseSync(file('other')).prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 1 });
    const newer = await openStore(file('newer'));
    await newer.close();
    const raised = new DatabaseSync(file('newer'));
    raised.exec('PRAGMA user_version = 99');
    raised.close();
    await fails(file('newer'), 'VERSION');
  });

  it('makes the codes of a file of version 2 again', async () => {
    const { DatabaseSync } = await import('node:sqlite');
    const source = random(4);
    const vectors = clusteredVectors(source, 2100, 16);
    const store = await openStore(file('older'));
    const collection = await store.collection('main', 'all');
    await collection.addSpace({ name: 'main', dimensions: 16 });
    await collection.put(vectors.map((vector, i) => withVector(`d${i}`, vector)));
    await store.close();
    const older = new DatabaseSync(file('older'));
    const codes = `SELECT count(*) AS n FROM segments WHERE kind = 'codes'`;
    expect(older.prepare(codes).get()!.n).toBeGreaterThan(0);
    older.exec(`UPDATE segments SET data = x'00', data_check = 0 WHERE kind = 'codes'; PRAGMA user_version = 2`);
    const opened = await openStore(file('older'));
    expect(older.prepare(codes).get()).toEqual({ n: 0 });
    const again = await opened.collection('main', 'all');
    const nearest = async (): Promise<string | undefined> =>
      (await again.searchVector(vectors[7]!, { space: 'main', k: 1 }))[0]?.chunk.documentId;
    expect(await nearest()).toBe('d7');
    await again.put([withVector('more', vectors[8]!)]);
    expect(older.prepare(codes).get()!.n).toBeGreaterThan(0);
    expect(await nearest()).toBe('d7');
    older.close();
    await opened.close();
  });

  it('makes one file of several processes that open a new one at once', { timeout: 60_000 }, async () => {
    const source = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'open-store.ts')).href);
    const opener = `
      const { openStore } = await import(${source});
      const [start, at] = process.argv.slice(1);
      for (let i = 0; i < 60; i++) {
        while (Date.now() < Number(at) + 10 * i);
        await (await openStore(start + i + '.db')).close();
      }`;
    const flags = [
      '--conditions=modeshift-source',
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
    ];
    const at = String(Date.now() + 500);
    const said = await Promise.all(
      [1, 2, 3].map(async () => {
        const child = spawn(process.execPath, [...flags, opener, join(folder, 'new-'), at]);
        const [errors] = await Promise.all([text(child.stderr), once(child, 'close')]);
        return errors;
      }),
    );
    expect(said).toEqual(['', '', '']);
  });

  it('reports damage as a storage error, wherever it is met', async () => {
    const store = await openStore(file('damaged'));
    const collection = await store.collection('main', 'all');
    await collection.put(
      Array.from({ length: 300 }, (_, i) => written({ id: `d${i}`, text: `第 ${i} 篇文档，说一些事情。`.repeat(9) })),
    );
    await store.close();
    const bytes = readFileSync(file('damaged'));
    let met = 0;
    for (let at = 100; at < bytes.length; at += Math.ceil(bytes.length / 12)) {
      const broken = Buffer.from(bytes);
      broken.fill(0xa5, at, at + 6000);
      writeFileSync(file('broken'), broken);
      try {
        const opened = await openStore(file('broken'));
        try {
          const again = await opened.collection('main', 'all');
          for (let i = 0; i < 300; i++) await again.chunks({ id: `d${i}` });
          await again.searchText('文档', { k: 300 });
          await again.put([written({ id: 'new', text: '新' })]);
        } finally {
          await opened.close();
        }
      } catch (error) {
        met++;
        expect(ModeshiftError.is(error), String(error)).toBe(true);
      }
      for (const end of ['', '-wal', '-shm']) rmSync(`${file('broken')}${end}`, { force: true });
    }
    expect(met).toBeGreaterThan(5);
  });

  it('refuses a second writer that waits too long, with an error that may be tried again', async () => {
    const [a, b] = [await openStore(file('busy')), await openStore(file('busy'), { busyTimeoutMs: 50 })];
    const collection = await b.collection('main', 'all');
    const { DatabaseSync } = await import('node:sqlite');
    const holder = new DatabaseSync(file('busy'));
    holder.exec('BEGIN IMMEDIATE');
    const error: unknown = await collection.put([written({ id: 'x', text: '甲' })]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ reason: { tag: 'storage', code: 'SQLITE_BUSY' }, isRetryable: true });
    holder.exec('ROLLBACK');
    holder.close();
    await collection.put([written({ id: 'x', text: '甲' })]);
    expect((await (await a.collection('main', 'all')).count()).documents).toBe(1);
    await Promise.all([a.close(), b.close()]);
  });

  it('says so when it was closed', async () => {
    const store = await openStore(':memory:');
    const collection = await store.collection('main', 'all');
    await store.close();
    await store.close();
    await expect(collection.count()).rejects.toThrow('closed');
    await expect(openStore('')).rejects.toThrow('path');
  });
});

// A real server with pgvector: the conformance suite by comparing and by the index, the same scores as the store in one file,
// row-level security, writers that are killed, wrong use.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ModeshiftError, random } from '@modeshift/core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { written } from '../../testing/samples.ts';
import { testStore } from '../../testing/test-store.ts';
import { openStore } from '../sqlite/open-store.ts';
import { openPostgresStore } from './open-postgres-store.ts';
import { postgresPrograms, startTestServer, type TestServer } from './test-server.ts';

const programs = postgresPrograms();
if (!programs)
  console.log('No Postgres with pgvector was found (MODESHIFT_POSTGRES names its programs): its tests are skipped.');

let server: TestServer;
let url = '';
beforeAll(async () => {
  if (!programs) return;
  server = await startTestServer(programs);
  url = server.database('main');
});
afterAll(() => server?.stop());

/** A schema for each name, so that every case has tables of its own. */
const schemaOf = (name: string): string => `s_${name.replaceAll(/[^a-z0-9]/g, '_')}`;

describe.skipIf(!programs)('conformance', () => {
  const open = (name: string) => openPostgresStore(url, { schema: schemaOf(name), connections: 2 });
  for (const { name, run } of testStore({ open })) it(name, run);

  // The suite has few chunks, so that all are compared; here the index is asked.
  const indexed = (name: string) =>
    openPostgresStore(url, { schema: `${schemaOf(name)}_i`, connections: 2, exactUpTo: 0 });
  for (const { name, run } of testStore({ open: indexed }))
    if (/nearest vectors|may see/.test(name)) it(`${name}, by the index`, run);
});

describe.skipIf(!programs)('openPostgresStore', () => {
  it('scores words as the store in one file does', async () => {
    const source = random(2);
    const file = await openStore(':memory:');
    const store = await openPostgresStore(url, { schema: 'same' });
    const both = [await file.collection('main', 'all'), await store.collection('main', 'all')] as const;
    const words = ['退款', '运费', '七天', 'refund', 'parcel', 'the', '的', 'déjà', 'ค่าส่ง'];
    const text = (): string =>
      Array.from({ length: 2 + source.integer(20) }, () => words[source.integer(words.length)]).join(' ');
    const documents = Array.from({ length: 150 }, (_, i) => written({ id: `d${i}`, text: text() }));
    for (const one of both) {
      await one.put(documents);
      await one.put(
        documents.slice(20, 40).map(({ document }) => written({ id: document.id, text: `新的 ${document.id}` })),
      );
      await one.delete({ documents: documents.slice(0, 10).map(({ document }) => ({ id: document.id })) });
    }
    for (let i = 0; i < 20; i++) {
      const query = text();
      const [wanted, found] = await Promise.all(both.map(one => one.searchText(query, { k: 1000 })));
      const scores = new Map(wanted!.map(hit => [hit.chunk.id, hit.score]));
      expect(found).toHaveLength(wanted!.length);
      for (const hit of found!) expect(hit.score).toBeCloseTo(scores.get(hit.chunk.id)!, 9);
    }
    await Promise.all([file.close(), store.close()]);
  });

  it('shows a connection that says nothing no row, whatever it asks', async () => {
    const store = await openPostgresStore(url, { schema: 'secret' });
    const all = await store.collection('main', 'all');
    await all.addSpace({ name: 'main', dimensions: 2 });
    const vectors = { main: Float32Array.from([1, 0]) };
    const write = (id: string, tenant: string, access?: string[]) => {
      const made = written({ id, tenant, text: '秘密', ...(access && { access }) });
      return { ...made, chunks: made.chunks.map(chunk => ({ ...chunk, vectors })) };
    };
    await all.put([write('a', 'a'), write('board', 'a', ['board']), write('b', 'b')]);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const counts = async (): Promise<number[]> => {
      const count = (table: string): string => `(SELECT count(*) FROM secret.${table})`;
      const { rows } = await client.query(`SELECT ARRAY[${['documents', 'chunks', 'vectors_1'].map(count)}] AS counts`);
      return rows[0].counts.map(Number);
    };
    expect(await counts()).toEqual([0, 0, 0]);
    await client.query("SET modeshift.tenant = 'a'; SET modeshift.labels = '{}'");
    expect(await counts()).toEqual([1, 1, 1]);
    await client.query(`SET modeshift.labels = '{x,board}'`);
    expect(await counts()).toEqual([2, 2, 2]);
    await expect(client.query("UPDATE secret.documents SET tenant = 'b'")).rejects.toThrow('row-level security');
    expect((await client.query('DELETE FROM secret.documents')).rowCount).toBe(2);
    await client.end();
    expect((await all.count()).documents).toBe(1);
    await store.close();
  });

  it('asks the index where there is much, and finds enough under a filter', async () => {
    const store = await openPostgresStore(url, { schema: 'plan', exactUpTo: 100 });
    const collection = await store.collection('main', 'all');
    await collection.addSpace({ name: 'main', dimensions: 16 });
    const source = random(3);
    const draw = (): Float32Array => Float32Array.from({ length: 16 }, () => source.normal());
    await collection.put(
      Array.from({ length: 800 }, (_, i) => {
        const made = written({ id: `d${i}`, text: '字', metadata: { part: i % 20 } });
        return { ...made, chunks: made.chunks.map(chunk => ({ ...chunk, vectors: { main: draw() } })) };
      }),
    );
    server.sql('main', 'ANALYZE plan.vectors_1; ANALYZE plan.documents');
    const before = Number(
      server.sql(
        'main',
        "SELECT idx_scan FROM pg_stat_user_indexes WHERE schemaname = 'plan' AND indexrelname = 'vectors_1_nearest'",
      ),
    );
    for (let i = 0; i < 5; i++)
      expect(await collection.searchVector(draw(), { space: 'main', k: 10 })).toHaveLength(10);
    const filter = { field: 'part', eq: 7 } as const;
    for (let i = 0; i < 5; i++)
      expect(await collection.searchVector(draw(), { space: 'main', k: 10, filter })).toHaveLength(10);
    await store.close();
    const after = Number(
      server
        .sql(
          'main',
          "SELECT pg_stat_force_next_flush(), pg_sleep(1); SELECT idx_scan FROM pg_stat_user_indexes WHERE schemaname = 'plan' AND indexrelname = 'vectors_1_nearest'",
        )
        .split('\n')
        .at(-1),
    );
    expect(after).toBeGreaterThan(before);
  });

  it('opens once for several processes at a time, and refuses tables of a newer version', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore(url, { schema: 'together' })));
    const opened = await Promise.all(stores.map(store => store.collection('甲', 'all')));
    await Promise.all(opened.map((one, i) => one.put([written({ id: `d${i}`, text: '甲' })])));
    await Promise.all(opened.map(one => one.addSpace({ name: 'main', dimensions: 3 })));
    expect((await opened[0]!.count()).documents).toBe(3);
    expect(await stores[0]!.collections()).toEqual(['甲']);
    await Promise.all(stores.map(store => store.close()));
    server.sql('main', 'INSERT INTO together.migrations VALUES (99)');
    await expect(openPostgresStore(url, { schema: 'together' })).rejects.toThrow('version 99');
  });

  it('says what is wrong with typed errors', async () => {
    const fails = async (work: Promise<unknown>): Promise<unknown> =>
      work.catch((error: unknown) => (ModeshiftError.is(error) ? error.reason : error));
    const other = new URL(url);
    other.pathname = '/none';
    expect(await fails(openPostgresStore(other.href))).toMatchObject({ tag: 'storage', code: '3D000' });
    other.port = '1';
    expect(await fails(openPostgresStore(other.href))).toMatchObject({ tag: 'storage', code: 'ECONNREFUSED' });
    for (const wrong of ['', 'mysql://x/y', 'file.db'])
      expect(await fails(openPostgresStore(wrong))).toMatchObject({ tag: 'invalid-input' });
    expect(await fails(openPostgresStore(url, { schema: 'a; DROP' }))).toMatchObject({ tag: 'invalid-input' });
    const store = await openPostgresStore(url, { schema: 'typed' });
    const collection = await store.collection('main', 'all');
    expect(await fails(collection.put([written({ id: 'x', text: 'a\u0000b' })]))).toMatchObject({
      tag: 'invalid-input',
    });
    await collection.put([written({ id: 'x', text: 'the letters \\u0000' })]);
    server.sql('main', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
    // The connection may still look alive for a moment: then the call fails, in a way that may be tried again.
    const first = await collection.count().catch((error: unknown) => error);
    if (first instanceof Error) expect(first).toMatchObject({ reason: { tag: 'storage' }, isRetryable: true });
    expect((await collection.count()).documents).toBe(1);
    await store.close();
    expect(await fails(collection.count())).toMatchObject({ tag: 'invalid-input' });
  });

  it('keeps what was acknowledged, whole, when writers are killed', { timeout: 120_000 }, async () => {
    const place = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);
    const writer = `
      import { writeSync } from 'node:fs';
      const { openPostgresStore } = await import(${place('open-postgres-store.ts')});
      const { withVector } = await import(${place('../../testing/samples.ts')});
      const [url, name, from] = process.argv.slice(1);
      const store = await openPostgresStore(url, { schema: 'killed' });
      const collection = await store.collection('main', 'all');
      await collection.addSpace({ name: 'main', dimensions: 8 });
      for (let batch = Number(from); ; batch++) {
        const write = part => withVector(name + '-' + batch + '-' + part, new Float32Array(8).fill(1), { text: '第一版', metadata: { batch, name } });
        await collection.put([0, 1, 2].map(write));
        await collection.put([0, 1, 2].map(write));
        writeSync(1, batch + '\\n');
      }`;
    const compiled = mkdtempSync(join(tmpdir(), 'modeshift-compiled-'));
    const chance = random(1);
    const acknowledged = { a: 0, b: 0 };
    const round = async (name: 'a' | 'b'): Promise<void> => {
      const flags = [
        '--conditions=modeshift-source',
        '--disable-warning=ExperimentalWarning',
        '--input-type=module',
        '-e',
        writer,
      ];
      const child = spawn(process.execPath, [...flags, url, name, String(acknowledged[name])], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_COMPILE_CACHE: compiled },
      });
      let [said, errors] = ['', ''];
      child.stderr.on('data', (part: Buffer) => (errors += String(part)));
      child.stdout.on('data', (part: Buffer) => {
        if (said === '') setTimeout(() => child.kill('SIGKILL'), chance.next() * 60);
        said += String(part);
      });
      await new Promise(done => child.on('close', done));
      expect(errors).toBe('');
      acknowledged[name] += said.split('\n').length - 1;
    };
    for (let i = 0; i < 3; i++) {
      await Promise.all([round('a'), round('b')]);
      const store = await openPostgresStore(url, { schema: 'killed' });
      const collection = await store.collection('main', 'all');
      for (const name of ['a', 'b'] as const) {
        // A batch that was under way may still arrive: its transaction is the server's.
        const { documents } = await collection.count({ field: 'name', eq: name });
        expect(documents % 3).toBe(0);
        expect([0, 1]).toContain(documents / 3 - acknowledged[name]);
      }
      const { documents, chunks } = await collection.count();
      expect(chunks).toBe(documents);
      expect(await collection.searchText('第一版', { k: documents + 9 })).toHaveLength(documents);
      const hits = await collection.searchVector(new Float32Array(8).fill(1), { space: 'main', k: documents + 9 });
      expect(new Set(hits.map(hit => hit.chunk.id)).size).toBe(documents);
      await store.close();
    }
    rmSync(compiled, { recursive: true });
    const [chunks, terms] = server.sql('main', 'SELECT chunks, terms FROM killed.collections').split('|').map(Number);
    expect(server.sql('main', 'SELECT count(*), sum(length) FROM killed.chunks')).toBe(`${chunks}|${terms}`);
    expect(server.sql('main', 'SELECT sum(times) FROM killed.postings')).toBe(String(terms));
  });
});

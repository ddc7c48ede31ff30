// A real LanceDB, where its client is installed: the conformance suite, the index over vectors, several writers, writers that are
// killed, texts that look like SQL, wrong use.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModeshiftError, random } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { clusteredVectors, withVector, written } from '../../testing/samples.ts';
import { testStore } from '../../testing/test-store.ts';
import type { Filter } from '../filter.ts';
import { openStore } from '../sqlite/open-store.ts';
import type { Collection } from '../store.ts';
import { runWriter } from './kill-lance-writers.ts';
import { loadLancePackages } from './lance-packages.ts';
import { openLanceStore } from './open-lance-store.ts';

const project = [process.env.MODESHIFT_LANCEDB, '/opt/modeshift-lancedb'].find(
  folder => folder && existsSync(join(folder, 'node_modules', '@lancedb', 'lancedb')),
)!;
if (!project)
  console.log('No @lancedb/lancedb was found (MODESHIFT_LANCEDB names a folder that has it): its tests are skipped.');
const folder = mkdtempSync(join(tmpdir(), 'modeshift-lance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open = (name: string) => openLanceStore(join(folder, name), { project });

describe.skipIf(!project)('conformance', () => {
  for (const { name, run } of testStore({ open })) it(name, run);
});

describe.skipIf(!project)('openLanceStore', () => {
  it('finds the chunks that the store in one file finds for words, before and after joining', async () => {
    const source = random(2);
    const [file, store] = [await openStore(':memory:'), await open('same')];
    const [wanted, ours] = [await file.collection('main', 'all'), await store.collection('main', 'all')];
    const words = ['退款', '运费', '七天', 'refund', 'parcel', 'the', '的', 'déjà', 'ค่าส่ง', "don't"];
    const text = (): string =>
      Array.from({ length: 2 + source.integer(20) }, () => words[source.integer(words.length)]).join(' ');
    const documents = Array.from({ length: 150 }, (_, i) => written({ id: `d${i}`, text: text() }));
    for (const one of [wanted, ours]) {
      await one.put(documents);
      await one.put(
        documents.slice(20, 40).map(({ document }) => written({ id: document.id, text: `新的 ${document.id}` })),
      );
      await one.delete({ documents: documents.slice(0, 10).map(({ document }) => ({ id: document.id })) });
    }
    const compare = async (): Promise<void> => {
      for (const query of [...words, text(), text()]) {
        const ids = async (one: Collection) =>
          (await one.searchText(query, { k: 1000 })).map(hit => hit.chunk.id).sort();
        expect(await ids(ours), query).toEqual(await ids(wanted));
      }
    };
    await compare();
    await store.optimize('main');
    await compare();
    await Promise.all([file.close(), store.close()]);
  });

  it('searches by an index over vectors: recall of at least .98, also filtered and after changes', async () => {
    const store = await open('index');
    const collection = await store.collection('main', 'all');
    await collection.addSpace({ name: 'main', dimensions: 32 });
    const vectors = clusteredVectors(random(5), 3000, 32);
    const write = (vector: Float32Array, i: number) => withVector(`d${i}`, vector, { metadata: { part: i % 100 } });
    await collection.put(vectors.map(write));
    await store.optimize('main', { vectorIndex: 'main' });
    const recall = async (filter?: Filter): Promise<number> => {
      const source = random(6);
      let found = 0;
      for (let q = 0; q < 10; q++) {
        const query = vectors[source.integer(vectors.length)]!.map(value => value + 0.05 * source.normal());
        const ask = async (exact: boolean) =>
          (await collection.searchVector(query, { space: 'main', k: 10, exact, ...(filter && { filter }) })).map(
            hit => hit.chunk.id,
          );
        const wanted = new Set(await ask(true));
        expect(wanted.size).toBe(10);
        found += (await ask(false)).filter(id => wanted.has(id)).length;
      }
      return found / 100;
    };
    expect(await recall()).toBeGreaterThanOrEqual(0.98);
    expect(await recall({ field: 'part', lt: 10 })).toBeGreaterThanOrEqual(0.98);
    expect(await recall({ field: 'part', eq: 7 })).toBeGreaterThanOrEqual(0.98);
    await collection.put(clusteredVectors(random(9), 300, 32).map(write));
    expect(await collection.delete({ filter: { field: 'part', gte: 90 } })).toBe(300);
    expect(await recall()).toBeGreaterThanOrEqual(0.98);
    await store.optimize('main');
    expect(await recall()).toBeGreaterThanOrEqual(0.98);
    await store.close();
    // The index is what is asked.
    const { lance } = loadLancePackages(project);
    const connection = await lance.connect(join(folder, 'index'), { readConsistencyInterval: 0 });
    const table = await connection.openTable('modeshift.main');
    const query = table.query().nearestTo(vectors[0]!).column('vector_6d61696e') as unknown as {
      explainPlan(): Promise<string>;
    };
    expect(await query.explainPlan()).toContain('ANN');
    connection.close();
  });

  it('adds one space and collection for several processes at a time', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => open('spaces')));
    const collections = await Promise.all(stores.map(store => store.collection('main', 'all')));
    await Promise.all(collections.map(one => one.addSpace({ name: 'm', dimensions: 4 })));
    await Promise.all(collections.map((one, i) => one.addSpace({ name: `空间 ${i}`, dimensions: 3 })));
    const names = (await collections[0]!.spaces()).map(one => one.name);
    expect(names).toEqual(['m', '空间 0', '空间 1', '空间 2']);
    await Promise.all(stores.map(store => store.close()));
  });

  it('makes a new collection for several processes at a time, also where one was killed while it made it', async () => {
    mkdirSync(join(folder, 'new', 'modeshift.main.lance', 'data'), { recursive: true });
    const stores = await Promise.all([1, 2, 3, 4].map(() => open('new')));
    const collections = await Promise.all(stores.map(store => store.collection('main', 'all')));
    await Promise.all(collections.map((one, i) => one.put([written({ id: `d${i}`, text: '甲' })])));
    expect(await collections[0]!.count()).toEqual({ documents: 4, chunks: 4 });
    await Promise.all(stores.map(store => store.close()));
  });

  it('joins small pieces by itself', async () => {
    const store = await open('pieces');
    const collection = await store.collection('main', 'all');
    for (let i = 0; i < 80; i++) await collection.put([written({ id: `d${i}`, text: `第${i}篇` })]);
    const data = readdirSync(join(folder, 'pieces', 'modeshift.main.lance', 'data')).length;
    expect(await collection.count()).toEqual({ documents: 80, chunks: 80 });
    const { lance } = loadLancePackages(project);
    const connection = await lance.connect(join(folder, 'pieces'), { readConsistencyInterval: 0 });
    const { fragmentStats } = await (await connection.openTable('modeshift.main')).stats();
    expect(fragmentStats.numFragments).toBeLessThan(50);
    expect(data).toBeGreaterThan(fragmentStats.numFragments);
    connection.close();
    await store.close();
  });

  it('takes texts of any characters as they are', async () => {
    const store = await open('texts');
    const all = await store.collection('main', 'all');
    const odd = [
      "it's",
      '\\',
      "\\'",
      '"',
      '`',
      '%_',
      '--',
      '/* */',
      '\n\t',
      '\u0000',
      '甲😀',
      "'); DELETE",
      '{}',
      '[1]',
      '$1',
      '?',
    ];
    await all.put(
      odd.map((one, i) =>
        written({
          id: one,
          tenant: `${one}${i}`,
          access: [one],
          title: one,
          text: `${one}。`,
          metadata: { [one]: one, list: [one] },
        }),
      ),
    );
    for (const [i, one] of odd.entries()) {
      const bound = await store.collection('main', { tenant: `${one}${i}`, labels: [one] });
      const found = await bound.document({ id: one });
      expect([found?.title, found?.text, found?.access]).toEqual([one, `${one}。`, [one]]);
      for (const filter of [
        { field: one, eq: one },
        { field: one, gte: one },
        { field: 'list', containsAll: [one] },
      ] as const)
        expect(
          (await all.documents({ filter })).map(document => document.id),
          JSON.stringify(filter),
        ).toContain(one);
      expect(await all.delete({ documents: [{ id: one, tenant: `${one}${i}` }] })).toBe(1);
    }
    expect((await all.count()).documents).toBe(0);
    await store.close();
  });

  it('takes long and deep filters, and says where one is too deep', async () => {
    const store = await open('long');
    const collection = await store.collection('main', 'all');
    await collection.put([written({ id: 'a', text: '甲', metadata: { n: 7 } })]);
    const parts = Array.from({ length: 300 }, (_, n) => ({ field: 'n', eq: n }) as const);
    expect((await collection.count({ or: parts })).documents).toBe(1);
    expect((await collection.count({ and: parts.map(part => ({ not: part })) })).documents).toBe(0);
    expect((await collection.count({ field: 'n', in: parts.map(part => part.eq) })).documents).toBe(1);
    let deep: Filter = { field: 'n', gt: 6 };
    for (let i = 0; i < 16; i++) deep = i % 2 === 0 ? { not: deep } : { and: [deep, deep] };
    expect((await collection.count(deep)).documents).toBe(1);
    const tooDeep: Filter = { not: deep };
    await expect(collection.count(tooDeep)).rejects.toThrow('Write it flatter');
    await store.close();
  });
});

describe.skipIf(!project)('writers in several processes', () => {
  it('loses nothing acknowledged where they conflict and some are killed', { timeout: 120_000 }, async () => {
    const place = join(folder, 'killed');
    const source = random(3);
    const acknowledged = { a: 0, b: 0 };
    for (let round = 0; round < 3; round++) {
      const run = (name: 'a' | 'b') =>
        runWriter({
          folder: place,
          project,
          name,
          from: acknowledged[name],
          batches: 40,
          killedAfter: 300 + 900 * source.next(),
        });
      const [a, b] = await Promise.all([run('a'), run('b')]);
      expect([a.errors, b.errors]).toEqual(['', '']);
      acknowledged.a += a.done;
      acknowledged.b += b.done;
      const store = await open('killed');
      const collection = await store.collection('main', 'all');
      for (const name of ['a', 'b'] as const) {
        const filter = {
          and: [
            { field: 'name', eq: name },
            { field: 'batch', exists: true },
          ],
        } as const;
        const documents = await collection.documents({ filter, limit: 1e6 });
        // The batch that was under way is there whole, or not at all.
        expect(documents.length % 3).toBe(0);
        expect([0, 1]).toContain(documents.length / 3 - acknowledged[name]);
        const done = documents.filter(one => Number(one.metadata.batch) < acknowledged[name]);
        expect(done.length).toBe(3 * acknowledged[name]);
        expect(done.every(one => one.uri === 'second')).toBe(true);
        expect((await collection.searchText(`第一版 ${name}`, { k: 1e6, filter })).length).toBe(documents.length);
      }
      const shared = await collection.document({ id: 'shared' });
      expect((await collection.chunks({ id: 'shared' })).length).toBe(shared?.chunks ?? 0);
      const { documents } = await collection.count({ field: 'batch', exists: true });
      const near = await collection.searchVector(new Float32Array(8).fill(1), { space: 'main', k: 1e6 });
      expect(new Set(near.map(hit => hit.chunk.id)).size).toBe(documents);
      expect(near.length).toBe(documents);
      await store.close();
    }
    expect(acknowledged.a + acknowledged.b).toBeGreaterThan(1);
  });
});

describe('wrong use', () => {
  const fails = async (work: () => Promise<unknown>, tag: string, says: string): Promise<void> => {
    const error = await work().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(ModeshiftError.is(error) && [error.reason.tag, error.message.includes(says)], String(error)).toEqual([
      tag,
      true,
    ]);
  };

  it('says what to install', async () => {
    await fails(() => openLanceStore(folder, { project: folder }), 'unsupported', 'npm install @lancedb/lancedb');
  });

  it('says what is no place', async () => {
    await fails(() => openLanceStore('', { project }), 'invalid-input', 'folder');
    await fails(() => openLanceStore('db://name', { project }), 'invalid-input', 'Cloud');
  });

  it.skipIf(!project)('fails with typed errors', async () => {
    const store = await open('wrong');
    const collection = await store.collection('main', 'all');
    await fails(() => store.collection('长'.repeat(40), 'all'), 'invalid-input', 'too long');
    await fails(() => store.optimize('none'), 'invalid-input', 'no collection');
    await fails(() => store.optimize('main', { vectorIndex: 'none' }), 'invalid-input', 'none');
    await collection.addSpace({ name: 'odd', dimensions: 3 });
    await fails(() => store.optimize('main', { vectorIndex: 'odd' }), 'invalid-input', 'multiple of 8');
    await collection.addSpace({ name: 'empty', dimensions: 8 });
    await fails(() => store.optimize('main', { vectorIndex: 'empty' }), 'invalid-input', 'no vectors');
    const elsewhere = await open('wrong');
    const [same, other] = [await elsewhere.collection('main', 'all'), await store.collection('other', 'all')];
    await store.deleteCollection('main');
    await fails(() => collection.count(), 'invalid-input', 'Open it again');
    await fails(() => collection.put([written({ id: 'a', text: '甲' })]), 'invalid-input', 'Open it again');
    await fails(() => same.count(), 'storage', 'Open it again');
    await fails(() => same.put([written({ id: 'a', text: '甲' })]), 'storage', 'Open it again');
    expect(await (await elsewhere.collection('main', 'all')).count()).toEqual({ documents: 0, chunks: 0 });
    await elsewhere.close();
    await store.close();
    await store.close();
    await fails(() => store.collections(), 'invalid-input', 'closed');
    await fails(() => other.count(), 'invalid-input', 'closed');
    const file = join(folder, 'file');
    writeFileSync(file, 'no folder');
    await fails(async () => (await openLanceStore(file, { project })).collection('main', 'all'), 'storage', file);
  });
});

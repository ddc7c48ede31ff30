// Access: what one principal must never see, change or delete, through any method.
import assert from 'node:assert/strict';
import { ModeshiftError } from '@modeshift/core';
import { type Access, maySee } from '../store/access.ts';
import type { Collection } from '../store/store.ts';
import { withStore, withVector, written } from './samples.ts';
import type { StoreCase, StoreUnderTest } from './test-store.ts';

const documents = [
  { id: 'shared' },
  { id: 'plain', tenant: 'a' },
  { id: 'staff', tenant: 'a', access: ['staff'] },
  { id: 'board', tenant: 'a', access: ['board', '董事'] },
  { id: 'plain', tenant: 'b' },
  { id: 'staff', tenant: 'b', access: ['staff'] },
];
const principals: readonly Access[] = [
  'all',
  {},
  { labels: ['staff'] },
  { tenant: 'a' },
  { tenant: 'a', labels: ['staff'] },
  { tenant: 'a', labels: ['董事', 'x'] },
  { tenant: 'b', labels: ['staff', 'board'] },
  { tenant: 'c', labels: ['staff'] },
  { tenant: "' OR 1=1 --", labels: ["'", '"'] },
];
const vector = new Float32Array([1, 0, 0, 1]);

async function fill(all: Collection): Promise<void> {
  await all.addSpace({ name: 'main', dimensions: 4 });
  await all.put(
    documents.map(one => withVector(one.id, vector, { ...one, text: `秘密 ${one.tenant ?? ''} ${one.id}` })),
  );
}

export function accessCases(store: StoreUnderTest): StoreCase[] {
  return [
    ...principals.map(access => ({
      name: `shows ${JSON.stringify(access)} what it may see, through every method`,
      run: () =>
        withStore(store, async opened => {
          await fill(await opened.collection('main', 'all'));
          const bound = await opened.collection('main', access);
          const wanted = documents
            .filter(one => maySee(access, one))
            .map(one => `${one.tenant ?? ''}/${one.id}`)
            .sort();
          const named = (list: readonly { tenant: string; id?: string; documentId?: string }[]) =>
            list.map(one => `${one.tenant}/${one.documentId ?? one.id}`).sort();
          assert.deepEqual(named(await bound.documents()), wanted);
          assert.deepEqual(await bound.count(), { documents: wanted.length, chunks: wanted.length });
          assert.deepEqual(named((await bound.searchText('秘密', { k: 20 })).map(hit => hit.chunk)), wanted);
          for (const exact of [false, true]) {
            const hits = await bound.searchVector(vector, { k: 20, space: 'main', exact });
            assert.deepEqual(named(hits.map(hit => hit.chunk)), wanted);
          }
          const all = await opened.collection('main', 'all');
          for (const one of documents) {
            const seen = maySee(access, one);
            assert.equal((await bound.document(one)) !== undefined, seen);
            assert.equal((await bound.chunks(one)).length, seen ? 1 : 0);
            const [chunk] = await all.chunks(one);
            assert.equal((await bound.vectors('main', [chunk!.id])).size, seen ? 1 : 0);
            assert.equal((await bound.vectorsByHash('main', [chunk!.hash])).size, seen ? 1 : 0);
          }
        }),
    })),
    {
      name: 'lets a principal change and delete only what it may see',
      run: () =>
        withStore(store, async opened => {
          const all = await opened.collection('main', 'all');
          await fill(all);
          const bound = await opened.collection('main', { tenant: 'a' });
          const refused = (error: unknown) => ModeshiftError.is(error, 'refused');
          await assert.rejects(bound.put([written({ id: 'staff', text: '改' })]), refused);
          await assert.rejects(bound.put([written({ id: 'new', tenant: 'b', text: '改' })]), refused);
          assert.equal(await bound.delete({ documents: documents }), 1);
          assert.equal(await bound.delete({ filter: { field: 'none', exists: false } }), 0);
          assert.deepEqual(await all.count(), { documents: 5, chunks: 5 });
          await bound.put([written({ id: 'new', text: '新' })]);
          assert.equal((await all.document({ id: 'new', tenant: 'a' }))?.tenant, 'a');
        }),
    },
    {
      name: 'lets a principal add vectors only to what it may see',
      run: () =>
        withStore(store, async opened => {
          const all = await opened.collection('main', 'all');
          await fill(all);
          await all.addSpace({ name: 'second', dimensions: 2 });
          const bound = await opened.collection('main', { tenant: 'a', labels: ['staff'] });
          assert.equal((await bound.missing('second', 20)).length, 2);
          const everything = (await all.missing('second', 20)).map(one => [one.id, new Float32Array([1, 2])] as const);
          assert.equal(everything.length, documents.length);
          assert.equal(await bound.putVectors('second', new Map(everything)), 2);
          assert.equal((await all.missing('second', 20)).length, documents.length - 2);
        }),
    },
    {
      name: 'refuses a collection that is opened without access',
      run: () =>
        withStore(store, async opened => {
          for (const access of [undefined, null, 'everything', { tenant: 7 }, { labels: 'staff' }])
            await assert.rejects(opened.collection('main', access as unknown as Access), error =>
              ModeshiftError.is(error, 'invalid-input'),
            );
        }),
    },
  ];
}

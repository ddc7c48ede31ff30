// Documents and chunks: written, read, replaced, deleted, listed, kept over reopening.
import assert from 'node:assert/strict';
import { ModeshiftError } from '@modeshift/core';
import { markdownDocument } from '../chunk/markdown-blocks.ts';
import { withCollection, withStore, written } from './samples.ts';
import type { StoreCase, StoreUnderTest } from './test-store.ts';

const guide = markdownDocument(
  '指南/退款.md',
  '# 退款\r\n\r\n七天内可以退款。😀 运费由商家承担。\r\n\r\n## 例外\r\n\r\n定制商品不退。',
  {
    uri: 'https://example.com/退款',
    metadata: { year: 2026, open: true, topics: ['退款', '物流'], author: '李' },
    access: ['staff'],
    pages: [0, 20],
    places: [{ start: 6, name: '退款!A2' }],
  },
);

const rejects = (work: Promise<unknown>, tag: string): Promise<void> =>
  assert.rejects(work, error => ModeshiftError.is(error) && error.reason.tag === tag, `must reject with ${tag}`);

export function documentCases(store: StoreUnderTest): StoreCase[] {
  return [
    {
      name: 'gives back documents and chunks as they were',
      run: withCollection(store, async collection => {
        const write = written(guide);
        await collection.put([write]);
        const found = await collection.document({ id: guide.id });
        assert.deepEqual(
          { ...found },
          {
            ...guide,
            tenant: '',
            contentHash: write.contentHash,
            pipeline: write.pipeline,
            chunks: write.chunks.length,
          },
        );
        const chunks = await collection.chunks({ id: guide.id });
        for (const [i, { id, documentId, tenant, hash, ...chunk }] of chunks.entries()) {
          assert.deepEqual(chunk, write.chunks[i]);
          assert.equal(guide.text.slice(chunk.start, chunk.end), chunk.text);
          assert.deepEqual([documentId, tenant, id.length > 8, hash.length], [guide.id, '', true, 64]);
        }
        assert.equal(new Set(chunks.map(one => one.id)).size, write.chunks.length);
        assert.deepEqual(await collection.count(), { documents: 1, chunks: write.chunks.length });
      }),
    },
    {
      name: 'does not change what it is given',
      run: withCollection(store, async collection => {
        const write = written(guide);
        const before = structuredClone(write);
        await collection.put([write]);
        assert.deepEqual(write, before);
      }),
    },
    {
      name: 'replaces a document of the same id, with all its chunks',
      run: withCollection(store, async collection => {
        await collection.put([
          written({ id: 'a', text: '甲句在这里。'.repeat(20) }),
          written({ id: 'b', text: '乙。' }),
        ]);
        await collection.put([written({ id: 'a', text: '丙。' })]);
        assert.deepEqual(await collection.count(), { documents: 2, chunks: 2 });
        assert.equal((await collection.searchText('甲句', { k: 9 })).length, 0);
        assert.equal((await collection.searchText('丙', { k: 9 }))[0]?.chunk.documentId, 'a');
      }),
    },
    {
      name: 'keeps the ids of chunks whose text stays, and tells equal chunks apart',
      run: withCollection(store, async collection => {
        const same = '同样的一句话出现三次，一字不差。';
        const text = [same, same, same].join('\n\n');
        await collection.put([written({ id: 'a', text })]);
        const first = await collection.chunks({ id: 'a' });
        assert.equal(new Set(first.map(one => one.id)).size, 3);
        await collection.put([written({ id: 'a', text: `新的开头放在前面，长短也差不多。\n\n${text}` })]);
        const second = await collection.chunks({ id: 'a' });
        assert.deepEqual(
          second.slice(1).map(one => one.id),
          first.map(one => one.id),
        );
      }),
    },
    {
      name: 'writes several documents or none',
      run: withCollection(store, async collection => {
        const bad = { ...written({ id: 'bad', text: '坏' }), chunks: [{ ...written(guide).chunks[0]!, text: '不是' }] };
        await rejects(collection.put([written(guide), bad]), 'invalid-input');
        const [chunk] = written({ id: 'c', text: '丙' }).chunks;
        const unknown = {
          document: { id: 'c', text: '丙' },
          chunks: [{ ...chunk!, vectors: { none: new Float32Array([1]) } }],
        };
        await rejects(collection.put([written(guide), unknown]), 'invalid-input');
        assert.deepEqual(await collection.count(), { documents: 0, chunks: 0 });
        assert.equal((await collection.searchText('退款', { k: 5 })).length, 0);
      }),
    },
    {
      name: 'refuses halves of surrogate pairs, which would make two names one, and limits that are no number',
      run: withCollection(store, async collection => {
        const half = '\ud83d';
        const wrong = [
          { id: half },
          { id: 'a', tenant: half },
          { id: 'a', access: [half] },
          { id: 'a', metadata: { [half]: 1 } },
          { id: 'a', metadata: { topics: ['甲', half] } },
        ];
        for (const one of wrong) await rejects(collection.put([written({ text: '甲', ...one })]), 'invalid-input');
        await collection.put([written({ id: '😀', text: '甲', metadata: { topics: ['😀'] } })]);
        for (const limit of [0, 2.5, Number.NaN, Number.POSITIVE_INFINITY])
          await rejects(collection.documents({ limit }), 'invalid-input');
        assert.equal((await collection.documents({ limit: 1 })).length, 1);
      }),
    },
    {
      name: 'deletes by key and by filter, and what is not there is no error',
      run: withCollection(store, async collection => {
        const documents = ['a', 'b', 'c', 'd'].map((id, i) => written({ id, text: `第${id}篇`, metadata: { i } }));
        await collection.put(documents);
        assert.equal(await collection.delete({ documents: [{ id: 'a' }, { id: 'none' }, { id: 'a' }] }), 1);
        assert.equal(await collection.delete({ filter: { field: 'i', gte: 2 } }), 2);
        assert.deepEqual(
          (await collection.documents()).map(one => one.id),
          ['b'],
        );
        assert.equal(await collection.document({ id: 'a' }), undefined);
        assert.deepEqual(await collection.chunks({ id: 'a' }), []);
        assert.deepEqual(
          (await collection.searchText('第', { k: 9 })).map(hit => hit.chunk.documentId),
          ['b'],
        );
      }),
    },
    {
      name: 'lists documents page by page',
      run: withCollection(store, async collection => {
        const ids = Array.from({ length: 25 }, (_, i) => `文-${String(i).padStart(2, '0')}`);
        await collection.put(ids.map(id => written({ id, text: id })));
        const seen: string[] = [];
        for (let after: string | undefined; ; ) {
          const page = await collection.documents({ limit: 10, ...(after !== undefined && { after: { id: after } }) });
          if (page.length === 0) break;
          seen.push(...page.map(one => one.id));
          after = seen.at(-1)!;
        }
        assert.deepEqual(seen, ids);
      }),
    },
    {
      name: 'keeps collections apart, lists and deletes them',
      run: () =>
        withStore(store, async opened => {
          const [a, b] = [await opened.collection('甲', 'all'), await opened.collection('乙', 'all')];
          await a.put([written({ id: 'x', text: '苹果' })]);
          await b.put([written({ id: 'x', text: '香蕉' })]);
          assert.equal((await a.searchText('香蕉', { k: 3 })).length, 0);
          assert.deepEqual([...(await opened.collections())].sort(), ['乙', '甲'].sort());
          await opened.deleteCollection('甲');
          await opened.deleteCollection('甲');
          assert.deepEqual(await opened.collections(), ['乙']);
          assert.deepEqual(await (await opened.collection('甲', 'all')).count(), { documents: 0, chunks: 0 });
          assert.equal((await b.searchText('香蕉', { k: 3 })).length, 1);
        }),
    },
    {
      name: 'refuses wrong use with typed errors',
      run: withCollection(store, async collection => {
        await rejects(collection.put([written({ id: '', text: '空' })]), 'invalid-input');
        await rejects(collection.put([written({ id: 'half', text: 'x\ud800y' })]), 'invalid-input');
        await rejects(
          collection.put([written({ id: 'n', text: 'x', metadata: { bad: Number.NaN } })]),
          'invalid-input',
        );
        await rejects(collection.searchText('x', { k: 0 }), 'invalid-input');
        await rejects(collection.searchVector(new Float32Array([1]), { k: 1, space: 'none' }), 'invalid-input');
        await rejects(collection.addSpace({ name: 'x', dimensions: 0 }), 'invalid-input');
      }),
    },
    ...(store.isPersistent === false ? [] : [reopening(store), together(store)]),
  ];
}

function reopening(store: StoreUnderTest): StoreCase {
  return {
    name: 'finds everything again after closing',
    run: () =>
      withStore(store, async (opened, name) => {
        const collection = await opened.collection('main', 'all');
        await collection.put([written(guide)]);
        const before = await collection.chunks({ id: guide.id });
        await opened.close();
        const again = await store.open(name);
        const same = await again.collection('main', 'all');
        assert.deepEqual(await same.chunks({ id: guide.id }), before);
        assert.equal((await same.searchText('运费', { k: 1 })).length, 1);
        await again.close();
      }),
  };
}

function together(store: StoreUnderTest): StoreCase {
  return {
    name: 'writes one document from several sides at once, and has it once and whole',
    run: () =>
      withStore(store, async (first, name) => {
        const stores = [first, await store.open(name), await store.open(name)];
        const sides = await Promise.all(stores.map(opened => opened.collection('main', 'all')));
        for (let round = 0; round < 3; round++) {
          const id = `文-${round}`;
          const write = (side: number) => written({ id, text: `第${side}方写的一句话。`.repeat(10 + 10 * side) });
          await Promise.all(sides.map((collection, side) => collection.put([write(side)])));
          const document = await sides[0]!.document({ id });
          const chunks = await sides[1]!.chunks({ id });
          assert.equal(chunks.length, document?.chunks, 'all chunks are of one write');
          for (const chunk of chunks) assert.equal(document?.text.slice(chunk.start, chunk.end), chunk.text);
          assert.equal((await sides[2]!.count()).documents, round + 1);
        }
        await Promise.all(stores.slice(1).map(opened => opened.close()));
      }),
  };
}

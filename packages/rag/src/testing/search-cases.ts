// Searches: words in several scripts, vectors against exact search, spaces side by side.
import assert from 'node:assert/strict';
import { ModeshiftError, random } from '@modeshift/core';
import type { Collection } from '../store/store.ts';
import { clusteredVectors, unit, withCollection, withStore, withVector, written } from './samples.ts';
import type { StoreCase, StoreUnderTest } from './test-store.ts';

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const count = 2400;
const dimensions = 48;

/** A collection with many vectors, and the ids that exact search finds. */
async function fillVectors(collection: Collection): Promise<Float32Array[]> {
  await collection.addSpace({ name: 'main', dimensions });
  const vectors = clusteredVectors(random(5), count, dimensions);
  for (let i = 0; i < count; i += 500)
    await collection.put(
      vectors
        .slice(i, i + 500)
        .map((vector, j) => withVector(`d${i + j}`, vector, { metadata: { part: (i + j) % 100 } })),
    );
  return vectors;
}

/** Recall at 10 over 20 queries, among the numbers that `among` admits. */
async function recall(
  collection: Collection,
  vectors: ReadonlyMap<number, Float32Array>,
  below?: number,
): Promise<number> {
  const source = random(6);
  const all = [...vectors].filter(([i]) => below === undefined || i % 100 < below);
  let hits = 0;
  for (let q = 0; q < 20; q++) {
    const base = all[source.integer(all.length)]![1];
    const query = unit(base.map(value => value + 0.1 * source.normal()));
    const exact = all
      .map(([i, vector]) => ({ id: `d${i}`, score: dot(query, vector) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 10);
    const filter = below === undefined ? {} : { filter: { field: 'part', lt: below } as const };
    const found = await collection.searchVector(query, { space: 'main', k: 10, ...filter });
    assert.equal(found.length, 10);
    for (const [i, hit] of found.entries()) {
      const number = Number(hit.chunk.documentId.slice(1));
      assert.ok(Math.abs(hit.score - dot(query, vectors.get(number)!)) < 1e-4, 'a score is the cosine');
      if (i > 0) assert.ok(found[i - 1]!.score >= hit.score, 'the best is first');
    }
    const wanted = new Set(exact.map(one => one.id));
    hits += found.filter(hit => wanted.has(hit.chunk.documentId)).length;
  }
  return hits / 200;
}

export function searchCases(store: StoreUnderTest): StoreCase[] {
  return [
    {
      name: 'finds words of several scripts, whole and in part',
      run: withCollection(store, async collection => {
        const texts = [
          '我们的退款政策：七天无理由。',
          'Refunds are paid within 7 days.',
          '返金は七日以内です。',
          '환불은 7일 이내입니다.',
        ];
        const more = [
          'استرداد خلال سبعة أيام',
          'Возврат за 7 дней',
          'คืนเงินภายในเจ็ดวัน',
          'GPT-4 的价格是 20美元',
          'don\'t "quote" AND (this) NEAR * -',
        ];
        await collection.put([...texts, ...more].map((text, i) => written({ id: `d${i}`, text })));
        const first = async (query: string) => (await collection.searchText(query, { k: 1 }))[0]?.chunk.documentId;
        assert.equal(await first('退款'), 'd0');
        assert.equal(await first('怎么退款？'), 'd0');
        assert.equal(await first('refund'), 'd1');
        assert.equal(await first('返金'), 'd2');
        assert.equal(await first('환불'), 'd3');
        assert.equal(await first('استرداد'), 'd4');
        assert.equal(await first('возврат'), 'd5');
        assert.equal(await first('คืนเงิน'), 'd6');
        assert.equal(await first('gpt'), 'd7');
        assert.equal(await first('don\'t "quote" OR NEAR('), 'd8');
        assert.equal(await first('\u0000 "" * ^'), undefined);
        assert.equal(await first(''), undefined);
      }),
    },
    {
      name: 'ranks by relevance, at most k, scores falling',
      run: withCollection(store, async collection => {
        await collection.put([
          written({ id: 'far', text: '今天的天气很好，适合出门，只是顺便提一下退款。' }),
          written({ id: 'near', text: '退款流程：申请退款。' }),
          written({ id: 'none', text: '完全无关的内容。' }),
        ]);
        const hits = await collection.searchText('退款', { k: 5 });
        assert.deepEqual(
          hits.map(hit => hit.chunk.documentId),
          ['near', 'far'],
        );
        assert.ok(hits[0]!.score > hits[1]!.score);
        assert.equal((await collection.searchText('退款', { k: 1 })).length, 1);
      }),
    },
    {
      name: 'finds the nearest vectors: recall of at least .98 against exact search, also filtered',
      run: withCollection(store, async collection => {
        const vectors = new Map((await fillVectors(collection)).entries());
        for (const below of [undefined, 1, 10, 50])
          assert.ok(
            (await recall(collection, vectors, below)) >= 0.98,
            `recall with ${below ?? 100} % of the documents`,
          );
      }),
    },
    {
      name: 'keeps that recall over updates, deletions and reopening',
      run: () =>
        withStore(store, async (opened, name) => {
          const collection = await opened.collection('main', 'all');
          const vectors = new Map((await fillVectors(collection)).entries());
          await recall(collection, vectors);
          const fresh = clusteredVectors(random(99), 600, dimensions);
          await collection.put(
            fresh.slice(0, 300).map((vector, i) => withVector(`d${i}`, vector, { metadata: { part: i % 100 } })),
          );
          for (let i = 0; i < 300; i++) vectors.set(i, fresh[i]!);
          const gone = Array.from({ length: 300 }, (_, i) => 1000 + i);
          assert.equal(await collection.delete({ documents: gone.map(i => ({ id: `d${i}` })) }), 300);
          for (const i of gone) vectors.delete(i);
          assert.ok((await recall(collection, vectors)) >= 0.98, 'after updates and deletions');
          assert.ok((await recall(collection, vectors, 10)) >= 0.98, 'the same, filtered');
          if (store.isPersistent === false) return;
          await opened.close();
          const again = await store.open(name);
          assert.ok((await recall(await again.collection('main', 'all'), vectors)) >= 0.98, 'after reopening');
          await again.close();
        }),
    },
    {
      name: 'has vectors of several models side by side, added later where they are missing',
      run: withCollection(store, async collection => {
        await collection.addSpace({ name: 'main', dimensions: 2 });
        await collection.put([
          withVector('a', new Float32Array([3, 0])),
          withVector('b', new Float32Array([0, 2])),
          written({ id: 'c', text: '没有向量' }),
        ]);
        await collection.addSpace({ name: 'second', dimensions: 3 });
        await collection.addSpace({ name: 'second', dimensions: 3 });
        assert.deepEqual(
          (await collection.missing('main', 9)).map(one => one.indexText),
          ['没有向量'],
        );
        const missing = await collection.missing('second', 9);
        assert.equal(missing.length, 3);
        const added = new Map(missing.map((one, i) => [one.id, Float32Array.from([i === 0 ? 1 : 0, 1, i])]));
        assert.equal(await collection.putVectors('second', added), 3);
        assert.equal(await collection.putVectors('second', added), 0);
        assert.equal(await collection.putVectors('second', new Map([['none', new Float32Array(3).fill(1)]])), 0);
        assert.deepEqual(await collection.missing('second', 9), []);
        const [hit] = await collection.searchVector(new Float32Array([5, 0]), { space: 'main', k: 1 });
        assert.deepEqual([hit?.chunk.documentId, Math.round(hit!.score * 1e6)], ['a', 1e6]);
        const [first] = await collection.searchVector(new Float32Array([0, 1, 9]), { space: 'second', k: 1 });
        assert.equal(first?.chunk.documentId, 'c');
        const wrong = collection.searchVector(new Float32Array([1]), { space: 'main', k: 1 });
        await assert.rejects(wrong, error => ModeshiftError.is(error, 'invalid-input'));
        await assert.rejects(collection.addSpace({ name: 'main', dimensions: 9 }), error =>
          ModeshiftError.is(error, 'invalid-input'),
        );
        await collection.deleteSpace('second');
        assert.deepEqual(await collection.spaces(), [{ name: 'main', dimensions: 2 }]);
        const gone = collection.searchVector(new Float32Array(3).fill(1), { space: 'second', k: 1 });
        await assert.rejects(gone, error => ModeshiftError.is(error, 'invalid-input'));
      }),
    },
    {
      name: 'remembers vectors by the text they were made from',
      run: withCollection(store, async collection => {
        await collection.addSpace({ name: 'main', dimensions: 2 });
        await collection.put([withVector('a', new Float32Array([0, 4]), { text: '一样的话' })]);
        const [chunk] = await collection.chunks({ id: 'a' });
        const found = await collection.vectorsByHash('main', [chunk!.hash, 'other']);
        assert.deepEqual(
          [...found].map(([hash, vector]) => [hash, [...vector]]),
          [[chunk!.hash, [0, 1]]],
        );
      }),
    },
  ];
}

// Filters against the evaluator in JavaScript, over every operator, type and missing value.
import assert from 'node:assert/strict';
import { ModeshiftError, random } from '@modeshift/core';
import type { Metadata } from '../chunk/document.ts';
import { type Filter, matchesFilter } from '../store/filter.ts';
import { withCollection, written } from './samples.ts';
import type { StoreCase, StoreUnderTest } from './test-store.ts';

const metadata: readonly Metadata[] = [
  {},
  { n: 1, s: 'a', b: true, l: ['甲', '乙'], date: '2026-01-05' },
  { n: 1.5, s: 'B', b: false, l: ['乙'], date: '2025-12-31T10:00:00Z' },
  { n: -3, s: '中文', l: [], date: '2026-11-24' },
  { n: 0, s: '', b: true, 'odd "name"': "it's", l: ['丙', "o'x"] },
  { n: '1', s: 7, b: 'true', l: '甲' },
  { n: 9_007_199_254_740_991, s: '😀', date: '' },
  { n: 1e-9, s: '\uffee', 'odd "name"': '%_*' },
];
const fields = ['n', 's', 'b', 'l', 'date', 'odd "name"', 'missing', 'toString'];
const scalars = [
  1,
  1.5,
  0,
  -3,
  '1',
  'a',
  'B',
  '',
  '中文',
  '😀',
  '\uffee',
  true,
  false,
  'true',
  '甲',
  "it's",
  '%_*',
  '2026-01-01',
];

/** Conditions of every kind, and nested ones drawn from a seed. */
function conditions(): Filter[] {
  const source = random(11);
  const one = (): Filter => {
    const field = fields[source.integer(fields.length)]!;
    const scalar = () => scalars[source.integer(scalars.length)]!;
    const texts = () => ['甲', '乙', '丙', "o'x", '丁'].filter(() => source.next() < 0.4);
    const ordered = scalars.filter(value => typeof value !== 'boolean')[source.integer(14)]!;
    const made: Filter[] = [
      { field, eq: scalar() },
      { field, ne: scalar() },
      { field, gt: ordered },
      { field, gte: ordered },
      { field, lt: ordered },
      { field, lte: ordered },
      { field, in: [scalar(), scalar(), scalar()] },
      { field, nin: [scalar(), scalar()] },
      { field, in: [] },
      { field, exists: source.next() < 0.5 },
      { field, containsAny: texts() },
      { field, containsAll: texts() },
    ];
    return made[source.integer(made.length)]!;
  };
  const nested = (depth: number): Filter => {
    const kind = depth === 0 ? 0 : source.integer(5);
    if (kind <= 1) return one();
    if (kind === 2) return { not: nested(depth - 1) };
    const parts = Array.from({ length: source.integer(4) }, () => nested(depth - 1));
    return kind === 3 ? { and: parts } : { or: parts };
  };
  return Array.from({ length: 400 }, (_, i) => nested(i % 4));
}

export function filterCases(store: StoreUnderTest): StoreCase[] {
  return [
    {
      name: 'filters as the evaluator in JavaScript does, when listing, counting and searching',
      run: withCollection(store, async collection => {
        await collection.put(metadata.map((one, i) => written({ id: `d${i}`, text: `共同的词 ${i}`, metadata: one })));
        for (const [number, filter] of conditions().entries()) {
          const wanted = metadata.flatMap((one, i) => (matchesFilter(one, filter) ? [`d${i}`] : []));
          const said = JSON.stringify(filter);
          assert.deepEqual(
            (await collection.documents({ filter })).map(one => one.id),
            wanted,
            said,
          );
          if (number % 4 > 0) continue;
          assert.equal((await collection.count(filter)).documents, wanted.length, said);
          const hits = await collection.searchText('共同', { k: 20, filter });
          assert.deepEqual(hits.map(hit => hit.chunk.documentId).sort(), wanted, said);
        }
      }),
    },
    {
      name: 'takes filters of thousands of parts',
      run: withCollection(store, async collection => {
        const topics = Array.from({ length: 2000 }, (_, i) => `题${i}`);
        await collection.put([
          written({ id: 'all', text: '甲', metadata: { n: 7, topics } }),
          written({ id: 'one', text: '乙', metadata: { n: 1999, topics: ['题7', '题7'] } }),
        ]);
        const equal = topics.map((_, n) => ({ field: 'n', eq: n }) as const);
        const found: [Filter, readonly string[]][] = [
          [{ field: 'topics', containsAll: topics }, ['all']],
          [{ field: 'topics', containsAll: ['题7', '题7'] }, ['all', 'one']],
          [{ field: 'topics', containsAny: topics.slice(1) }, ['all', 'one']],
          [{ field: 'n', in: topics.map((_, n) => n).slice(8) }, ['one']],
          [{ or: equal }, ['all', 'one']],
          [{ and: equal.map(one => ({ not: one })) }, []],
        ];
        for (const [filter, ids] of found)
          assert.deepEqual(
            (await collection.documents({ filter })).map(one => one.id),
            ids,
          );
      }),
    },
    {
      name: 'refuses what is no filter',
      run: withCollection(store, async collection => {
        const wrong = [
          {},
          { field: 'a' },
          { field: 'a', eq: null },
          { field: 'a', like: 'x' },
          { field: 'a', eq: 1, ne: 2 },
          { field: 'a', gt: true },
          { and: {} },
          { field: 'a', in: 'abc' },
        ] as unknown as Filter[];
        for (const filter of wrong)
          await assert.rejects(
            collection.documents({ filter }),
            error => ModeshiftError.is(error, 'invalid-input'),
            JSON.stringify(filter),
          );
      }),
    },
    {
      name: 'forgets metadata that was replaced',
      run: withCollection(store, async collection => {
        await collection.put([written({ id: 'a', text: '甲', metadata: { v: 1, w: 1 } })]);
        await collection.put([written({ id: 'a', text: '甲', metadata: { v: 2 } })]);
        assert.equal((await collection.count({ field: 'v', eq: 1 })).documents, 0);
        assert.equal((await collection.count({ field: 'w', exists: true })).documents, 0);
        assert.equal((await collection.count({ field: 'v', eq: 2 })).documents, 1);
      }),
    },
  ];
}

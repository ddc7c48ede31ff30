// Measures judged by trec_eval; a whole evaluation over a folder in the layout of BEIR.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { meanInterval } from '@modeshift/eval';
import { afterAll, describe, expect, it } from 'vitest';
import { ingest } from '../ingest/ingest.ts';
import { createRetriever } from '../retrieve/retriever.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import { type EvaluateRetrievalOptions, evaluateRetrieval } from './evaluate-retrieval.ts';
import { type RankingMetric, rankingMetric } from './ranking-metrics.ts';
import { readBeir } from './read-beir.ts';

interface Oracle {
  readonly cases: readonly {
    readonly relevance: Readonly<Record<string, number>>;
    readonly ranking: readonly string[];
    readonly figures: Readonly<Record<RankingMetric, number>>;
  }[];
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
}
const oracle = JSON.parse(readFileSync(path.join(import.meta.dirname, '../fixtures/ranking.json'), 'utf8')) as Oracle;

describe('rankingMetric', () => {
  it('agrees with trec_eval on 40 rankings of graded relevance', () => {
    expect(oracle.cases).toHaveLength(40);
    for (const { relevance, ranking, figures } of oracle.cases) {
      for (const [metric, figure] of Object.entries(figures))
        expect(rankingMetric(metric as RankingMetric, ranking, new Map(Object.entries(relevance)))).toBeCloseTo(
          figure,
          10,
        );
    }
  });

  it('has intervals as numpy draws them', () => {
    for (const [metric, [low, high]] of Object.entries(oracle.intervals)) {
      const interval = meanInterval(oracle.cases.map(one => one.figures[metric as RankingMetric]!));
      expect(Math.abs(interval.low - low)).toBeLessThan(0.015);
      expect(Math.abs(interval.high - high)).toBeLessThan(0.015);
    }
  });

  it('counts a document once, cuts the reciprocal rank, and refuses what is no measure', () => {
    const relevance = new Map([['a', 1]]);
    expect(rankingMetric('precision@2', ['a', 'a', 'a'], relevance)).toBe(0.5);
    expect(rankingMetric('mrr@2', ['x', 'y', 'a'], relevance)).toBe(0);
    expect(() => rankingMetric('recall' as never, [], relevance)).toThrow('There is no measure "recall"');
    expect(() => rankingMetric('ndcg@0', [], relevance)).toThrow('no measure');
    expect(() => rankingMetric('map', ['a'], new Map([['a', 0]]))).toThrow('No document is relevant');
  });
});

const folder = mkdtempSync(path.join(tmpdir(), 'modeshift-beir-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, lines: readonly string[]): void => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
};

describe('evaluateRetrieval over readBeir', () => {
  it('measures, with a header and without, empty titles, queries without judgement', async () => {
    const texts = {
      d1: '七天内可以退款。',
      d2: '运费由买家承担。',
      d3: 'The shop opens at nine.',
      d4: '发票在订单页。',
    };
    write(
      'a/corpus.jsonl',
      Object.entries(texts).map(([_id, text]) => JSON.stringify({ _id, title: _id === 'd1' ? '退款' : '', text })),
    );
    const questions = { q1: '怎么退款', q2: '运费谁出', q3: 'When does it open?', q4: '没有判断', q5: '发票' };
    write(
      'a/queries.jsonl',
      Object.entries(questions).map(([_id, text]) => JSON.stringify({ _id, text })),
    );
    write('a/qrels/test.tsv', ['query-id\tcorpus-id\tscore', 'q1\td1\t1', 'q2\td3\t1', 'q3\td3\t2', 'q5\td4\t0']);
    const { queries, documents } = await readBeir(path.join(folder, 'a'));
    expect(queries.map(one => one.id)).toEqual(['q1', 'q2', 'q3', 'q5']);
    const store = await openStore(':memory:');
    const collection = await store.collection('beir', 'all');
    expect((await ingest({ collection, documents: documents() })).added).toBe(4);
    const retriever = createRetriever({ collection });
    const progress: number[] = [];
    const result = await evaluateRetrieval({ retriever, queries, onProgress: ({ done }) => progress.push(done) });
    expect([result.skipped, progress.at(-1), result.rankings.map(one => one.query)]).toEqual([
      1,
      3,
      ['q1', 'q2', 'q3'],
    ]);
    const [first] = result.figures;
    expect([first!.metric, first!.mean, first!.values]).toEqual(['recall@1', 2 / 3, [1, 0, 1]]);
    expect(first!.low).toBeLessThan(first!.mean);
    expect(result.latencyMs.p95).toBeGreaterThanOrEqual(result.latencyMs.p50);
    expect(await evaluateRetrieval({ retriever, queries })).toMatchObject({ figures: result.figures });
    await expect(evaluateRetrieval({ retriever, queries: [queries[3]!] })).rejects.toThrow('No query has a relevant');
    await expect(evaluateRetrieval({ retriever, queries, metrics: ['p@5' as never] })).rejects.toThrow('no measure');
    await expect(evaluateRetrieval({ retriever, queries, metrics: [] })).rejects.toThrow('"metrics" is empty');
    await store.close();
  });

  it('leaves a query that is a document out of its own ranking, as BEIR does', async () => {
    const store = await openStore(':memory:');
    const collection = await store.collection('arguments', 'all');
    const texts = { a: '动物园应当关闭。', b: '动物园应当关闭吗？不应当。', c: '动物园保护动物。' };
    await ingest({ collection, documents: Object.entries(texts).map(([id, text]) => ({ id, text })) });
    const retriever = createRetriever({ collection });
    const queries = [{ id: 'a', text: texts.a, relevance: new Map([['b', 1]]) }];
    const ask = async (more: Partial<EvaluateRetrievalOptions> = {}) => {
      const { rankings, figures } = await evaluateRetrieval({ retriever, queries, metrics: ['mrr'], ...more });
      return [rankings[0]!.documents[0], figures[0]!.mean];
    };
    expect(await ask()).toEqual(['b', 1]);
    expect(await ask({ ignoreIdenticalIds: false })).toEqual(['a', 0.5]);
    expect(await ask({ queries: [{ ...queries[0]!, relevance: new Map([['a', 1]]) }] })).toEqual(['a', 1]);
    await store.close();
  });

  it('says what is wrong, and where', async () => {
    const read = (name: string) => readBeir(path.join(folder, name));
    await expect(read('none')).rejects.toMatchObject({ reason: { tag: 'invalid-input' } });
    write('b/queries.jsonl', ['{"_id": "q1", "text": "a"}', '{"_id": "q2"}']);
    write('b/qrels/test.tsv', ['q1\td1\t1']);
    await expect(read('b')).rejects.toThrow('queries.jsonl, line 2');
    write('c/queries.jsonl', ['{"_id": "q1", "text": "a"}']);
    write('c/qrels/test.tsv', ['query\tdocument\tscore', 'q1 d1 1']);
    await expect(read('c')).rejects.toThrow('test.tsv, line 2');
    write('d/queries.jsonl', ['{"_id": "q1", "text": "a"}']);
    write('d/qrels/test.tsv', ['q9\td1\t1']);
    await expect(read('d')).rejects.toThrow('no query of queries.jsonl is judged');
  });
});

// Retrieval over a real file: modes, fusion, reranking, diversity, contexts, access, and XQuAD where it is at hand.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddingModel, RerankModel } from '@modeshift/core';
import { localEmbedding } from '@modeshift/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parentChildChunker } from '../chunk/parent-child-chunker.ts';
import { structureChunker } from '../chunk/structure-chunker.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import type { Collection, KnowledgeStore } from '../store/store.ts';
import { fuse } from './fuse.ts';
import { maximalMarginalRelevance } from './maximal-marginal-relevance.ts';
import { createRetriever, spaceName } from './retriever.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

/** Counts characters of a fixed list: enough to be near or far, and to be checked by hand. */
const topics = ['退', '运', '票', '会'];
const counting: EmbeddingModel = {
  provider: 'test',
  modelId: 'topics',
  dimensions: 5,
  embed: async texts => ({
    embeddings: texts.map(text => Float32Array.from([0.1, ...topics.map(topic => text.split(topic).length - 1)])),
    usage: { inputTokens: texts.length, outputTokens: 0 },
  }),
};
const texts = {
  refund: '退货退款规则：七天内可以退。',
  again: '退货退款规则：七天之内可以退。',
  freight: '运费：由买家承担运费。',
  invoice: '发票在订单页开票。',
  secret: '内部：退款由会计复核。',
};

let store: KnowledgeStore;
let collection: Collection;
beforeAll(async () => {
  store = await openStore(':memory:');
  collection = await store.collection('main', 'all');
  await collection.addSpace({ name: spaceName(counting), dimensions: counting.dimensions });
  for (const [id, text] of Object.entries(texts)) {
    const document = { id, text, ...(id === 'secret' && { access: ['finance'] }), metadata: { length: text.length } };
    const { embeddings } = await counting.embed([text], {});
    const [chunk] = structureChunker().chunk(document);
    await collection.put([{ document, chunks: [{ ...chunk!, vectors: { [spaceName(counting)]: embeddings[0]! } }] }]);
  }
});
afterAll(() => store.close());

const ids = (passages: readonly { chunk: { documentId: string } }[]): string[] =>
  passages.map(one => one.chunk.documentId);

describe('createRetriever', () => {
  it('finds by words, by vectors and by both, and says where a passage stood', async () => {
    const lexical = await createRetriever({ collection, k: 2 }).retrieve('发票');
    expect(ids(lexical.passages)[0]).toBe('invoice');
    const vector = await createRetriever({ collection, embedder: counting, mode: 'vector', k: 1 }).retrieve('运');
    expect(ids(vector.passages)).toEqual(['freight']);
    const hybrid = await createRetriever({ collection, embedder: counting, k: 5 }).retrieve('七天内退款');
    expect(ids(hybrid.passages)[0]).toBe('refund');
    const { lexical: words, vector: meaning, fuse: joined } = hybrid.passages[0]!.steps;
    expect(joined!.score).toBeCloseTo(1 / (60 + words!.rank) + 1 / (60 + meaning!.rank), 12);
    expect(hybrid.steps.map(step => step.name)).toEqual(['lexical', 'embed', 'vector', 'fuse', 'expand']);
    expect(hybrid.steps.every(step => step.ms >= 0)).toBe(true);
  });

  it('keeps to access and filter in every mode', async () => {
    const bound = await store.collection('main', { labels: ['sales'] });
    for (const mode of ['lexical', 'vector', 'hybrid'] as const) {
      const { passages } = await createRetriever({ collection: bound, embedder: counting, mode, k: 9 }).retrieve(
        '退款',
      );
      expect(ids(passages)).not.toContain('secret');
      expect(ids(passages)).toContain('refund');
      const filtered = await createRetriever({ collection, embedder: counting, mode, k: 9 }).retrieve('退款', {
        filter: { field: 'length', eq: texts.again.length },
      });
      expect(ids(filtered.passages)).toEqual(['again']);
    }
  });

  it('reranks the candidates with a model', async () => {
    const asked: string[] = [];
    const model: RerankModel = {
      provider: 'test',
      modelId: 'shortest',
      rerank: async (query, documents) => {
        asked.push(query);
        return documents.map((document, index) => ({ index, score: -document.length }));
      },
    };
    const { passages } = await createRetriever({ collection, rerank: model, k: 1 }).retrieve('退款');
    expect([asked, ids(passages), passages[0]!.score]).toEqual([['退款'], ['secret'], -texts.secret.length]);
    expect(passages[0]!.steps.lexical!.rank).toBeGreaterThan(0);
  });

  it('spreads passages out', async () => {
    const near = createRetriever({ collection, embedder: counting, mode: 'vector', k: 2 });
    expect(ids((await near.retrieve('退退退运')).passages).sort()).toEqual(['again', 'refund']);
    const spread = createRetriever({
      collection,
      embedder: counting,
      mode: 'vector',
      k: 2,
      diversity: { lambda: 0.5 },
    });
    expect(ids((await spread.retrieve('退退退运')).passages)).not.toContain('again');
  });

  it('gives the context of a chunk, once', async () => {
    const text = '退款说明。第一步申请。第二步寄回。第三步到账。';
    const chunker = parentChildChunker({ parent: structureChunker(), child: structureChunker({ maxTokens: 8 }) });
    const other = await store.collection('parents', 'all');
    await other.put([{ document: { id: 'p', text }, chunks: chunker.chunk({ id: 'p', text }) }]);
    const { passages } = await createRetriever({ collection: other }).retrieve('第一步 第二步');
    expect(passages.map(one => [one.text, one.start, one.end])).toEqual([[text, 0, text.length]]);
    const { passages: small } = await createRetriever({ collection: other, expand: false }).retrieve('第一步 第二步');
    expect(small.length).toBeGreaterThan(1);
  });

  it('refuses options that do not go together, and can be cancelled', async () => {
    expect(() => createRetriever({ collection, mode: 'vector' })).toThrow('needs an "embedder"');
    expect(() => createRetriever({ collection, diversity: { lambda: 0.5 } })).toThrow('needs an "embedder"');
    expect(() => createRetriever({ collection, k: 0 })).toThrow('"k" is 0');
    expect(() => createRetriever({ collection, fusion: { kind: 'rrf', weights: { lexical: 0, vector: 0 } } })).toThrow(
      'weights',
    );
    const signal = AbortSignal.abort();
    await expect(createRetriever({ collection }).retrieve('退款', { signal })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });
    expect(await createRetriever({ collection }).retrieve('  ')).toEqual({ passages: [], steps: [] });
  });

  it('works with an embedding checkpoint in this process', { timeout: 120_000 }, async () => {
    const embedder = localEmbedding(path.join(root, 'packages/providers/local/fixtures/bert-mean'), { truncate: true });
    const { dimensions } = await embedder.load();
    const own = await store.collection('local', 'all');
    const space = spaceName(embedder);
    await own.addSpace({ name: space, dimensions });
    const sentences = ['今天下雨', 'the cat sat', '退款规则'];
    const { embeddings } = await embedder.embed(sentences, {});
    await own.put(
      sentences.map((text, i) => ({
        document: { id: text, text },
        chunks: structureChunker()
          .chunk({ id: text, text })
          .map(chunk => ({ ...chunk, vectors: { [space]: embeddings[i]! } })),
      })),
    );
    const { passages } = await createRetriever({ collection: own, embedder, mode: 'vector', k: 1 }).retrieve(
      'the cat sat',
    );
    expect(passages[0]!.text).toBe('the cat sat');
    expect(passages[0]!.score).toBeCloseTo(1, 4);
    await embedder.dispose();
  });
});

describe('fuse', () => {
  const list = (entries: Record<string, number>) => Object.entries(entries).map(([item, score]) => ({ item, score }));
  it('joins by weighted scores and by rank', () => {
    const lists = (lexical: number, vector: number) => [
      { list: list({ a: 10, b: 6, c: 2 }), weight: lexical },
      { list: list({ b: 0.9, d: 0.8, a: 0.5 }), weight: vector },
    ];
    const weighted = fuse(lists(1, 2), { kind: 'weighted' }, one => one);
    expect(weighted.map(one => [one.item, Number(one.score.toFixed(6))])).toEqual([
      ['b', 2.5],
      ['d', 1.5],
      ['a', 1],
      ['c', 0],
    ]);
    const ranks = fuse(lists(1, 1), { kind: 'rrf', k: 0 }, one => one);
    expect(ranks.map(one => [one.item, Number(one.score.toFixed(6))])).toEqual([
      ['b', 1.5],
      ['a', 1.333333],
      ['d', 0.5],
      ['c', 0.333333],
    ]);
    expect(fuse(lists(1, 0), { kind: 'rrf' }, one => one)[0]!.item).toBe('a');
  });
});

describe('maximalMarginalRelevance', () => {
  it('is relevance alone at λ = 1, and avoids repetition below', () => {
    const query = Float32Array.from([0.8, 0.6]);
    const vectors = [
      [0.9, 0.4359],
      [0.898, 0.44],
      [0.5, 0.866],
    ].map(one => Float32Array.from(one));
    expect(maximalMarginalRelevance(query, vectors, 2, 1).map(one => one.index)).toEqual([1, 0]);
    expect(maximalMarginalRelevance(query, vectors, 2, 0.5).map(one => one.index)).toEqual([1, 2]);
    expect(maximalMarginalRelevance(query, [], 2, 0.5)).toEqual([]);
  });
});

const data = process.env.MODESHIFT_DATA ?? path.resolve(root, '../shared/data');
const hasXquad = existsSync(path.join(data, 'xquad'));
if (!hasXquad)
  console.log('Skipped: no folder xquad in the data folder. Set MODESHIFT_DATA to the folder that holds it.');

describe.runIf(hasXquad)('lexical retrieval from the file on XQuAD', () => {
  interface Squad {
    readonly data: readonly {
      readonly paragraphs: readonly {
        readonly context: string;
        readonly qas: readonly { readonly question: string }[];
      }[];
    }[];
  }
  it.each([
    ['en', 0.945],
    ['zh', 0.947],
    ['de', 0.933],
    ['ar', 0.9],
  ])('%s: R@1 of at least %d', async (language, least) => {
    const squad = JSON.parse(readFileSync(path.join(data, 'xquad', `xquad.${language}.json`), 'utf8')) as Squad;
    const paragraphs = squad.data.flatMap((article, i) => article.paragraphs.map(one => ({ ...one, article: i })));
    const own = await store.collection(`xquad-${language}`, { tenant: language });
    await own.put(
      paragraphs.map(({ context: text }, i) => ({
        document: { id: String(i), text },
        chunks: structureChunker({ maxTokens: 8000 }).chunk({ id: String(i), text }),
      })),
    );
    const retriever = createRetriever({ collection: own, k: 1 });
    // What characters in common count was chosen on every other article.
    const halves = [0, 1].map(() => ({ asked: 0, found: 0 }));
    for (const [number, { qas, article }] of paragraphs.entries()) {
      for (const { question } of qas) {
        const half = halves[article % 2]!;
        half.asked++;
        if ((await retriever.retrieve(question)).passages[0]?.chunk.documentId === String(number)) half.found++;
      }
    }
    const [seen, held] = halves.map(({ asked, found }) => found / asked) as [number, number];
    const [asked, found] = [halves[0]!.asked + halves[1]!.asked, halves[0]!.found + halves[1]!.found];
    console.log(
      `XQuAD ${language}, from the file: R@1 ${(found / asked).toFixed(3)}; articles chosen on ${seen.toFixed(3)}, held out ${held.toFixed(3)}`,
    );
    expect(asked).toBe(1190);
    expect(found / asked).toBeGreaterThanOrEqual(least);
  });
});

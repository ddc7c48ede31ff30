// Steps that a model takes part in: what is searched for, in what order it is read, what is searched for next; all of them traced.
import path from 'node:path';
import { type EmbeddingModel, ModeshiftError, rerank, type Tracer } from '@modeshift/core';
import { localReranker } from '@modeshift/local';
import { scriptedModel, scriptedScoringModel } from '@modeshift/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../ingest/ingest.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import type { Collection, KnowledgeStore } from '../store/store.ts';
import { hypotheticalAnswer, multiQuery, rewriteQuery } from './expand-query.ts';
import { languageReranker, likelihoodReranker } from './language-reranker.ts';
import { multiHop } from './multi-hop.ts';
import { createRetriever, type Retrieved } from './retriever.ts';

const documents = [
  { id: 'refund', text: '七天内可以申请退货退款。' },
  { id: 'freight', text: '运费由买家承担。' },
  { id: 'invoice', text: '发票在订单页下载。' },
  { id: 'author', text: '《茶馆》的作者是老舍。' },
  { id: 'place', text: '老舍生于北京。' },
  { id: 'other', text: '鲁迅生于绍兴。' },
];
/** Counts characters, so that nearness can be worked out by hand. */
const letters = ['退', '运', '票', '生'];
const embedder: EmbeddingModel = {
  provider: 'test',
  modelId: 'letters',
  dimensions: 4,
  embed: async texts => ({
    embeddings: texts.map(text => Float32Array.from(letters, letter => 0.01 + text.split(letter).length - 1)),
    usage: { inputTokens: texts.length, outputTokens: 0 },
  }),
};

let store: KnowledgeStore;
let collection: Collection;
beforeAll(async () => {
  store = await openStore(':memory:');
  collection = await store.collection('main', 'all');
  await ingest({ collection, documents, embedder });
});
afterAll(() => store.close());
const ids = ({ passages }: Retrieved): string[] => passages.map(one => one.chunk.documentId);

describe('what is searched for', () => {
  it('rewrites: finds by words that the question lacks, and shows what was written', async () => {
    const question = '我不想要了，钱能拿回来吗？';
    expect(ids(await createRetriever({ collection, k: 1 }).retrieve(question))).not.toEqual(['refund']);
    const expandQuery = rewriteQuery({ model: scriptedModel({ reply: () => '退货退款 申请\n' }) });
    const found = await createRetriever({ collection, k: 1, expandQuery }).retrieve(question);
    expect(ids(found)).toEqual(['refund']);
    expect(found.steps[0]).toMatchObject({ name: 'rewrite', count: 2, texts: [question, '退货退款 申请'] });
  });

  it('asks in several ways, by words and by vectors', async () => {
    const model = scriptedModel({ reply: () => '1. 发票下载\n- 退货退款\n\n发票下载\n多余的' });
    const found = await createRetriever({
      collection,
      embedder,
      k: 2,
      expandQuery: multiQuery({ model, count: 3 }),
    }).retrieve('售后');
    expect(found.steps[0]!.texts).toEqual(['售后', '发票下载', '退货退款']);
    expect(ids(found).sort()).toEqual(['invoice', 'refund']);
    expect(found.steps.find(step => step.name === 'embed')!.count).toBe(3);
  });

  it('searches for what an answer would look like, by vectors alone', async () => {
    const model = scriptedModel({ reply: () => '在票面上找票' });
    const expandQuery = hypotheticalAnswer({ model, count: 2 });
    const plain = createRetriever({ collection, embedder, mode: 'vector', k: 1 });
    expect(ids(await plain.retrieve('怎么报销退'))).toEqual(['refund']);
    const found = await createRetriever({ collection, embedder, mode: 'vector', k: 1, expandQuery }).retrieve(
      '怎么报销退',
    );
    expect([ids(found), model.journal.length]).toEqual([['invoice'], 2]);
    const words = await createRetriever({ collection, k: 9, expandQuery }).retrieve('运费');
    expect(ids(words)).toEqual(['freight']);
  });

  it('keeps the question where a model writes nothing, and refuses wrong counts', async () => {
    const expandQuery = rewriteQuery({ model: scriptedModel({ reply: () => ' \n' }) });
    expect(ids(await createRetriever({ collection, k: 1, expandQuery }).retrieve('运费'))).toEqual(['freight']);
    const none = createRetriever({ collection, k: 1, expandQuery: async () => ({ queries: ['', ' '] }) });
    expect(ids(await none.retrieve('运费'))).toEqual(['freight']);
    const model = scriptedModel({ reply: () => '' });
    expect(() => multiQuery({ model, count: 0 })).toThrow('"count" is 0');
  });
});

describe('rerankers made of other models', () => {
  const texts = documents.map(one => one.text);

  it('orders as a language model writes, through windows, whatever it leaves out', async () => {
    // Says which of the shown passages speak of 北京, in this model's own bad style.
    const model = scriptedModel({
      reply: ({ messages }) => {
        const shown = [...(messages[1]!.content as string).matchAll(/number="(\d+)">\n(.*)/g)];
        const best = shown.find(([, , text]) => text!.includes('北京'))?.[1];
        return best === undefined ? 'none of 99' : `[${best}] > [77]`;
      },
    });
    const ranked = await rerank({ model: languageReranker({ model, window: 3 }), query: '首都', documents: texts });
    expect(ranked.map(one => one.index)).toEqual([4, 0, 1, 2, 3, 5]);
    expect(model.journal).toHaveLength(3);
    expect(() => languageReranker({ model, window: 1 })).toThrow('"window" is 1');
    const found = await createRetriever({ collection, rerank: languageReranker({ model }), k: 1 }).retrieve('老舍');
    expect([ids(found), found.steps.map(step => step.name)]).toEqual([['place'], ['lexical', 'rerank', 'expand']]);
  });

  it('orders by how likely the question is', async () => {
    const scoring = scriptedScoringModel((prompt, question) =>
      String(prompt).includes('运费') ? -question.length : -99,
    );
    const ranked = await rerank({
      model: likelihoodReranker({ model: scoring }),
      query: '谁付钱',
      documents: texts,
      top: 1,
    });
    expect(ranked).toMatchObject([{ index: 1, score: -3 }]);
  });

  it('orders by a cross-encoder in this process', { timeout: 60_000 }, async () => {
    const folder = path.resolve(import.meta.dirname, '../../../providers/local/fixtures/xlmr-reranker');
    const model = localReranker(folder);
    const found = await createRetriever({ collection, rerank: model, k: 6 }).retrieve('老舍生于北京');
    const scores = await model.rerank(
      '老舍生于北京',
      found.passages.map(one => one.text),
      {},
    );
    expect(scores.map(one => one.index)).toEqual(found.passages.map((_, i) => i));
    expect(found.passages[0]!.steps.rerank!.score).toBeCloseTo(scores[0]!.score, 5);
    await model.dispose();
  });
});

describe('multiHop', () => {
  it('finds what only the first passage tells to look for', async () => {
    const model = scriptedModel({
      reply: ({ messages }, index) => {
        expect(messages[1]!.content).toContain('老舍');
        return index === 0 ? '老舍生在哪里？' : 'NOTHING';
      },
    });
    const retriever = createRetriever({ collection, k: 1 });
    const question = '《茶馆》的作者在哪里出生？';
    expect(ids(await retriever.retrieve(question))).toEqual(['author']);
    const found = await multiHop({ retriever, model, k: 2 }).retrieve(question);
    expect(ids(found)).toEqual(['author', 'place']);
    expect(found.steps.map(step => [step.name, step.texts])).toEqual([
      ['lexical', undefined],
      ['expand', undefined],
      ['decompose', ['老舍生在哪里？']],
      ['hop-2/lexical', undefined],
      ['hop-2/expand', undefined],
      ['decompose', []],
    ]);
  });

  it('ends at its limit, and where a question comes again', async () => {
    const retriever = createRetriever({ collection, k: 1 });
    const endless = scriptedModel({ reply: (_, index) => `运费 ${index}` });
    await multiHop({ retriever, model: endless, hops: 4 }).retrieve('退款');
    expect(endless.journal).toHaveLength(3);
    const same = scriptedModel({ reply: () => '退款' });
    await multiHop({ retriever, model: same, hops: 9 }).retrieve('退款');
    expect(same.journal).toHaveLength(1);
    expect(() => multiHop({ retriever, model: same, hops: 1 })).toThrow('"hops" is 1');
  });
});

describe('spans', () => {
  it('has one for every step, also for one that fails; a broken tracer changes nothing', async () => {
    const spans: [string, unknown][] = [];
    const tracer: Tracer = {
      startSpan: name => {
        let seen: unknown;
        return {
          setAttributes: attributes => (seen = attributes['modeshift.count']),
          setStatus: status => (seen = status),
          end: () => spans.push([name, seen]),
        };
      },
    };
    await createRetriever({ collection, embedder, tracer, k: 1 }).retrieve('运费');
    expect(spans.map(([name]) => name)).toEqual(
      ['lexical', 'embed', 'vector', 'fuse', 'expand'].map(name => `retrieve ${name}`),
    );
    expect(spans.at(-1)![1]).toBe(1);
    const failing = { ...embedder, embed: () => Promise.reject(new ModeshiftError({ tag: 'server' }, 'down')) };
    await expect(createRetriever({ collection, embedder: failing, tracer }).retrieve('运费')).rejects.toThrow('down');
    expect(spans.at(-1)).toEqual(['retrieve embed', { code: 2, message: expect.stringContaining('down') }]);
    const broken: Tracer = {
      startSpan: () => {
        throw new Error('no tracer');
      },
    };
    expect(ids(await createRetriever({ collection, tracer: broken, k: 1 }).retrieve('运费'))).toEqual(['freight']);
  });
});

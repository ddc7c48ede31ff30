// Answers that come out badly by themselves: models that stop early, tables, the same words in two documents.
import type { FinishReason, LanguageModel } from '@modeshift/core';
import { scriptedModel } from '@modeshift/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markdownDocument } from '../chunk/markdown-blocks.ts';
import { ingest } from '../ingest/ingest.ts';
import { createRetriever, type Retriever } from '../retrieve/retriever.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import type { KnowledgeStore } from '../store/store.ts';
import { createAnswerer } from './create-answerer.ts';
import type { Reader } from './extractive-reader.ts';

const table =
  '# 显存 memory\n\n| Model | Method | Memory |\n|---|---|---|\n| Qwen 7B | LoRA | 12 GB |\n| Qwen 7B | full \\| all | 90 GB |\n';
let store: KnowledgeStore;
let retriever: Retriever;
beforeAll(async () => {
  store = await openStore(':memory:');
  const collection = await store.collection('main', 'all');
  const documents = [
    markdownDocument('table.md', table),
    { id: 'codes.txt', text: 'The server returns NOT_FOUND where the key is gone.' },
    { id: 'rules.txt', text: '七天内可以退款。' },
    { id: 'copy.txt', text: '本店说明。\n\n七天内可以退款。' },
  ];
  await ingest({ collection, documents });
  retriever = createRetriever({ collection });
});
afterAll(() => store.close());

const stopping = (reason: FinishReason): LanguageModel => ({
  ...{ provider: 'test', modelId: 'short' },
  async *stream() {
    yield { type: 'reasoning-delta', text: '嗯' };
    yield { type: 'finish', reason };
  },
});

describe('a model that stops', () => {
  it.each([
    ['length', 'invalid-response', 'Raise "maxTokens"'],
    ['content-filter', 'content-filter', 'withheld'],
  ] as const)('with %s before a word says nothing of the sources', async (reason, tag, words) => {
    const asked = createAnswerer({ retriever, model: stopping(reason) }).answer('几天内可以退款？');
    await expect(asked).rejects.toMatchObject({ reason: { tag }, message: expect.stringContaining(words) });
  });

  it.each(['**NOT_FOUND**', '"NOT_FOUND"', '`NOT_FOUND`.', '“NOT_FOUND”'])('writes %s', async reply => {
    const model = scriptedModel({ reply: () => reply, deltaLength: 2 });
    const { status, text } = await createAnswerer({ retriever, model }).answer('几天内可以退款？');
    expect([status, text]).toEqual(['not-found', '在资料中没有找到这个问题的答案。']);
  });

  it('may begin with NOT_FOUND where the sources have the word', async () => {
    const ask = async (reply: string) => {
      const model = scriptedModel({ reply: () => reply, deltaLength: 3 });
      return createAnswerer({ retriever, model }).answer('What does the server return?');
    };
    const { status, text } = await ask('NOT_FOUND, where the key is gone [1 "NOT_FOUND where the key is gone"].');
    expect([status, text]).toEqual(['answered', 'NOT_FOUND, where the key is gone [1].']);
    expect((await ask('NOT_FOUND: they do not say [1 "that"] [1].')).status).toBe('not-found');
  });

  it('keeps emphasis at the beginning of an answer', async () => {
    const model = scriptedModel({ reply: () => '**NO**, 七天[1 "七天内可以退款"]', deltaLength: 2 });
    expect((await createAnswerer({ retriever, model }).answer('退款')).text).toBe('**NO**, 七天[1]');
  });
});

describe('a quote', () => {
  it.each([
    ['The server is on Mars [1 "The"].', 'unsupported'],
    ['The server returns it [1 "the key"].', 'answered'],
    ['火星上可以[1 "可以"]。', 'unsupported'],
    ['火星上可以[1 "可以退"]。', 'answered'],
  ])('%s', async (reply, status) => {
    const model = scriptedModel({ reply: () => reply });
    expect(await createAnswerer({ retriever, model }).answer('server returns 退款')).toMatchObject({ status });
  });
});

describe('sentences of the sources', () => {
  it('writes rows of tables as their cells and quotes them as they stand', async () => {
    const { text, citations } = await createAnswerer({ retriever }).answer('How much memory does Qwen 7B need?');
    expect(text).toBe('Qwen 7B · full | all · 90 GB[1] Qwen 7B · LoRA · 12 GB[1]');
    expect(citations[1]!.quote).toBe('| Qwen 7B | LoRA | 12 GB |');
    const { start, end } = citations[0]!.statement;
    expect(text.slice(start, end)).toBe('Qwen 7B · full | all · 90 GB');
  });

  it('says once what two documents say', async () => {
    const { text } = await createAnswerer({ retriever }).answer('几天内可以退款？');
    expect(text).toMatch(/^七天内可以退款。\[\d\]$/);
  });

  it('sets a space before a sentence that begins in English, whatever is in it', async () => {
    const reader: Reader = {
      read: async (_, passages) =>
        ['All is well.', 'See 退款.', '“七天”内。'].map(text => ({
          number: passages[0]!.number,
          start: 0,
          end: 1,
          text,
          score: 1,
        })),
    };
    const { text } = await createAnswerer({ retriever, reader }).answer('几天内可以退款？');
    expect(text).toBe('All is well.[1] See 退款.[1]“七天”内。[1]');
  });
});

// The conformance kit on both ways: a provider of theirs as ours, and a provider of ours as theirs and back.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { EmbeddingModelV4 } from '@ai-sdk/provider';
import type { RerankModel } from '@modeshift/core';
import { openai, openaiEmbedding } from '@modeshift/openai';
import { faultServer, testProvider } from '@modeshift/testing';
import { describe, expect, it } from 'vitest';
import { language } from '../test/chat-samples.ts';
import { fromAiSdk } from './from-ai-sdk.ts';
import { toAiSdk } from './to-ai-sdk.ts';

const capabilities = [
  'stream',
  'generate',
  'tools',
  'json',
  'choice',
  'images',
  'reasoning',
  'stop',
  'seed',
  'penalties',
] as const;

const theirs = (url: string, apiKey: string) =>
  createOpenAICompatible({
    name: 'compatible',
    baseURL: url,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  })('m');

describe('@ai-sdk/openai-compatible through fromAiSdk', () => {
  const cases = testProvider({
    create: ({ url, apiKey }) => fromAiSdk(theirs(url, apiKey), { lacks: ['topK'] }),
    capabilities,
    language,
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

describe('@modeshift/openai through toAiSdk and back', () => {
  const cases = testProvider({
    create: ({ url, apiKey }) => fromAiSdk(toAiSdk(openai('m', { baseURL: url, apiKey, maxRetries: 0 }))),
    capabilities: [...capabilities, 'topK'],
    language,
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

const vectors = [
  [0.5, -1, 2],
  [1, 0, 0.25],
];
const embedders: Readonly<Record<string, (url: string, apiKey: string) => EmbeddingModelV4>> = {
  'vectors of @ai-sdk/openai-compatible': (url, apiKey) =>
    createOpenAICompatible({ name: 'compatible', baseURL: url, apiKey }).embeddingModel('m'),
  'vectors of @modeshift/openai': (url, apiKey) =>
    toAiSdk(openaiEmbedding('m', { baseURL: url, apiKey, maxRetries: 0, dimensions: 3 })),
};

describe.each(Object.entries(embedders))('%s through fromAiSdk', (_, make) => {
  const cases = testProvider({
    create: ({ url, apiKey }) => fromAiSdk(make(url, apiKey), { dimensions: 3 }),
    capabilities: ['embed'],
    embed: {
      texts: ['包裹', '账单'],
      expected: vectors,
      request: { path: '/embeddings', body: { input: ['包裹', '账单'] } },
      response: {
        body: {
          data: vectors.map((embedding, index) => ({ index, embedding })),
          usage: { prompt_tokens: 4, total_tokens: 4 },
        },
      },
    },
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

describe('orders through toAiSdk and back', () => {
  const model: RerankModel = {
    provider: 'p',
    modelId: 'm',
    rerank: async (query, documents) =>
      documents.map((text, index) => ({ index, score: [...text].filter(letter => query.includes(letter)).length })),
  };
  const cases = testProvider({
    create: () => fromAiSdk(toAiSdk(model)),
    capabilities: ['rerank'],
    rerank: { query: '包裹在哪', documents: ['账单', '包裹在路上', '包'], expected: [1, 2, 0] },
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

it('what a model only says to have left out is refused with its answer', async () => {
  const answer = { choices: [{ index: 0, message: { role: 'assistant', content: '好' }, finish_reason: 'stop' }] };
  await using server = await faultServer({ body: answer });
  const call = { messages: [{ role: 'user', content: '?' }], topK: 3 } as const;
  await expect(fromAiSdk(theirs(server.url, 'k')).generate(call, {})).rejects.toMatchObject({
    reason: { tag: 'unsupported', feature: 'topK' },
  });
  expect(server.requests).toHaveLength(1);
});

// The kit that every provider passes, on a checkpoint with random weights: what it says is noise, how it says it is not.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testProvider } from '@modeshift/testing';
import { afterAll, describe, it } from 'vitest';
import { local } from './local.ts';
import { localEmbedding } from './local-embedding.ts';
import { localReranker } from './local-reranker.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

/** A decoder whose context has room for the kit's tools, in the many small tokens of its tokenizer. */
function longerContext(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-conformance-'));
  cpSync(fixture(name), folder, { recursive: true });
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 2048 }));
  return folder;
}
const decoder = longerContext('qwen2');

// Digits are tokens that never merge in this vocabulary, so what is generated reads back as the same tokens.
const digits = { local: { regex: '[0-9]{24}' } };
const messages = [{ role: 'user', content: '我的包裹在哪里？' }] as const;
const weather = {
  name: 'weather',
  description: '查天气',
  parameters: {
    type: 'object',
    properties: { city: { enum: ['成都', '上海'] }, days: { type: 'integer', minimum: 1, maximum: 7 } },
    required: ['city', 'days'],
    additionalProperties: false,
  },
};

const models = {
  text: local(decoder),
  embedding: localEmbedding(fixture('bert-mean')),
  reranker: localReranker(fixture('xlmr-reranker')),
};
afterAll(async () => {
  await Promise.all(Object.values(models).map(model => model.dispose()));
  rmSync(decoder, { recursive: true, force: true });
});

describe('local', () => {
  const cases = testProvider({
    create: () => models.text,
    capabilities: [
      'stream',
      'score',
      'countTokens',
      'tools',
      'json',
      'choice',
      'logprobs',
      'stop',
      'seed',
      'topK',
      'penalties',
      'reasoning',
    ],
    language: [
      {
        name: 'plain',
        call: { messages, maxTokens: 24, temperature: 0, providerOptions: digits },
        expected: {},
      },
      {
        name: 'a thought',
        shows: ['reasoning'],
        call: {
          messages,
          reasoning: 'low',
          temperature: 0,
          providerOptions: { local: { regex: '<think>\\n[0-9]{4}\\n</think>\\n\\n[0-9]{3}' } },
        },
        expected: { finishReason: 'stop' },
      },
      {
        name: 'a tool',
        shows: ['tools'],
        call: { messages, tools: [weather], toolChoice: 'required', temperature: 0, maxTokens: 60 },
        expected: { text: '', finishReason: 'tool-calls' },
      },
      {
        name: 'JSON',
        shows: ['json'],
        call: { messages, temperature: 0, maxTokens: 80, output: { type: 'json', schema: weather.parameters } },
        expected: { finishReason: 'stop' },
      },
      {
        name: 'a choice',
        shows: ['choice'],
        call: { messages, temperature: 0, maxTokens: 20, output: { type: 'choice', choices: ['物流', '退款'] } },
        expected: { finishReason: 'stop' },
      },
      {
        name: 'settings',
        shows: ['logprobs', 'stop', 'seed', 'topK', 'penalties'],
        call: {
          messages,
          maxTokens: 12,
          temperature: 0.7,
          logprobs: 2,
          stop: ['。。。'],
          seed: 3,
          topK: 40,
          frequencyPenalty: 0.5,
          presencePenalty: 0.2,
        },
        expected: {},
      },
    ],
    score: { call: { prompt: messages, continuations: ['在路上', '已签收', 'lost'] } },
    countTokens: { call: { messages } },
    patienceMs: 30_000,
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

describe('localEmbedding', () => {
  const cases = testProvider({
    create: () => models.embedding,
    capabilities: ['embed'],
    embed: { texts: ['我的卡丢了', 'I lost my card.', 'the weather'] },
    patienceMs: 30_000,
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

describe('localReranker', () => {
  const cases = testProvider({
    create: () => models.reranker,
    capabilities: ['rerank'],
    rerank: {
      query: 'what is the capital of France?',
      documents: ['The dog sleeps in the warm sun.', 'Paris is the capital and largest city of France.'],
    },
    patienceMs: 30_000,
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

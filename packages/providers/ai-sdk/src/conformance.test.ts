// The conformance kit on both ways: a provider of theirs as ours, and a provider of ours as theirs and back.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { openai } from '@modeshift/openai';
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

it('what a model only says to have left out is refused with its answer', async () => {
  const answer = { choices: [{ index: 0, message: { role: 'assistant', content: '好' }, finish_reason: 'stop' }] };
  await using server = await faultServer({ body: answer });
  const call = { messages: [{ role: 'user', content: '?' }], topK: 3 } as const;
  await expect(fromAiSdk(theirs(server.url, 'k')).generate(call, {})).rejects.toMatchObject({
    reason: { tag: 'unsupported', feature: 'topK' },
  });
  expect(server.requests).toHaveLength(1);
});

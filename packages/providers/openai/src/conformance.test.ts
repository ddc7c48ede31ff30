// The kit that every provider passes, on every wire of this one.
import { type LanguageCapability, type LanguageSample, testProvider } from '@modeshift/testing';
import { describe, it } from 'vitest';
import { language } from '../test/chat-samples.ts';
import { responses } from '../test/responses-samples.ts';
import { compatible } from './compatible.ts';
import { openai } from './openai.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbedding } from './openai-embedding.ts';
import { type Preset, presets } from './presets.ts';

const all = [
  'tools',
  'json',
  'choice',
  'images',
  'logprobs',
  'reasoning',
  'stop',
  'seed',
  'topK',
  'penalties',
] as const;

describe('openai over chat completions', () => {
  const cases = testProvider({
    create: ({ url, apiKey }) => openai('m', { baseURL: url, apiKey, maxRetries: 0 }),
    capabilities: ['stream', 'generate', ...all],
    language,
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

describe('openai over responses', () => {
  const cases = testProvider({
    create: ({ url, apiKey }) => openai('m', { baseURL: url, apiKey, maxRetries: 0, api: 'responses' }),
    capabilities: ['stream', 'generate', 'countTokens', 'tools', 'json', 'choice', 'images', 'logprobs', 'reasoning'],
    language: responses,
    countTokens: {
      call: '我的包裹在哪里？',
      expected: 11,
      request: { path: '/responses/input_tokens', body: { model: 'm', input: [{ role: 'user' }] } },
      response: { body: { object: 'response.input_tokens', input_tokens: 11 } },
    },
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

describe('openaiEmbedding', () => {
  const base64 = (numbers: number[]) => Buffer.from(new Float32Array(numbers).buffer).toString('base64');
  const cases = testProvider({
    create: ({ url, apiKey }) => openaiEmbedding('m', { baseURL: url, apiKey, maxRetries: 0, dimensions: 3 }),
    capabilities: ['embed'],
    embed: {
      texts: ['包裹', '账单'],
      expected: [
        [0.5, -1, 2],
        [1, 0, 0.25],
      ],
      request: { path: '/embeddings', body: { input: ['包裹', '账单'], encoding_format: 'base64' } },
      response: {
        body: {
          // Servers may answer in any order.
          data: [
            { index: 1, embedding: base64([1, 0, 0.25]) },
            { index: 0, embedding: base64([0.5, -1, 2]) },
          ],
          usage: { prompt_tokens: 4, total_tokens: 4 },
        },
      },
    },
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

describe('openaiCompletions', () => {
  const echo = (tokens: string[], token_logprobs: (number | null)[], index: number) => {
    const text_offset = tokens.map((_, i) => tokens.slice(0, i).join('').length);
    return { index, text: tokens.join(''), logprobs: { tokens, token_logprobs, text_offset } };
  };
  const cases = testProvider({
    create: ({ url, apiKey }) => openaiCompletions('m', { baseURL: url, apiKey, maxRetries: 0 }),
    capabilities: ['score'],
    score: {
      call: { prompt: '情感：', continuations: ['正面', '负'] },
      expected: [-0.75, -2],
      request: { path: '/completions', body: { echo: true, prompt: ['情感：正面', '情感：负'] } },
      response: {
        body: {
          choices: [echo(['情感：', '正', '面'], [null, -0.5, -0.25], 0), echo(['情感：', '负'], [null, -2], 1)],
          usage: { prompt_tokens: 5, completion_tokens: 0 },
        },
      },
    },
  });
  for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run);
});

/** What a preset is declared to take, in the words of the kit. */
function capabilitiesOf({ lacks = [] }: Preset): LanguageCapability[] {
  const missing = new Set<string>(lacks.flatMap(lack => (lack === 'json' ? ['json', 'choice'] : [lack])));
  if (lacks.includes('frequencyPenalty') && lacks.includes('presencePenalty')) missing.add('penalties');
  return all.filter(name => !missing.has(name));
}

describe.each(Object.entries(presets) as [keyof typeof presets, Preset][])('compatible: %s', (name, preset) => {
  const capabilities = capabilitiesOf(preset);
  const samples = language
    .filter(({ shows = [] }) => shows.every(capability => capabilities.includes(capability)))
    // The field of a limit and the words for thinking differ: compatible.test.ts has them.
    .map(({ request: _, ...sample }): LanguageSample => sample);
  const cases = testProvider({
    create: ({ url, apiKey }) => compatible({ ...preset, baseURL: url, apiKey, maxRetries: 0 }).language('m'),
    capabilities: ['stream', 'generate', ...capabilities],
    language: samples,
  });
  for (const { name: what, tier, run } of cases) {
    // Every case for the preset that differs most; for the others what their data says: capabilities.
    if (name !== 'mistral' && !/declared/.test(what)) continue;
    // DashScope takes one of the two penalties, which the kit knows together only; compatible.test.ts tells them apart.
    if (name === 'dashscope' && what.startsWith('penalties')) continue;
    it(`${tier}: ${what}`, run);
  }
});

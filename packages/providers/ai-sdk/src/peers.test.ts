// Our providers in the functions of `ai`, against an independent imitation of the vendors: neither end is ours.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { LLMock } from '@copilotkit/aimock';
import { anthropic } from '@modeshift/anthropic';
import { openai, openaiEmbedding } from '@modeshift/openai';
import { embedMany, generateText, isStepCount, Output, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toAiSdk } from './to-ai-sdk.ts';

const mock = new LLMock({ port: 0, chunkSize: 2, strict: true });
beforeAll(async () => {
  mock.on(
    { userMessage: '成都几度', hasToolResult: false },
    { toolCalls: [{ name: 'weather', arguments: '{"city":"成都"}', id: 'toolu_1' }] },
  );
  mock.on({ userMessage: '成都几度', hasToolResult: true }, { content: '成都 21 度。' });
  mock.onMessage('你好', { content: '你好！很高兴见到你。' });
  mock.onMessage('工单', { content: '{"topic":"物流"}' });
  mock.onEmbedding(/./, { embedding: [0.5, -0.25] });
  await mock.start();
});
afterAll(() => mock.stop());

const place = () => ({ baseURL: `${mock.url}/v1`, apiKey: 'sk-test-0123456789', maxRetries: 0 });
const models = {
  'openai over chat completions': () => toAiSdk(openai('gpt-test', place())),
  'openai over responses': () => toAiSdk(openai('gpt-test', { ...place(), api: 'responses' })),
  anthropic: () => toAiSdk(anthropic('claude-sonnet-4-5', { ...place(), baseURL: mock.url })),
  // Their own provider, for comparison.
  '@ai-sdk/openai-compatible': () =>
    createOpenAICompatible({ name: 'c', ...place(), includeUsage: true, supportsStructuredOutputs: true })('gpt-test'),
};

describe.each(Object.entries(models))('%s', (_, make) => {
  it('generates and streams', async () => {
    const model = make();
    const whole = await generateText({ model, prompt: '你好' });
    expect([whole.text, whole.finishReason]).toEqual(['你好！很高兴见到你。', 'stop']);
    const live = streamText({ model, prompt: '你好' });
    const pieces = await Array.fromAsync(live.textStream);
    expect(pieces.join('')).toBe(whole.text);
    expect(pieces.length).toBeGreaterThan(2);
    expect(await live.finishReason).toBe('stop');
    expect(whole.usage.totalTokens).toBe((await live.usage).totalTokens);
  });

  it('runs tools in the loop of ai', async () => {
    const asked: string[] = [];
    const weather = tool({
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => {
        asked.push(city);
        return { celsius: 21 };
      },
    });
    const { text, steps } = await generateText({
      model: make(),
      prompt: '成都几度？',
      tools: { weather },
      stopWhen: isStepCount(3),
    });
    expect([text, asked, steps.length]).toEqual(['成都 21 度。', ['成都'], 2]);
  });

  it('gives an object that fits its schema', async () => {
    const schema = z.object({ topic: z.enum(['物流', '账单']) });
    const { output } = await generateText({ model: make(), prompt: '工单', output: Output.object({ schema }) });
    expect(output).toEqual({ topic: '物流' });
  });
});

it('embeds many', async () => {
  const model = toAiSdk(openaiEmbedding('text-embedding-x', { ...place(), dimensions: 2 }));
  const { embeddings } = await embedMany({ model, values: ['你好', '再见'] });
  expect(embeddings).toEqual([
    [0.5, -0.25],
    [0.5, -0.25],
  ]);
});

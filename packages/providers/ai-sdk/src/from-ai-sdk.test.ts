// Models of the AI SDK through our interfaces: a real provider of theirs against a server, judged by our conformance kit.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, type Message, ModeshiftError, rerank, runTools } from '@modeshift/core';
import { faultServer, scriptedModel } from '@modeshift/testing';
import { dynamicTool, jsonSchema, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { weather, whole } from '../test/chat-samples.ts';
import { fromAiSdk } from './from-ai-sdk.ts';
import { fromAiSdkTools } from './from-ai-sdk-tools.ts';
import { toAiSdk } from './to-ai-sdk.ts';

const messages: Message[] = [{ role: 'user', content: '我的包裹在哪里？' }];

describe('fromAiSdk', () => {
  it('embeds and reranks', async () => {
    await using server = await faultServer({
      body: { data: [{ embedding: [1, 2] }, { embedding: [3, 4] }], usage: { prompt_tokens: 5 } },
    });
    const compatible = createOpenAICompatible({ name: 'c', baseURL: server.url });
    const model = fromAiSdk(compatible.embeddingModel('e'), { dimensions: 2 });
    const { embeddings, usage } = await embedMany({ model, texts: ['一', '二'] });
    expect(embeddings).toEqual([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
    expect(usage.inputTokens).toBe(5);
    const ranker = fromAiSdk({
      specificationVersion: 'v4',
      provider: 'p',
      modelId: 'r',
      doRerank: async ({ documents }) => ({
        ranking: documents.values.map((_, index) => ({ index, relevanceScore: index })),
      }),
    });
    const ranked = await rerank({ model: ranker, query: 'q', documents: ['a', 'b'] });
    expect(ranked.map(one => one.document)).toEqual(['b', 'a']);
    // @ts-expect-error vectors without their length
    expect(() => fromAiSdk(compatible.embeddingModel('e'))).toThrow(/dimensions/);
    expect(() => fromAiSdk({ ...compatible('m'), specificationVersion: 'v2' } as never)).toThrow(/v2.*ai. 7/);
  });

  it('passes everything through and back: ours, theirs, ours', async () => {
    const events = [
      { type: 'response', id: 'r', modelId: 'm' },
      { type: 'reasoning-delta', text: '想', replay: { provider: 'scripted', data: { s: 1 } } },
      { type: 'text-delta', text: '你好' },
      { type: 'tool-call', id: 'c', name: 'weather', arguments: '{}' },
      { type: 'usage', usage: { inputTokens: 3, outputTokens: 2, reasoningTokens: 1 } },
      { type: 'finish', reason: 'tool-calls' },
    ] as const;
    const inner = scriptedModel({ reply: () => events });
    const model = fromAiSdk(toAiSdk(inner));
    const answer = await generateText({ model, messages, tools: [weather] });
    expect(answer.content).toMatchObject([
      { type: 'reasoning', text: '想' },
      { type: 'text', text: '你好' },
      { type: 'tool-call', id: 'c' },
    ]);
    expect(answer.usage).toEqual({ inputTokens: 3, outputTokens: 2, reasoningTokens: 1 });
    await generateText({
      model,
      messages: [
        ...messages,
        { role: 'assistant', content: answer.content },
        { role: 'tool', content: [{ type: 'tool-result', id: 'c', name: 'weather', content: 'x', isError: true }] },
      ],
    });
    expect(inner.journal[1]?.call.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: '想', replay: { provider: 'scripted', data: { s: 1 } } },
          { type: 'text', text: '你好' },
          { type: 'tool-call', id: 'c', name: 'weather', arguments: '{}' },
        ],
      },
      { role: 'tool', content: [{ type: 'tool-result', id: 'c', name: 'weather', content: 'x', isError: true }] },
    ]);
  });

  it('does not hide what a model leaves out, unless told to', async () => {
    await using server = await faultServer(whole({ content: '好' }));
    const theirs = createOpenAICompatible({ name: 'c', baseURL: server.url })('m');
    const error: unknown = await generateText({ model: fromAiSdk(theirs), messages, topK: 3 }).catch(
      (reason: unknown) => reason,
    );
    expect(ModeshiftError.is(error, 'unsupported')).toBe(true);
    expect((error as Error).message).toMatch(/topK/);
    expect(
      (await generateText({ model: fromAiSdk(theirs, { onUnsupported: 'ignore' }), messages, topK: 3 })).text,
    ).toBe('好');
  });
});

describe('fromAiSdkTools', () => {
  it('runs their tools as ours: zod, jsonSchema(), several results, what the model sees, and wrong input', async () => {
    const tools = await fromAiSdkTools({
      weather: tool({
        description: '天气',
        inputSchema: z.object({ city: z.string() }),
        execute: ({ city }) => ({ city, celsius: 21 }),
      }),
      count: dynamicTool({
        inputSchema: jsonSchema({ type: 'object', properties: { to: { type: 'number' } } }),
        async *execute(input) {
          for (let i = 1; i <= (input as { to: number }).to; i++) yield i;
        },
      }),
      said: tool({ inputSchema: z.object({}), execute: () => 1, toModelOutput: () => ({ type: 'text', value: '说' }) }),
      open: tool({ inputSchema: z.object({}), outputSchema: z.string() }),
    });
    const model = scriptedModel({
      reply: () => [
        { type: 'tool-call', id: '1', name: 'weather', arguments: '{"city":"成都"}' },
        { type: 'tool-call', id: '2', name: 'count', arguments: '{"to":3}' },
        { type: 'tool-call', id: '3', name: 'said', arguments: '{}' },
        { type: 'tool-call', id: '4', name: 'weather', arguments: '{"city":5}' },
        { type: 'tool-call', id: '5', name: 'open', arguments: '{}' },
        { type: 'finish', reason: 'tool-calls' },
      ],
    });
    const answer = await generateText({ model, tools, messages });
    const { outcomes, message } = await runTools(answer.toolCalls, tools);
    expect(outcomes.map(one => one.status)).toEqual(['done', 'done', 'done', 'invalid', 'open']);
    expect(message.content.slice(0, 3).map(part => part.content)).toEqual(['{"city":"成都","celsius":21}', '3', '说']);
    expect(model.journal[0]?.call.tools?.[0]).toMatchObject({
      name: 'weather',
      description: '天气',
      parameters: { required: ['city'] },
    });
    const vendor = { search: { type: 'provider', id: 'x.search', args: {}, inputSchema: z.object({}) } };
    await expect(fromAiSdkTools(vendor)).rejects.toThrow(/vendor/);
  });
});

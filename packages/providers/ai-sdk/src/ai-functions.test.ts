// Our models in the functions of npm `ai`: the AI SDK itself is the judge.
import { type EmbeddingModel, type LanguageEvent, ModeshiftError, type RerankModel } from '@modeshift/core';
import { type ScriptedReply, scriptedModel } from '@modeshift/testing';
import { embedMany, generateText, isStepCount, Output, rerank, streamText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toAiSdk } from './to-ai-sdk.ts';

const events: LanguageEvent[] = [
  { type: 'response', id: 'r1', modelId: 'm-1' },
  { type: 'reasoning-delta', text: '想一' },
  { type: 'reasoning-delta', text: '想', replay: { provider: 'scripted', data: { signature: 's' } } },
  { type: 'text-delta', text: '包裹' },
  { type: 'text-delta', text: '在路上' },
  { type: 'source', source: { type: 'source', url: 'https://example.com/', title: '物流' } },
  { type: 'file', file: { type: 'file', mediaType: 'image/png', data: Uint8Array.of(1, 2) } },
  { type: 'usage', usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 4, reasoningTokens: 2 } },
  { type: 'finish', reason: 'stop' },
];
const scripted = (...replies: ScriptedReply[]) =>
  scriptedModel({ reply: (_, i) => replies[Math.min(i, replies.length - 1)]! });

describe('generateText and streamText of ai', () => {
  it('give text, thoughts, sources, files, usage and the reason', async () => {
    const model = scripted(events);
    const whole = await generateText({
      model: toAiSdk(model),
      prompt: '到哪了？',
      maxOutputTokens: 9,
      stopSequences: ['。'],
    });
    const streamed = streamText({ model: toAiSdk(model), prompt: '到哪了？' });
    for (const answer of [
      whole,
      {
        text: await streamed.text,
        reasoningText: await streamed.reasoningText,
        sources: await streamed.sources,
        files: await streamed.files,
        usage: await streamed.usage,
        finishReason: await streamed.finishReason,
      },
    ]) {
      expect(answer.text).toBe('包裹在路上');
      expect(answer.reasoningText).toBe('想一想');
      expect(answer.sources).toMatchObject([{ sourceType: 'url', url: 'https://example.com/', title: '物流' }]);
      expect(answer.files[0]?.uint8Array).toEqual(Uint8Array.of(1, 2));
      expect(answer.usage).toMatchObject({ inputTokens: 10, outputTokens: 5, totalTokens: 15 });
      expect(answer.usage.inputTokenDetails).toMatchObject({ cacheReadTokens: 4, noCacheTokens: 6 });
      expect(answer.usage.outputTokenDetails).toMatchObject({ reasoningTokens: 2, textTokens: 3 });
      expect(answer.finishReason).toBe('stop');
    }
    expect(model.journal[0]?.call).toEqual({
      messages: [{ role: 'user', content: '到哪了？' }],
      maxTokens: 9,
      stop: ['。'],
    });
    expect(whole.response).toMatchObject({ id: 'r1', modelId: 'm-1' });
  });

  it('run tools in a loop and give back the thoughts that the provider wants', async () => {
    const thought = { provider: 'scripted', data: { signature: 's' } };
    const calling: LanguageEvent[] = [
      { type: 'reasoning-delta', text: '查天气', replay: thought },
      { type: 'tool-call-start', id: 'c1', name: 'weather' },
      { type: 'tool-call-delta', id: 'c1', argumentsDelta: '{"city":' },
      { type: 'tool-call-delta', id: 'c1', argumentsDelta: '"成都"}' },
      { type: 'tool-call', id: 'c1', name: 'weather', arguments: '{"city":"成都"}' },
      { type: 'finish', reason: 'tool-calls' },
    ];
    const tools = {
      weather: tool({
        description: 'd',
        inputSchema: z.object({ city: z.string() }),
        execute: ({ city }) => ({ city, celsius: 21 }),
      }),
    };
    for (const ask of [generateText, streamText]) {
      const fresh = scripted(calling, '21 度');
      const result = ask({ model: toAiSdk(fresh), prompt: '成都几度？', tools, stopWhen: isStepCount(3) });
      expect(await (await result).text).toBe('21 度');
      const [first, second] = fresh.journal;
      expect(first?.call.tools).toMatchObject([
        { name: 'weather', description: 'd', parameters: { type: 'object', required: ['city'] } },
      ]);
      expect(second?.call.messages.slice(1)).toEqual([
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: '查天气', replay: thought },
            { type: 'tool-call', id: 'c1', name: 'weather', arguments: '{"city":"成都"}' },
          ],
        },
        {
          role: 'tool',
          content: [{ type: 'tool-result', id: 'c1', name: 'weather', content: '{"city":"成都","celsius":21}' }],
        },
      ]);
    }
  });

  it('give structured output', async () => {
    const model = scripted('{"类别":"物流"}');
    const output = Output.object({ schema: z.object({ 类别: z.string() }) });
    expect((await generateText({ model: toAiSdk(model), prompt: 'x', output })).output).toEqual({ 类别: '物流' });
    expect(model.journal[0]?.call.output).toMatchObject({
      type: 'json',
      schema: { type: 'object', required: ['类别'] },
    });
  });

  it('send files as bytes and as URLs', async () => {
    const model = scripted('猫');
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
    await generateText({
      model: toAiSdk(model),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'file', data: png, mediaType: 'image' },
            { type: 'file', data: new URL('https://example.com/a.pdf'), mediaType: 'application/pdf' },
          ],
        },
      ],
    });
    expect(model.journal[0]?.call.messages[0]?.content).toMatchObject([
      { type: 'file', mediaType: 'image/png', data: png },
      { type: 'file', mediaType: 'application/pdf', data: new URL('https://example.com/a.pdf') },
    ]);
  });

  it('try again after a limit, as long as the provider asked, and give up at once on a refusal', async () => {
    const limited = new ModeshiftError({ tag: 'rate-limit', status: 429 }, 'Wait.', { retryAfterMs: 30 });
    const model = scripted(limited, '好');
    const start = performance.now();
    expect((await generateText({ model: toAiSdk(model), prompt: 'x' })).text).toBe('好');
    expect(performance.now() - start).toBeLessThan(1000);
    expect(await streamText({ model: toAiSdk(scripted(limited, '好')), prompt: 'x' }).text).toBe('好');
    const refusing = scripted(new ModeshiftError({ tag: 'refused', status: 400 }, 'No.'));
    const error: unknown = await generateText({ model: toAiSdk(refusing), prompt: 'x' }).catch(
      (reason: unknown) => reason,
    );
    expect(ModeshiftError.is(error, 'refused')).toBe(true);
    expect(refusing.journal).toHaveLength(1);
  });

  it('tell of an error in the middle of a stream, and stop on abort', async () => {
    const broken = scriptedModel({ reply: () => [{ type: 'text-delta', text: '半' }] });
    const failing = {
      ...broken,
      async *stream(): AsyncGenerator<LanguageEvent> {
        yield { type: 'text-delta', text: '半' };
        throw new ModeshiftError({ tag: 'interrupted' }, 'Broken off.');
      },
    };
    const seen: unknown[] = [];
    const answer = streamText({ model: toAiSdk(failing), prompt: 'x', onError: ({ error }) => void seen.push(error) });
    const texts: string[] = [];
    for await (const text of answer.textStream) texts.push(text);
    expect(texts).toEqual(['半']);
    expect(seen.some(error => ModeshiftError.is(error, 'interrupted'))).toBe(true);
    const call = generateText({ model: toAiSdk(scripted('x')), prompt: 'x', abortSignal: AbortSignal.abort() });
    await expect(call).rejects.toThrow();
  });
});

describe('embedMany and rerank of ai', () => {
  const embedder: EmbeddingModel = {
    provider: 'p',
    modelId: 'e',
    dimensions: 2,
    limits: { maxItems: 2 },
    embed: async texts => ({
      embeddings: texts.map(text => Float32Array.of(text.length, 1)),
      usage: { inputTokens: texts.length, outputTokens: 0 },
    }),
  };
  const ranker: RerankModel = {
    provider: 'p',
    modelId: 'r',
    rerank: async (query, documents) =>
      documents.map((document, index) => ({ index, score: document.includes(query) ? 1 : 0 })),
  };

  it('embed within the limits of the model', async () => {
    const { embeddings, usage } = await embedMany({ model: toAiSdk(embedder), values: ['一', '二二', '三三三'] });
    expect(embeddings).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(usage.tokens).toBe(3);
  });

  it('rerank', async () => {
    const { ranking } = await rerank({ model: toAiSdk(ranker), query: '物流', documents: ['账单', '物流慢'], topN: 1 });
    expect(ranking).toMatchObject([{ originalIndex: 1, score: 1, document: '物流慢' }]);
  });

  it('makes one object of a model that can do several things, and refuses one that can do none', () => {
    const both = toAiSdk({ ...embedder, ...ranker });
    expect([typeof both.doEmbed, typeof both.doRerank]).toEqual(['function', 'function']);
    expect(() => toAiSdk({ provider: 'p', modelId: 'm' })).toThrow(/neither/);
  });
});

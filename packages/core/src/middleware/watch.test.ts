import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ModeshiftError } from '../errors.ts';
import { generateText } from '../generate-text.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { LanguageCall, LanguageModel, ScoringModel } from '../models.ts';
import { score } from '../score.ts';
import { streamText } from '../stream-text.ts';
import { defaultSettings } from './default-settings.ts';
import { redact } from './redact.ts';
import { simulateStreaming } from './simulate-streaming.ts';
import { type Tracer, trace } from './trace.ts';

const usage = { inputTokens: 9, outputTokens: 4, cachedInputTokens: 5, cacheWriteTokens: 1, reasoningTokens: 2 };
const plays = (events: readonly LanguageEvent[], error?: unknown) => {
  const seen: LanguageCall[] = [];
  const model: LanguageModel = {
    provider: 'openai',
    modelId: 'gpt',
    async *stream(call) {
      seen.push(call);
      yield* events;
      if (error) throw error;
    },
  };
  return { model, seen };
};
const answer: readonly LanguageEvent[] = [
  { type: 'response', id: 'r1', modelId: 'gpt-1' },
  { type: 'text-delta', text: '你好' },
  { type: 'tool-call', id: 't', name: 'f', arguments: '{"a":1}' },
  { type: 'usage', usage },
  { type: 'finish', reason: 'tool-calls' },
];
const messages = [
  { role: 'system', content: '简短' },
  { role: 'user', content: '问' },
] as const;
const read = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
};

/** Remembers spans as an exporter would. */
const collector = () => {
  const spans: { name: string; kind?: number; attributes: Record<string, unknown>; status?: object; ended: number }[] =
    [];
  const tracer: Tracer = {
    startSpan(name, options = {}) {
      const span: (typeof spans)[number] = { name, attributes: { ...options.attributes }, ended: 0 };
      if (options.kind !== undefined) span.kind = options.kind;
      spans.push(span);
      return {
        setAttributes: attributes => Object.assign(span.attributes, attributes),
        setStatus: status => {
          span.status = status;
        },
        end: () => {
          span.ended += 1;
        },
      };
    },
  };
  return { spans, tracer };
};

describe('trace', () => {
  it('makes the span of the conventions, without content', async () => {
    const { spans, tracer } = collector();
    const model = trace({ tracer, attributes: { team: '甲' } })(plays(answer).model);
    await read(streamText({ model, messages, temperature: 0, maxTokens: 7, stop: ['。'], topK: 3 }));
    const { 'gen_ai.response.time_to_first_chunk': first, ...attributes } = spans[0]!.attributes;
    expect(first).toBeGreaterThanOrEqual(0);
    expect({ ...spans[0], attributes }).toEqual({
      name: 'chat gpt',
      kind: 2,
      ended: 1,
      attributes: {
        team: '甲',
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt',
        'gen_ai.request.temperature': 0,
        'gen_ai.request.max_tokens': 7,
        'gen_ai.request.stop_sequences': ['。'],
        'gen_ai.request.top_k': 3,
        'gen_ai.request.stream': true,
        'gen_ai.response.id': 'r1',
        'gen_ai.response.model': 'gpt-1',
        'gen_ai.response.finish_reasons': ['tool_call'],
        'gen_ai.usage.input_tokens': 9,
        'gen_ai.usage.output_tokens': 4,
        'gen_ai.usage.cache_read.input_tokens': 5,
        'gen_ai.usage.cache_creation.input_tokens': 1,
        'gen_ai.usage.reasoning.output_tokens': 2,
      },
    });
    expect(JSON.stringify(spans)).not.toContain('你好');
  });

  it('writes content only when asked, in the shape of the conventions', async () => {
    const { spans, tracer } = collector();
    await generateText({ model: trace({ tracer, captureContent: true })(plays(answer).model), messages });
    const { attributes } = spans[0]!;
    expect(JSON.parse(attributes['gen_ai.system_instructions'] as string)).toEqual([{ type: 'text', content: '简短' }]);
    expect(JSON.parse(attributes['gen_ai.input.messages'] as string)).toEqual([
      { role: 'user', parts: [{ type: 'text', content: '问' }] },
    ]);
    expect(JSON.parse(attributes['gen_ai.output.messages'] as string)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', content: '你好' },
          { type: 'tool_call', id: 't', name: 'f', arguments: '{"a":1}' },
        ],
        finish_reason: 'tool_call',
      },
    ]);
  });

  it('ends every span once: after an error, an abort, a reader who leaves, for calls without a stream', async () => {
    const { spans, tracer } = collector();
    const traced = trace({ tracer });
    const error = new ModeshiftError({ tag: 'rate-limit' }, 'slow');
    await expect(generateText({ model: traced(plays([], error).model), messages })).rejects.toBe(error);
    for await (const event of streamText({ model: traced(plays(answer).model), messages }))
      if (event.type === 'text-delta') break;
    const scoring: ScoringModel = {
      provider: 'local',
      modelId: 'nano',
      score: async ({ continuations }) => ({
        scores: continuations.map(continuation => ({ continuation, logprob: -1, tokens: [] })),
        usage: { inputTokens: 3, outputTokens: undefined },
      }),
    };
    await score({ model: traced(scoring), prompt: '', continuations: ['甲'] });
    const failing: ScoringModel = { ...scoring, score: () => Promise.reject(new TypeError('x')) };
    await expect(score({ model: traced(failing), prompt: '', continuations: ['甲'] })).rejects.toThrow('x');
    expect(spans.map(span => span.ended)).toEqual([1, 1, 1, 1]);
    expect(spans[3]).toMatchObject({ attributes: { 'error.type': 'internal' }, status: { code: 2 } });
    expect(spans[0]).toMatchObject({
      attributes: { 'error.type': 'rate-limit' },
      status: { code: 2, message: 'slow' },
    });
    expect(spans[2]).toMatchObject({ name: 'score nano', attributes: { 'gen_ai.usage.input_tokens': 3 } });
    expect(spans[2]!.attributes).not.toHaveProperty('gen_ai.usage.output_tokens');
  });

  it('uses no name that the conventions do not have', async () => {
    const file = join(import.meta.dirname, '..', '..', 'fixtures', 'otel-gen-ai-names.json');
    const known = JSON.parse(readFileSync(file, 'utf8')) as Record<string, readonly string[]>;
    const { spans, tracer } = collector();
    const model = trace({ tracer, captureContent: true })(plays(answer).model);
    const settings = {
      temperature: 0,
      topP: 1,
      topK: 1,
      seed: 1,
      maxTokens: 9,
      frequencyPenalty: 0,
      presencePenalty: 0,
    };
    const output = { type: 'json', schema: { type: 'object' } } as const;
    await read(streamText({ model, messages, stop: ['。'], output, ...settings }));
    const error = new ModeshiftError({ tag: 'server' }, 'down');
    await generateText({ model: trace({ tracer })(plays([], error).model), messages }).catch(() => undefined);
    const names = spans.flatMap(span => Object.keys(span.attributes));
    expect(new Set(names).size).toBeGreaterThan(22);
    expect(names.filter(name => !known.attributes!.includes(name))).toEqual([]);
    expect(known.operations).toContain(spans[0]!.attributes['gen_ai.operation.name']);
    expect(known.outputTypes).toContain(spans[0]!.attributes['gen_ai.output.type']);
  });

  it('does not break a call when the tracer is broken', async () => {
    const broken = vi.fn(() => {
      throw new Error('no exporter');
    });
    const { text } = await generateText({
      model: trace({ tracer: { startSpan: broken } })(plays(answer).model),
      messages,
    });
    expect([text, broken.mock.calls.length]).toEqual(['你好', 1]);
  });
});

describe('redact', () => {
  const secret = `sk-${'Ab1_'.repeat(8)}`;
  const found = [
    ['li.wei+x@mail.example.com.cn', 'EMAIL'],
    ['4111 1111 1111 1111', 'CARD'],
    ['DE89 3704 0044 0532 0130 00', 'IBAN'],
    ['11010519491231002X', 'ID_NUMBER'],
    ['13812345678', 'PHONE'],
    ['+86 138 1234 5678', 'PHONE'],
    [secret, 'API_KEY'],
    ['AKIAIOSFODNN7EXAMPLE', 'AWS_KEY'],
  ] as const;
  const events = (...pieces: string[]): LanguageEvent[] => [
    ...pieces.map((text): LanguageEvent => ({ type: 'text-delta', text })),
    { type: 'finish', reason: 'stop' },
  ];

  it.each(found)('finds %s', async (text, name) => {
    const { model, seen } = plays(events(`收到[${name}_1]。`));
    const { text: shown } = await generateText({
      model: redact()(model),
      messages: [{ role: 'user', content: `我的是${text}，谢谢` }],
    });
    expect(seen[0]!.messages[0]!.content).toBe(`我的是[${name}_1]，谢谢`);
    expect(shown).toBe(`收到${text}。`);
  });

  it.each(['4111 1111 1111 1112', '110105194912310021', '2026-11-24', '床前明月光[1]', 'a@b'])(
    'leaves %s',
    async text => {
      const { model, seen } = plays(events('好'));
      await generateText({ model: redact()(model), messages: [{ role: 'user', content: text }] });
      expect(seen[0]!.messages[0]!.content).toBe(text);
    },
  );

  it('puts back what is cut between pieces, at every place', async () => {
    const text = '给[EMAIL_1]和[EMAIL_2]，见[注]。';
    const messages = [{ role: 'user', content: 'a@x.cn b@y.cn a@x.cn' }] as const;
    for (let cut = 1; cut < text.length; cut++) {
      const { model } = plays(events(text.slice(0, cut), text.slice(cut)));
      const stream = streamText({ model: redact()(model), messages });
      expect((await read(stream.textStream)).join('')).toBe('给a@x.cn和b@y.cn，见[注]。');
    }
    const { model, seen } = plays(events(...text));
    expect((await generateText({ model: redact()(model), messages })).text).toBe('给a@x.cn和b@y.cn，见[注]。');
    expect(seen[0]!.messages[0]!.content).toBe('[EMAIL_1] [EMAIL_2] [EMAIL_1]');
  });

  it('looks into every text part, and keeps arguments of tools JSON', async () => {
    const quoted = { name: 'QUOTED', pattern: /"秘[^"]*"/g };
    const { model, seen } = plays([
      { type: 'tool-call', id: 't', name: 'send', arguments: '{"text":"[QUOTED_1]"}' },
      { type: 'finish', reason: 'tool-calls' },
    ]);
    const { content } = await generateText({
      model: redact({ rules: [quoted] })(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: '说"秘密"' }] },
        { role: 'assistant', content: [{ type: 'tool-call', id: 't', name: 'f', arguments: '"秘密"' }] },
        { role: 'tool', content: [{ type: 'tool-result', id: 't', name: 'f', content: '"秘密"' }] },
      ],
    });
    expect(JSON.stringify(seen)).not.toContain('秘密');
    expect(content[0]).toMatchObject({ arguments: '{"text":"\\"秘密\\""}' });
  });

  it('can leave placeholders in the answer, and refuses rules that cannot work', async () => {
    const { model } = plays(events('[EMAIL_1]'));
    const plain = await generateText({
      model: redact({ restore: false })(model),
      messages: [{ role: 'user', content: 'a@x.cn' }],
    });
    expect(plain.text).toBe('[EMAIL_1]');
    expect(() => redact({ rules: [{ name: 'x', pattern: /x/g }] })).toThrow('A to Z');
    expect(() => redact({ rules: [{ name: 'X', pattern: /x/ }] })).toThrow('g flag');
  });
});

describe('simulateStreaming', () => {
  const whole: LanguageModel = {
    ...plays([]).model,
    generate: async () => ({
      content: [
        { type: 'reasoning', text: '想', replay: { provider: 'openai', data: 1 } },
        { type: 'text', text: '👩‍👩‍👧是一家人' },
      ],
      finishReason: 'stop',
      usage,
      logprobs: [{ token: '是', logprob: -1 }],
      responseId: 'r',
    }),
  };

  it('streams what the whole answer holds, and cuts no character', async () => {
    const stream = streamText({ model: simulateStreaming({ chunkLength: 2 })(whole), messages });
    const texts = (await read(stream)).flatMap(event => (event.type === 'text-delta' ? [event.text] : []));
    expect(texts).toEqual(['👩‍👩‍👧是', '一家', '人']);
    expect(await stream.result).toEqual(await generateText({ model: whole, messages }));
  });

  it('leaves a model alone that has no such request', async () => {
    expect(await read(streamText({ model: simulateStreaming()(plays(answer).model), messages }))).toEqual(answer);
  });
});

it('defaultSettings fill what a call leaves out', async () => {
  const { model, seen } = plays(answer);
  const filled = defaultSettings({ temperature: 0, providerOptions: { openai: { a: 1, b: 1 } } })(model);
  await generateText({ model: filled, messages, providerOptions: { openai: { b: 2 } } });
  expect(seen[0]).toEqual({ messages, temperature: 0, providerOptions: { openai: { a: 1, b: 2 } } });
});

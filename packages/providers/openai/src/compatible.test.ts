import {
  embedMany,
  generateText,
  type LanguageCall,
  type LanguageEvent,
  type Message,
  streamText,
} from '@modeshift/core';
import { type FaultRequest, faultServer } from '@modeshift/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerOf, data, payloads, type Recording, recordingsOf } from '../test/recordings.ts';
import { shortToolCallId } from './chat-dialect.ts';
import { compatible } from './compatible.ts';
import { openai } from './openai.ts';
import { type Preset, presets } from './presets.ts';
import type { WireChunk, WireCompletion, WireReasoningDetail } from './wire.ts';

const key = 'sk-preset-0123456789';
const messages: Message[] = [{ role: 'user', content: '你好' }];
const tools = [
  { name: 'weather', parameters: { type: 'object', properties: {} } },
  { name: 'time', parameters: { type: 'object', properties: {} } },
];
const good = { body: { choices: [{ message: { content: '好' }, finish_reason: 'stop' }] } };
const all: readonly (readonly [string, Preset])[] = Object.entries(presets);

afterEach(() => vi.unstubAllEnvs());

/** The body that a preset sends for a call. */
async function sent(preset: Preset, call: Partial<LanguageCall>, stream = false): Promise<Record<string, unknown>> {
  const sse = {
    headers: { 'content-type': 'text/event-stream' },
    body: `data: ${JSON.stringify({ choices: [{ delta: { content: '好' }, finish_reason: 'stop' }] })}\n\n`,
  };
  await using server = await faultServer(stream ? sse : good);
  const model = compatible({ ...preset, baseURL: server.url, apiKey: key }).language('m');
  if (stream) for await (const event of model.stream({ messages, ...call }, {})) expect(event).toBeDefined();
  else await model.generate({ messages, ...call }, {});
  expect(server.requests[0]!.headers.authorization).toBe(`Bearer ${key}`);
  return server.requests[0]!.json as Record<string, unknown>;
}

describe('compatible', () => {
  it('needs an address, and a key where the service needs one', () => {
    expect(() => compatible({})).toThrow(/Pass baseURL/);
    expect(() => compatible(presets.azure)).toThrow(/azure.*Pass baseURL/);
    vi.stubEnv('GROQ_API_KEY', '');
    expect(() => compatible(presets.groq)).toThrow(
      expect.objectContaining({ reason: { tag: 'authentication' }, message: expect.stringContaining('GROQ_API_KEY') }),
    );
    expect(compatible(presets.ollama).language('m').provider).toBe('ollama');
    expect(compatible({ baseURL: 'http://localhost:1/v1' }).language('m').provider).toBe('compatible');
    expect(() => compatible(presets.ollama).language(' ')).toThrow(/no name/);
  });

  it('sends the key of the environment to the service it belongs to, over https, and nowhere else', async () => {
    vi.stubEnv('ZHIPUAI_API_KEY', key);
    vi.stubEnv('OPENAI_API_KEY', 'sk-never-sent-00000000');
    const seen: (string | null)[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      seen.push(new Headers(init?.headers).get('authorization'));
      return Response.json(good.body);
    };
    for (const baseURL of [
      presets.zhipu.baseURL,
      'https://api.z.ai/api/paas/v4',
      'https://api.z.ai.example.com/v4',
      'http://127.0.0.1:9/v1',
    ]) {
      await generateText({ model: compatible({ ...presets.zhipu, baseURL, fetch }).language('m'), messages });
    }
    expect(seen).toEqual([`Bearer ${key}`, `Bearer ${key}`, null, null]);
    expect(() => compatible({ ...presets.zhipu, baseURL: 'http://api.z.ai/api/paas/v4' })).toThrow(/over https only/);
  });

  it('offers scoring and embeddings only where the server has them', () => {
    const vllm = compatible(presets.vllm);
    expect(vllm.scoring('m')).toMatchObject({ provider: 'vllm', modelId: 'm' });
    expect(vllm.embedding('m', { dimensions: 8 })).toMatchObject({ provider: 'vllm', dimensions: 8 });
    const ollama = compatible(presets.ollama);
    // @ts-expect-error Ollama does not echo a prompt, so it cannot score.
    expect(ollama.scoring).toBeUndefined();
    const deepseek = compatible({ ...presets.deepseek, apiKey: key });
    // @ts-expect-error DeepSeek serves no embeddings.
    expect(deepseek.embedding).toBeUndefined();
    expect(compatible({ baseURL: 'http://localhost:1/v1', scoring: true }).scoring('m').provider).toBe('compatible');
  });

  it('splits texts for embeddings as the server takes them', async () => {
    const sizes: number[] = [];
    await using server = await faultServer(({ json }: FaultRequest) => {
      const { input } = json as { input: string[] };
      sizes.push(input.length);
      return { body: { data: input.map((_, index) => ({ index, embedding: [index, 1] })) } };
    });
    const dashscope = compatible({ ...presets.dashscope, baseURL: server.url, apiKey: key });
    const model = dashscope.embedding('text-embedding-v4', { dimensions: 2 });
    const { embeddings } = await embedMany({ model, texts: Array.from({ length: 23 }, (_, i) => `第${i}句`) });
    expect([embeddings.length, sizes.toSorted((a, b) => a - b)]).toEqual([23, [3, 10, 10]]);
    const own = dashscope.embedding('m', { dimensions: 2, limits: { maxItems: 5 } });
    expect([own.limits, compatible(presets.vllm).embedding('m', { dimensions: 2 }).limits]).toEqual([
      { maxItems: 5 },
      undefined,
    ]);
  });

  it('types the options of a call by the provider', async () => {
    await using server = await faultServer(good);
    const place = { baseURL: server.url, apiKey: key };
    const groq = compatible({ ...presets.groq, ...place }).language('m');
    await generateText({ model: groq, messages, providerOptions: { groq: { service_tier: 'flex' } } });
    // @ts-expect-error Options of another provider would be sent to nobody.
    await generateText({ model: groq, messages, providerOptions: { openai: { service_tier: 'flex' } } });
    const own = compatible(place).language('m');
    await generateText({ model: own, messages, providerOptions: { compatible: { min_p: 0.1 } } });
    const vendor = openai('m', place);
    await generateText({ model: vendor, messages, providerOptions: { openai: { service_tier: 'flex', seed: 1 } } });
    // @ts-expect-error There is no such tier.
    await generateText({ model: vendor, messages, providerOptions: { openai: { service_tier: 'fast' } } });
    expect(server.requests.map(({ json }) => Object.keys(json as object).at(-2))).toEqual([
      'service_tier',
      'messages',
      'min_p',
      'seed',
      'service_tier',
    ]);
  });

  it('scores only where the server echoes, whatever its preset', () => {
    for (const [name, preset] of all) {
      const models = compatible({ ...preset, baseURL: 'http://127.0.0.1:1/v1', apiKey: key });
      expect('scoring' in models, name).toBe(name === 'vllm');
    }
    // @ts-expect-error A server that nothing is known of is not known to echo.
    expect(compatible({ baseURL: 'http://127.0.0.1:1/v1' }).scoring).toBeUndefined();
    // @ts-expect-error Nor does a model of chat completions score.
    expect(compatible(presets.vllm).language('m').score).toBeUndefined();
  });

  it('names the provider in errors, and its variable in advice', async () => {
    await using server = await faultServer({ status: 401, body: {} });
    const model = compatible({ ...presets.groq, baseURL: server.url, apiKey: key, maxRetries: 0 }).language('m');
    await expect(generateText({ model, messages })).rejects.toMatchObject({
      message: expect.stringContaining('GROQ_API_KEY'),
      request: { provider: 'groq' },
    });
    expect(JSON.stringify(model)).not.toContain(key);
  });
});

describe('presets', () => {
  it.each(all)('%s is complete', (_, preset) => {
    expect(preset.source).toMatch(/^https:\/\//);
    if (preset.keyVariable) expect(preset.hosts!.length).toBeGreaterThan(0);
    else expect(preset.baseURL).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    if (!preset.baseURL) return;
    const host = new URL(preset.baseURL).hostname;
    expect(preset.keyVariable === undefined || preset.hosts!.includes(host)).toBe(true);
  });

  it.each(all)('%s refuses what it lacks before any request', async (_, preset) => {
    const wishes: Record<string, Partial<LanguageCall>[]> = {
      topK: [{ topK: 3 }],
      seed: [{ seed: 0 }],
      stop: [{ stop: ['。'] }],
      frequencyPenalty: [{ frequencyPenalty: 0 }],
      presencePenalty: [{ presencePenalty: 0 }],
      logprobs: [{ logprobs: 0 }],
      json: [{ output: { type: 'choice', choices: ['a'] } }, { output: { type: 'json', schema: {} } }],
      'required tool choice': [
        { toolChoice: 'required', tools },
        { toolChoice: { name: 'time' }, tools },
      ],
    };
    await using server = await faultServer(good);
    const model = compatible({ ...preset, baseURL: server.url, apiKey: key }).language('m');
    for (const [wish, calls] of Object.entries(wishes)) {
      for (const call of calls) {
        const before = server.requests.length;
        const answer = model.generate({ messages, ...call }, {});
        if (preset.lacks?.some(lack => lack === wish)) {
          await expect(answer).rejects.toMatchObject({ reason: { tag: 'unsupported', feature: wish } });
          expect(server.requests).toHaveLength(before);
        } else {
          await answer;
          expect(server.requests).toHaveLength(before + 1);
        }
      }
    }
  });

  it('tell a server how hard to think in its own words', async () => {
    expect(await sent(presets.together, { reasoning: 'low' })).toMatchObject({ reasoning_effort: 'low' });
    expect(await sent(presets.openRouter, { reasoning: 'low' })).toMatchObject({ reasoning: { effort: 'low' } });
    expect(await sent(presets.dashscope, { reasoning: 'none' })).toMatchObject({ enable_thinking: false });
    expect(await sent(presets.moonshot, { reasoning: 'high' })).toMatchObject({ thinking: { type: 'enabled' } });
    expect(await sent(presets.deepseek, { reasoning: 'low' })).toMatchObject({
      thinking: { type: 'enabled' },
      reasoning_effort: 'low',
    });
    const off = await sent(presets.deepseek, { reasoning: 'none' });
    expect(off).toMatchObject({ thinking: { type: 'disabled' } });
    expect(off).not.toHaveProperty('reasoning_effort');
    const switched = await sent(presets.vllm, { reasoning: 'none' });
    expect(switched).toMatchObject({ chat_template_kwargs: { enable_thinking: false } });
    expect(switched).not.toHaveProperty('reasoning_effort');
  });

  it('name limits, seeds, tools and cache keys as the server does', async () => {
    const call = { maxTokens: 5, seed: 7, promptCacheKey: 'k' };
    expect(await sent(presets.mistral, call)).toMatchObject({ max_tokens: 5, random_seed: 7, prompt_cache_key: 'k' });
    expect(await sent(presets.groq, call)).toEqual({
      model: 'm',
      messages,
      stream: false,
      max_completion_tokens: 5,
      seed: 7,
    });
    expect(await sent(presets.mistral, {}, true)).not.toHaveProperty('stream_options');
    expect(await sent(presets.groq, {}, true)).toMatchObject({ stream_options: { include_usage: true } });
    expect(await sent(presets.mistral, { tools, toolChoice: 'required' })).toMatchObject({ tool_choice: 'any' });
    const named = await sent(presets.llamaCpp, { tools, toolChoice: { name: 'time' } });
    expect(named).toMatchObject({ tool_choice: 'required', tools: [{ function: { name: 'time' } }] });
    expect(named.tools).toHaveLength(1);
  });

  it('send reasoning back in the field of the server, and shorten ids for Mistral', async () => {
    const history: Message[] = [
      ...messages,
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: '想' },
          { type: 'tool-call', id: 'call_abcdef', name: 'time', arguments: '{}' },
        ],
      },
      { role: 'tool', content: [{ type: 'tool-result', id: 'call_abcdef', name: 'time', content: '三点' }] },
    ];
    const turn = async (preset: Preset) => (await sent(preset, { messages: history })).messages as object[];
    const fields = [
      ['deepseek', 'reasoning_content'],
      ['moonshot', 'reasoning_content'],
      ['zhipu', 'reasoning_content'],
      ['llamaCpp', 'reasoning_content'],
      ['vllm', 'reasoning'],
      ['ollama', 'reasoning'],
      ['openRouter', 'reasoning'],
    ] as const;
    for (const [name, field] of fields) expect((await turn(presets[name]))[1], name).toMatchObject({ [field]: '想' });
    const replaying: readonly string[] = fields.map(([name]) => name);
    for (const [name, preset] of all) {
      const words = Object.keys((await turn(preset))[1]!).filter(word => word.startsWith('reasoning'));
      expect(words.length, name).toBe(replaying.includes(name) ? 1 : 0);
    }
    const mistral = await turn(presets.mistral);
    const id = shortToolCallId('call_abcdef');
    expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(mistral[1]).toMatchObject({ tool_calls: [{ id }] });
    expect(mistral[1]).not.toHaveProperty('reasoning_content');
    expect(mistral[2]).toMatchObject({ tool_call_id: id });
    expect(shortToolCallId('abcDEF123')).toBe('abcDEF123');
    const ids = Array.from({ length: 20_000 }, (_, i) => shortToolCallId(`call_${i}`));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every(one => /^[a-z0-9]{9}$/.test(one))).toBe(true);
  });

  it('send what the server refuses to miss, and nothing of other providers', async () => {
    const call = { type: 'tool-call', id: 'c', name: 'time', arguments: '{}' } as const;
    const replay = { provider: 'openrouter', data: [{ type: 'reasoning.text', text: '想', signature: 's' }] };
    const turns: Message[] = [
      { role: 'assistant', content: [{ type: 'text', text: '好' }] },
      { role: 'user', content: '几点' },
      { role: 'assistant', content: [call] },
      { role: 'tool', content: [{ type: 'tool-result', id: 'c', name: 'time', content: '三点' }] },
      { role: 'assistant', content: [{ type: 'reasoning', text: '想', replay }, call] },
      { role: 'tool', content: [{ type: 'tool-result', id: 'c', name: 'time', content: '三点' }] },
    ];
    const sentBy = async (preset: Preset) =>
      (await sent(preset, { messages: [...messages, ...turns] })).messages as Record<string, unknown>[];
    for (const preset of [presets.deepseek, presets.moonshot]) {
      const wire = await sentBy(preset);
      expect(wire[1]).not.toHaveProperty('reasoning_content');
      expect([wire[3]!.reasoning_content, wire[5]!.reasoning_content]).toEqual(['', '想']);
      expect(JSON.stringify(wire)).not.toContain('signature');
    }
    const zhipu = await sentBy(presets.zhipu);
    expect(zhipu[3]).not.toHaveProperty('reasoning_content');
    const router = await sentBy(presets.openRouter);
    expect(router[5]).toMatchObject({ reasoning_details: replay.data });
    expect(router[5]).not.toHaveProperty('reasoning');
    expect(router[3]).not.toHaveProperty('reasoning_details');
  });

  it('take provider options under their own name', async () => {
    const body = await sent(presets.groq, {
      providerOptions: { groq: { service_tier: 'flex' }, mistral: { x: 1 }, openai: { user: 'u' } },
    });
    expect(body).toMatchObject({ service_tier: 'flex' });
    expect(Object.keys(body)).not.toContain('x');
    expect(Object.keys(body)).not.toContain('user');
  });
});

/** Which recordings came from which server. */
const origins: readonly (readonly [keyof typeof presets, RegExp])[] = [
  ['dashscope', /^alibaba\//],
  ['deepseek', /^deepseek\/|api\.deepseek\.com/],
  ['moonshot', /^moonshotai\//],
  ['mistral', /^mistral\/|api\.mistral\.ai/],
  ['groq', /^groq\/|api\.groq\.com/],
  ['openRouter', /openrouter\.ai/],
  ['zhipu', /api\.z\.ai/],
  ['ollama', /ollama\.com|localhost:11434/],
  ['together', /huggingface\.co\/together/],
  ['azure', /azure-model-router/],
];
const recordings = recordingsOf('chat').filter(
  ({ status, body }) => status === 200 && !body.includes('data: {"error"'),
);
const cases = origins.flatMap(([name, pattern]) =>
  recordings
    .filter(one => pattern.test(one.name) || pattern.test(one.uri ?? ''))
    .map(recording => ({ preset: name, name: recording.name, recording })),
);
if (recordings.length === 0) console.log(`Skipped: no recordings under ${data}.`);

describe.skipIf(recordings.length === 0)('recorded traffic of presets', () => {
  it('is there for most of them', () => {
    expect(new Set(cases.map(one => one.preset)).size).toBe(origins.length);
  });

  it.each(cases)('$preset: $name', async ({ preset, recording }) => {
    const text = expectedText(recording);
    await using server = await faultServer(answerOf(recording));
    const model = compatible({ ...(presets[preset] as Preset), baseURL: server.url, apiKey: key }).language('m');
    if (!recording.stream) {
      expect((await generateText({ model, messages })).text).toBe(text);
      return;
    }
    const events: LanguageEvent[] = [];
    for await (const event of model.stream({ messages }, {})) events.push(event);
    expect(events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')).toBe(text);
    expect(events.at(-1)).toMatchObject({
      type: 'finish',
      reason: expect.stringMatching(/^(stop|length|tool-calls)$/),
    });
  });

  it('of OpenRouter goes back with the details that it came with', async () => {
    const withDetails = cases.filter(
      ({ preset, recording }) => preset === 'openRouter' && /"?reasoning_details"?:\s*\[\s*\{/.test(recording.body),
    );
    expect(withDetails.length).toBeGreaterThanOrEqual(4);
    for (const { recording } of withDetails) {
      await using server = await faultServer([answerOf(recording), good]);
      const openRouter = { ...presets.openRouter, baseURL: server.url, apiKey: key };
      const model = compatible(openRouter).language('m');
      const answer = recording.stream
        ? await streamText({ model, messages }).result
        : await generateText({ model, messages });
      const history: Message[] = [...messages, { role: 'assistant', content: answer.content }, ...messages];
      await generateText({ model, messages: history });
      const back = (server.requests[1]!.json as { messages: { reasoning_details?: WireReasoningDetail[] }[] })
        .messages[1]!;
      const received = recording.stream
        ? (payloads(recording.body) as WireChunk[]).flatMap(chunk => chunk.choices?.[0]?.delta?.reasoning_details ?? [])
        : ((JSON.parse(recording.body) as WireCompletion).choices![0]!.message!.reasoning_details ?? []);
      const textOf = (details: readonly WireReasoningDetail[]) =>
        details.map(({ text, summary, data, signature }) => [text, summary, data, signature].join('')).join('');
      expect(textOf(back.reasoning_details!)).toBe(textOf(received));
      if (!recording.stream) expect(back.reasoning_details).toEqual(received);
    }
  });

  it('was asked for in the words that the presets use', () => {
    const wordsOf = (pattern: RegExp) =>
      new Set(
        recordings
          .filter(one => pattern.test(one.uri ?? ''))
          .flatMap(one => Object.keys((one.request as object) ?? {})),
      );
    expect(wordsOf(/openrouter/)).toContain('reasoning');
    expect(wordsOf(/openrouter/)).toContain('stream_options');
    expect(wordsOf(/z\.ai/)).toContain('thinking');
    expect(wordsOf(/z\.ai/)).toContain('stream_options');
    expect(wordsOf(/groq/)).toContain('reasoning_effort');
    expect(wordsOf(/mistral/)).toContain('reasoning_effort');
    expect(wordsOf(/mistral/)).toContain('prompt_cache_key');
    expect(wordsOf(/mistral/)).not.toContain('stream_options');
    const chosen = recordings
      .filter(one => one.uri?.includes('mistral'))
      .map(one => (one.request as { tool_choice?: unknown }).tool_choice);
    expect(chosen).toContain('any');
  });
});

function expectedText({ stream, body }: Recording): string {
  const texts = stream
    ? (payloads(body) as WireChunk[]).map(chunk => chunk.choices?.[0]?.delta?.content)
    : [(JSON.parse(body) as WireCompletion).choices?.[0]?.message?.content];
  return texts
    .map(content =>
      Array.isArray(content) ? content.map(part => (part as { text?: string }).text ?? '').join('') : (content ?? ''),
    )
    .join('');
}

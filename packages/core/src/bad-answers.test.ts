// What providers and models do wrong, and callers too: nothing of it may crash, hang, leak or be counted.
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { countTokens } from './count-tokens.ts';
import { embedMany } from './embed.ts';
import { ModeshiftError } from './errors.ts';
import { generateObject } from './generate-object.ts';
import { generateText } from './generate-text.ts';
import { jsonSchema } from './json-schema.ts';
import type { LanguageEvent } from './language-event.ts';
import { budget } from './middleware/budget.ts';
import { cache } from './middleware/cache.ts';
import { withMiddleware } from './middleware/middleware.ts';
import { rateLimit } from './middleware/rate-limit.ts';
import { record } from './middleware/record.ts';
import { redact } from './middleware/redact.ts';
import { replay } from './middleware/replay.ts';
import { retry } from './middleware/retry.ts';
import { memoryStore } from './middleware/store.ts';
import { trace } from './middleware/trace.ts';
import type { LanguageModel, LanguageResult } from './models.ts';
import { safeParse } from './parse.ts';
import { rerank } from './rerank.ts';
import { retryAfterMs } from './retry-after.ts';
import { runTools } from './run-tools.ts';
import { score } from './score.ts';
import { deserialize, serialize } from './serialize.ts';
import { streamObject } from './stream-object.ts';
import { streamText } from './stream-text.ts';
import { tool } from './tool.ts';
import type { Usage } from './usage.ts';

const messages = [{ role: 'user', content: '你好' }] as const;
const price = { inputPerMillion: 1, outputPerMillion: 1, asOf: '2026-01-01', source: 'test' };
const base = { provider: 'test', modelId: 'm', price };
const says = (...events: readonly unknown[]): LanguageModel => ({
  ...base,
  async *stream() {
    yield* events as readonly LanguageEvent[];
  },
});
const text = (words: string): LanguageModel =>
  says({ type: 'text-delta', text: words }, { type: 'finish', reason: 'stop' });
const reporting = (usage: unknown): LanguageModel =>
  says({ type: 'text-delta', text: '好' }, { type: 'usage', usage }, { type: 'finish', reason: 'stop' });
const wrongUsages = [
  { inputTokens: Number.NaN, outputTokens: Number.NaN },
  { inputTokens: -1000, outputTokens: -1 },
  { inputTokens: null, outputTokens: null },
  { inputTokens: '5', outputTokens: '7' },
  { inputTokens: Number.POSITIVE_INFINITY, outputTokens: Number.NEGATIVE_INFINITY },
  undefined,
] as unknown as readonly Usage[];

describe('a usage that is no number', () => {
  it.each(wrongUsages)('%j is unknown, in every kind of call', async usage => {
    const unknown = { inputTokens: undefined, outputTokens: undefined };
    const whole = { content: [], finishReason: 'stop', usage } as LanguageResult;
    const answers = [
      await generateText({ model: reporting(usage), messages }),
      await streamText({ model: reporting(usage), messages }).result,
      await generateText({ model: { ...text(''), generate: async () => whole }, messages }),
      await score({
        model: { ...base, score: async () => ({ scores: [{ continuation: '好', logprob: -1, tokens: [] }], usage }) },
        prompt: '',
        continuations: ['好'],
      }),
      await embedMany({
        model: { ...base, dimensions: 1, embed: async () => ({ embeddings: [new Float32Array(1)], usage }) },
        texts: ['好'],
      }),
    ];
    for (const answer of answers) {
      expect(answer.usage).toMatchObject(unknown);
      expect(answer.usd).toBeUndefined();
    }
  });

  it.each(wrongUsages)('%j does not open a budget', async usage => {
    const spend = budget({ tokens: 30 });
    const model = spend(reporting(usage));
    const calls = async (): Promise<void> => {
      for (let i = 0; i < 30; i++) await generateText({ model, messages });
    };
    await expect(calls()).rejects.toMatchObject({ reason: { tag: 'budget' } });
    expect(spend.spent.tokens).toBeLessThanOrEqual(30);
    expect(spend.spent.estimatedCalls).toBe(spend.spent.calls);
  });

  it.each(wrongUsages)('%j does not open or shut a rate limit', async usage => {
    const limit = rateLimit({ tokensPerMinute: 12 });
    const model = limit(reporting(usage));
    // Each is estimated with 6 tokens.
    await Promise.all([1, 2].map(() => generateText({ model, messages })));
    const late = generateText({ model, messages, signal: AbortSignal.timeout(20) });
    await expect(late).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });
});

describe('an answer that breaks the rules', () => {
  it.each([
    ['no event at all', says(null)],
    ['no stream', { ...base, stream: () => 5 } as unknown as LanguageModel],
    ['a promise of a stream', { ...base, stream: async () => text('') } as unknown as LanguageModel],
    ['nothing', { ...text(''), generate: async () => undefined } as unknown as LanguageModel],
  ])('%s: a typed error, no crash and no hang', async (_, model) => {
    await expect(generateText({ model, messages })).rejects.toMatchObject({ reason: { tag: 'internal' } });
    if (!model.generate) {
      await expect(streamText({ model, messages }).result).rejects.toMatchObject({ reason: { tag: 'internal' } });
    }
  });

  it('events of a later version are passed over', async () => {
    const model = says({ type: 'hologram' }, { type: 'text-delta', text: '好' }, { type: 'finish', reason: 'stop' });
    expect((await generateText({ model, messages })).text).toBe('好');
  });

  it('JSON nested deeper than the stack is an answer that does not fit', async () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/node' } },
      required: ['a'],
      $defs: { node: { anyOf: [{ type: 'null' }, { type: 'array', items: { $ref: '#/$defs/node' } }] } },
    };
    const model = text(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
    await expect(generateObject({ model, schema, messages, repairs: 0 })).rejects.toMatchObject({
      reason: { tag: 'invalid-response' },
    });
  });

  it('rankings and counts that cannot be are refused', async () => {
    const ranked = (ranking: readonly { index: number; score: number }[]) =>
      rerank({ model: { ...base, rerank: async () => ranking }, query: '水', documents: ['山', '水'] });
    const twice = [
      { index: 1, score: 2 },
      { index: 1, score: 1 },
    ];
    await expect(ranked(twice)).rejects.toMatchObject({ reason: { tag: 'invalid-response' } });
    await expect(ranked([{ index: 0, score: Number.NaN }])).rejects.toThrow('no number');
    const counted = countTokens({ model: { ...base, countTokens: async () => Number.NaN }, content: '水' });
    await expect(counted).rejects.toMatchObject({ reason: { tag: 'invalid-response' } });
  });
});

describe('a model that is stuck', () => {
  const stuckIn = (where: 'answer' | 'cleaning up'): LanguageModel => ({
    ...base,
    async *stream() {
      try {
        yield { type: 'response', id: 'r' };
        if (where === 'answer') await new Promise(() => undefined);
        yield { type: 'text-delta', text: '{"city":"成' };
        yield { type: 'text-delta', text: '都' };
        await new Promise(() => undefined);
      } finally {
        if (where === 'cleaning up') await new Promise(() => undefined);
      }
    },
  });
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

  it('after it said that it began: the time to the first content runs on', async () => {
    const model = stuckIn('answer');
    const outcome = { reason: { tag: 'timeout', limit: 'first-chunk' } };
    await expect(generateText({ model, messages, timeout: { firstChunk: 20 } })).rejects.toMatchObject(outcome);
    await expect(streamText({ model, messages, timeout: { firstChunk: 20 } }).result).rejects.toMatchObject(outcome);
  });

  it('in the middle: an object that is streamed lets its reader go', async () => {
    const call = { model: stuckIn('cleaning up'), messages, schema };
    const answer = streamObject({ ...call, signal: AbortSignal.timeout(20) });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const partial of answer.partials) seen.push({ ...(partial as object) });
    })();
    const error = await reading.catch((thrown: ModeshiftError) => thrown);
    expect(error).toMatchObject({ reason: { tag: 'aborted' }, partial: { text: '{"city":"成都' } });
    expect(seen).toEqual([{ city: '成' }, { city: '成都' }]);
    await expect(answer.result).rejects.toBe(error);
    await expect(streamObject({ ...call, timeout: { idle: 20 } }).result).rejects.toMatchObject({
      reason: { tag: 'timeout', limit: 'idle' },
    });
  });

  it('while it cleans up: a reader who leaves goes on within a second', async () => {
    for await (const _ of streamText({ model: stuckIn('cleaning up'), messages }).textStream) break;
  });
});

describe('middleware around a model that does not look at its signal', () => {
  const never = new Promise<never>(() => undefined);
  const streaming: LanguageModel = {
    ...base,
    async *stream() {
      await never;
      yield { type: 'finish', reason: 'stop' };
    },
  };
  const whole: LanguageModel = { ...streaming, generate: () => never };
  const aborted = (model: LanguageModel): Promise<void> =>
    expect(generateText({ model, messages, maxTokens: 50, signal: AbortSignal.timeout(10) })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });

  it.each([
    ['streamed', streaming],
    ['whole', whole],
  ])('gives back what it held, %s: places, reservations, spans', async (_, model) => {
    const limit = rateLimit({ concurrency: 1 });
    await aborted(limit(model));
    await vi.waitFor(() => expect(limit.running).toBe(0));
    const spend = budget({ tokens: 80 });
    await aborted(spend(model));
    expect((await generateText({ model: spend(text('好')), messages, maxTokens: 50 })).text).toBe('好');
    let ended = 0;
    const end = (): void => {
      ended += 1;
    };
    const span = { setAttributes: () => undefined, setStatus: () => undefined, end };
    await aborted(withMiddleware(model, trace({ tracer: { startSpan: () => span } }), retry(), cache()));
    // The caller does not wait for the layers between.
    await vi.waitFor(() => expect(ended).toBe(1));
  });

  it('and a reader who leaves in the middle', async () => {
    const limit = rateLimit({ concurrency: 1 });
    const half: LanguageModel = {
      ...base,
      async *stream() {
        yield { type: 'text-delta', text: '好' };
        await never;
      },
    };
    for await (const _ of streamText({ model: limit(half), messages }).textStream) break;
    expect(limit.running).toBe(0);
  });
});

describe('listeners and loops', () => {
  it('what onResponse throws is its own affair, whichever way a provider calls it', async () => {
    const model: LanguageModel = {
      ...base,
      async *stream(_, { onResponse }) {
        onResponse?.({ status: 200, headers: {} });
        yield { type: 'finish', reason: 'stop' };
      },
    };
    const onResponse = (): never => expect.fail('a defect of the caller');
    expect((await generateText({ model, messages, onResponse })).finishReason).toBe('stop');
    expect((await generateText({ model: rateLimit({ concurrency: 1 })(model), messages, onResponse })).text).toBe('');
  });

  it('tries that fail at once leave room for a timeout', async () => {
    const model: LanguageModel = {
      ...base,
      stream() {
        throw new ModeshiftError({ tag: 'server' }, 'down');
      },
    };
    const stubborn = retry({ retries: Number.POSITIVE_INFINITY, initialDelayMs: 0 })(model);
    await expect(generateText({ model: stubborn, messages, timeout: { total: 30 } })).rejects.toMatchObject({
      reason: { tag: 'timeout', limit: 'total' },
    });
  });

  it.each([Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY])('%d repairs are refused, not paid for', async repairs => {
    const model: LanguageModel = { ...base, stream: () => expect.fail('a request was made') };
    await expect(generateObject({ model, messages, repairs, schema: { type: 'object' } })).rejects.toMatchObject({
      reason: { tag: 'invalid-input' },
    });
  });

  it('a cache does not take two calls for one because of what JSON cannot hold', async () => {
    const model = cache()(text('好'));
    const options = (value: unknown) => ({ providerOptions: { test: { value } } });
    for (const value of [new Map([[1, 2]]), /a/, new ArrayBuffer(2), new Set()]) {
      await expect(generateText({ model, messages, ...options(value) })).rejects.toMatchObject({
        reason: { tag: 'invalid-input' },
      });
    }
    const bytes = runInNewContext('new Uint8Array([1, 2])') as Uint8Array;
    expect(bytes).not.toBeInstanceOf(Uint8Array);
    expect(deserialize(serialize({ bytes }))).toEqual({ bytes: new Uint8Array([1, 2]) });
  });
});

describe('text made to take long', () => {
  /** Far above what linear work takes, far below what quadratic work took. */
  const soon = async (work: () => Promise<unknown>): Promise<void> => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
  };
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };

  it.each([
    ['line breaks without end after a fence', `\`\`\`json\n${'\n'.repeat(200_000)}`],
    ['fences', '```json\n'.repeat(50_000)],
    ['brackets', '{'.repeat(300_000)],
  ])('as JSON: %s', async (_, words) => {
    await soon(() => generateObject({ model: text(words), schema, messages, repairs: 0 }).catch(() => undefined));
  });

  it.each([
    ['a word without end', 'a'.repeat(300_000)],
    ['digits', '1 '.repeat(200_000)],
    ['keys that never end', 'sk-'.repeat(100_000)],
    ['the beginning of keys', '-----BEGIN PRIVATE KEY-----'.repeat(3000)],
    ['an address without end', `a@${'b.'.repeat(100_000)}`],
  ])('for redaction: %s', async (_, content) => {
    await soon(() => generateText({ model: redact()(text('好')), messages: [{ role: 'user', content }] }));
  });

  it('an address behind a long line is still found', async () => {
    let seen: unknown;
    const model: LanguageModel = {
      ...base,
      async *stream(call) {
        seen = call.messages[0]!.content;
        yield { type: 'finish', reason: 'stop' };
      },
    };
    const content = `${'-'.repeat(200)}li@example.com`;
    await generateText({ model: redact()(model), messages: [{ role: 'user', content }] });
    expect(seen).not.toContain('example.com');
  });
});

describe('errors of several calls', () => {
  const stuck = (words: string): LanguageModel => ({
    ...base,
    async *stream() {
      yield { type: 'text-delta', text: words };
      await new Promise(() => undefined);
    },
  });

  it('never share what had been answered: one signal with a typed reason', async () => {
    const controller = new AbortController();
    const calls = ['甲', '乙'].map(words =>
      generateText({ model: stuck(words), messages, signal: controller.signal }).catch(
        (error: ModeshiftError) => error,
      ),
    );
    const reason = new ModeshiftError({ tag: 'timeout', limit: 'total', ms: 5 }, 'The whole page took too long.');
    setTimeout(() => controller.abort(reason), 5);
    const errors = (await Promise.all(calls)) as ModeshiftError[];
    expect(errors.map(error => error.partial?.text)).toEqual(['甲', '乙']);
    for (const error of errors) expect([error.reason, error.message]).toEqual([reason.reason, reason.message]);
    expect(reason.partial).toBeUndefined();
  });

  it('never share what had been answered: a provider that throws one object twice', async () => {
    const error = new ModeshiftError({ tag: 'server', status: 500 }, 'down', { requestId: 'r' });
    const breaking = (words: string): LanguageModel => ({
      ...base,
      async *stream() {
        yield { type: 'text-delta', text: words };
        throw error;
      },
    });
    const failure = (words: string): Promise<ModeshiftError> =>
      generateText({ model: breaking(words), messages }).then(
        () => expect.fail('it answered'),
        thrown => thrown,
      );
    const [first, second] = [await failure('甲'), await failure('乙')];
    expect([first.partial?.text, second.partial?.text]).toEqual(['甲', '乙']);
    expect(second).toMatchObject({ reason: error.reason, requestId: 'r', isRetryable: true });
  });
});

describe('wrong use', () => {
  it.each([
    ['no messages', { messages: [] }],
    ['no tokens', { messages, maxTokens: 0 }],
    ['half a token', { messages, maxTokens: 1.5 }],
    ['fewer than no tokens', { messages, maxTokens: -100 }],
    ['a temperature that is none', { messages, temperature: Number.NaN }],
    ['a seed without end', { messages, seed: Number.POSITIVE_INFINITY }],
  ])('%s: refused before any request', async (_, call) => {
    const model: LanguageModel = { ...base, stream: () => expect.fail('a request was made') };
    await expect(generateText({ model, ...call })).rejects.toMatchObject({ reason: { tag: 'invalid-input' } });
    expect(() => streamText({ model, ...call })).toThrow(ModeshiftError);
  });

  it('a limit that is undefined is left out, as from a configuration', async () => {
    const timeout = { total: undefined } as unknown as { total: number };
    expect((await generateText({ model: text('好'), messages, timeout })).text).toBe('好');
    const limits = { tokens: 100, usd: undefined, requestsPerMinute: undefined } as unknown as {
      tokens: number;
      concurrency: number;
    };
    expect(budget(limits).spent.tokens).toBe(0);
    expect(rateLimit(limits).running).toBe(0);
  });

  it('a pattern of JSON Schema: refused where it is none, read where only its escapes are loose', () => {
    expect(() => jsonSchema({ type: 'string', pattern: '(' })).toThrow('no regular expression');
    expect(() => jsonSchema({ type: 'object', patternProperties: { '[': {} } })).toThrow('no regular expression');
    const loose = jsonSchema({ type: 'string', pattern: '^a\\_b$' });
    expect([safeParse(loose, 'a_b').ok, safeParse(loose, 'ab').ok]).toEqual([true, false]);
  });
});

it('runTools lets go when its signal fires, also of a tool that does not look at it', async () => {
  const never = tool({
    name: 'never',
    input: jsonSchema({ type: 'object' }),
    execute: () => new Promise(() => undefined),
  });
  const call = { valid: true, id: '1', name: 'never', input: {}, arguments: '{}' } as const;
  const step = runTools([call], [never], { signal: AbortSignal.timeout(10) });
  await expect(step).rejects.toMatchObject({ reason: { tag: 'aborted' } });
});

describe('stores that were damaged', () => {
  const cutting = () => {
    const store = memoryStore();
    return { get: store.get, set: (key: string, value: string) => store.set(key, value.slice(0, 30)) };
  };

  it('cache: asks again', async () => {
    let asked = 0;
    const counting: LanguageModel = {
      ...base,
      async *stream() {
        asked += 1;
        yield { type: 'finish', reason: 'stop' };
      },
    };
    const model = cache({ store: cutting() })(counting);
    await generateText({ model, messages });
    await generateText({ model, messages });
    expect(asked).toBe(2);
  });

  it('replay: says that the recording is damaged', async () => {
    const store = cutting();
    await generateText({ model: record({ store })(text('好')), messages });
    await expect(generateText({ model: replay({ store })(text('好')), messages })).rejects.toMatchObject({
      reason: { tag: 'storage' },
      message: expect.stringContaining('Record it again'),
    });
  });
});

it.each([
  ['-5', undefined],
  ['soon 7', undefined],
  ['2 hours', undefined],
  ['Infinity', undefined],
  ['0', 0],
  [' 3 ', 3000],
  ['9'.repeat(40), 366 * 24 * 3_600_000],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
  ['Sun Nov  6 08:49:37 1994', 0],
])('Retry-After: %s', (value, expected) => {
  expect(retryAfterMs({ 'retry-after': value })).toBe(expected);
  const error = new ModeshiftError({ tag: 'rate-limit' }, 'x', { retryAfterMs: expected ?? Number.MAX_VALUE });
  expect(error.retryAt === undefined).toBe(expected === undefined);
  if (error.retryAt) expect(error.retryAt.toISOString()).toMatch(/^\d/);
});

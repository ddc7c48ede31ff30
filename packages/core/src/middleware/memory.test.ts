import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { embedMany } from '../embed.ts';
import { ModeshiftError } from '../errors.ts';
import { generateText } from '../generate-text.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { EmbeddingModel, LanguageCall, LanguageModel, ScoringModel } from '../models.ts';
import { fileStore } from '../node/file-store.ts';
import { score } from '../score.ts';
import { streamText } from '../stream-text.ts';
import { budget } from './budget.ts';
import { cache } from './cache.ts';
import { withMiddleware } from './middleware.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';
import { memoryStore } from './store.ts';
import { withPrice } from './with-price.ts';

const messages = [{ role: 'user', content: '你好' }] as const;
const price = { inputPerMillion: 1e6, outputPerMillion: 1e6, asOf: '2026-01-01', source: 'test' };
const usage = { inputTokens: 2, outputTokens: 3 };
const logprobs = [{ token: '好', logprob: -0.5 }];
const events: readonly LanguageEvent[] = [
  { type: 'response', id: 'r', modelId: 'm-1' },
  { type: 'reasoning-delta', text: '想', replay: { provider: 'test', data: { signature: 'x' } } },
  { type: 'text-delta', text: '好', logprobs },
  { type: 'tool-call', id: 't', name: 'f', arguments: '{}' },
  { type: 'file', file: { type: 'file', mediaType: 'image/png', data: new Uint8Array([1, 255]) } },
  { type: 'usage', usage },
  { type: 'finish', reason: 'stop' },
];
const plays = (play: (call: LanguageCall, index: number) => readonly LanguageEvent[] | Error = () => events) => {
  const stream = vi.fn<LanguageModel['stream']>(async function* (call) {
    const reply = play(call, stream.mock.calls.length - 1);
    if (reply instanceof Error) throw reply;
    yield* reply;
  });
  const model: LanguageModel = { provider: 'test', modelId: 'm', price, stream };
  return { model, stream };
};
const read = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
};
const folder = mkdtempSync(join(tmpdir(), 'modeshift-core-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void vi.useRealTimers());

describe.each([
  ['memory', () => memoryStore()],
  ['files', () => fileStore(join(folder, crypto.randomUUID()))],
])('cache in %s', (_, makeStore) => {
  it('gives the same answer, whole or streamed, and counts nothing twice', async () => {
    const { model, stream } = plays();
    const cached = cache({ store: makeStore() })(model);
    const first = await generateText({ model: cached, messages });
    const again = await generateText({ model: cached, messages });
    const streamed = streamText({ model: cached, messages });
    await read(streamed);
    const { usage: _, usd, cached: origin, ...same } = again;
    const { usage: _1, usd: _2, ...wanted } = first;
    expect(same).toEqual(wanted);
    expect([first.usd, usd, origin?.usage]).toEqual([5, 0, usage]);
    expect(await streamed.result).toEqual(again);
    expect(stream).toHaveBeenCalledOnce();
  });

  it('remembers a streamed answer when it is complete, and only then', async () => {
    const { model, stream } = plays();
    const cached = cache({ store: makeStore() })(model);
    for await (const event of streamText({ model: cached, messages })) if (event.type === 'text-delta') break;
    for await (const event of streamText({ model: cached, messages })) if (event.type === 'finish') break;
    await generateText({ model: cached, messages });
    expect(stream).toHaveBeenCalledTimes(2);
  });

  it('remembers vectors by text', async () => {
    const asked: string[][] = [];
    const model: EmbeddingModel = {
      provider: 'test',
      modelId: 'e',
      dimensions: 2,
      async embed(texts) {
        asked.push([...texts]);
        const embeddings = texts.map(text => new Float32Array([text.length, 0.1]));
        return { embeddings, usage: { inputTokens: texts.length, outputTokens: 0 } };
      },
    };
    const store = makeStore();
    const cached = cache({ store })(model);
    await embedMany({ model: cached, texts: ['一', '二二'] });
    const { embeddings, usage } = await embedMany({ model: cached, texts: ['二二', '三三三', '一'] });
    expect(embeddings).toEqual([2, 3, 1].map(length => new Float32Array([length, 0.1])));
    expect(asked).toEqual([['一', '二二'], ['三三三']]);
    const other = cache({ store })({ ...model, dimensions: 1 });
    await embedMany({ model: other, texts: ['一'] });
    expect(asked).toHaveLength(3);
    expect(usage.inputTokens).toBe(1);
  });
});

describe('cache', () => {
  it('tells calls apart by everything that is in them', async () => {
    const { model, stream } = plays();
    const cached = cache()(model);
    const calls: Omit<LanguageCall, 'messages'>[] = [
      {},
      { temperature: 0 },
      { temperature: 1 },
      { seed: 1 },
      { providerOptions: { test: { a: 1, b: 2 } } },
      { tools: [{ name: 'f', parameters: {} }] },
      { output: { type: 'choice', choices: ['甲'] } },
    ];
    for (const call of calls) await generateText({ model: cached, messages, ...call });
    expect(stream).toHaveBeenCalledTimes(calls.length);
    await generateText({ model: cached, providerOptions: { test: { b: 2, a: 1 } }, messages });
    await generateText({ model: cached, messages, headers: { authorization: 'other' } });
    expect(stream).toHaveBeenCalledTimes(calls.length);
    const image = (byte: number) =>
      [{ role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: new Uint8Array([byte]) }] }] as const;
    await generateText({ model: cached, messages: image(1) });
    await generateText({ model: cached, messages: image(2) });
    await generateText({ model: cache()({ ...model, modelId: 'n' }), messages });
    expect(stream).toHaveBeenCalledTimes(calls.length + 3);
  });

  it('forgets after its time, and does not keep errors or withheld answers', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { model, stream } = plays((_, index) =>
      index === 0
        ? new ModeshiftError({ tag: 'server' }, 'x')
        : index === 1
          ? [{ type: 'finish', reason: 'content-filter' }]
          : events,
    );
    const cached = cache({ ttlMs: 1000 })(model);
    await expect(generateText({ model: cached, messages })).rejects.toThrow('x');
    for (let i = 0; i < 3; i++) await generateText({ model: cached, messages });
    expect(stream).toHaveBeenCalledTimes(3);
    vi.setSystemTime(Date.now() + 1000);
    await generateText({ model: cached, messages });
    expect(stream).toHaveBeenCalledTimes(4);
    expect(() => cache({ ttlMs: 0 })).toThrow('above 0');
  });

  it('forgets the answer that was not used for longest', async () => {
    const store = memoryStore({ maxEntries: 2 });
    store.set('a', '1');
    store.set('b', '2');
    store.get('a');
    store.set('c', '3');
    expect(['a', 'b', 'c'].map(key => store.get(key))).toEqual(['1', undefined, '3']);
  });
});

describe('fileStore', () => {
  it('says which file could not be read', async () => {
    const file = join(folder, 'not-a-folder');
    writeFileSync(file, '');
    const store = fileStore(file);
    await expect(store.get('k')).rejects.toMatchObject({ reason: { tag: 'storage' } });
    await expect(store.set('k', 'v')).rejects.toMatchObject({ reason: { tag: 'storage', path: join(file, 'k.json') } });
  });

  it('keeps keys inside its folder', async () => {
    const inside = join(folder, 'keys');
    await fileStore(inside).set('../逃', 'v');
    expect(readdirSync(inside)).toEqual([`${encodeURIComponent('../逃')}.json`]);
    expect(await fileStore(inside).get('../逃')).toBe('v');
  });
});

describe('record and replay', () => {
  it('gives back results, streams and errors, and the second answer to the second call', async () => {
    const store = fileStore(join(folder, 'cassette'));
    const failed = new ModeshiftError({ tag: 'rate-limit', status: 429 }, 'slow', { retryAfterMs: 5 });
    const scoring: ScoringModel['score'] = async ({ continuations }) => ({
      scores: continuations.map(continuation => ({ continuation, logprob: Number.NEGATIVE_INFINITY, tokens: [] })),
      usage,
    });
    const { model: language, stream } = plays((_, index) => (index === 1 ? failed : events));
    const model = { ...language, score: scoring };
    const session = async (one: LanguageModel & ScoringModel): Promise<unknown[]> => [
      await generateText({ model: one, messages }),
      await generateText({ model: one, messages }).catch(({ reason, message, retryAfterMs }) => ({
        reason,
        message,
        retryAfterMs,
      })),
      await read(streamText({ model: one, messages, temperature: 0 })),
      await score({ model: one, prompt: '', continuations: ['甲'] }),
    ];
    const recorded = await session(record({ store })(model));
    expect(await session(replay({ store })(model))).toEqual(recorded);
    expect(recorded[1]).toMatchObject({ reason: { tag: 'rate-limit' }, retryAfterMs: 5 });
    expect(stream).toHaveBeenCalledTimes(3);
  });

  it('fails loudly for what is not recorded', async () => {
    const { model } = plays();
    const store = memoryStore();
    await generateText({ model: record({ store })(model), messages });
    const replayed = replay({ store })(model);
    await generateText({ model: replayed, messages });
    await expect(generateText({ model: replayed, messages })).rejects.toThrow('Repetition 2 of this call');
    await expect(generateText({ model: replayed, messages, seed: 1 })).rejects.toMatchObject({
      reason: { tag: 'not-found' },
    });
  });

  it('refuses to write down a secret, and never writes headers', async () => {
    const written: string[] = [];
    const store = { get: () => undefined, set: (_: string, value: string) => void written.push(value) };
    const recording = record({ store })(plays().model);
    const key = `sk-proj-${'a1B2'.repeat(8)}`;
    const error = await generateText({ model: recording, messages: [{ role: 'user', content: key }] }).catch(
      error => error,
    );
    expect(error.message).toContain('looks like a secret (API_KEY)');
    expect(error.message).not.toContain(key);
    await generateText({ model: recording, messages, headers: { authorization: `Bearer ${key}` } });
    expect(written).toHaveLength(1);
    expect(written[0]).not.toContain(key);
    expect(written[0]).toContain('你好');
  });

  it('takes the time it took, when asked', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
    const store = memoryStore();
    const slow: LanguageModel = {
      ...plays().model,
      async *stream() {
        for (const event of events) {
          await new Promise(resolve => setTimeout(resolve, 100));
          yield event;
        }
      },
    };
    /** Moves the clock only while something waits for it: hashing takes real time. */
    const withClock = async <T>(promise: Promise<T>): Promise<T> => {
      let settled = false;
      const done = promise.finally(() => {
        settled = true;
      });
      while (!settled) {
        await new Promise(resolve => setImmediate(resolve));
        if (vi.getTimerCount() > 0) await vi.advanceTimersToNextTimerAsync();
      }
      return done;
    };
    await withClock(read(streamText({ model: record({ store })(slow), messages })));
    const start = Date.now();
    const replayed = streamText({ model: replay({ store, timing: 'recorded' })(slow), messages });
    expect(await withClock(read(replayed))).toEqual(events);
    expect(Date.now() - start).toBe(700);
  });

  it('leaves files that people can read', () => {
    const file = readdirSync(join(folder, 'cassette'))[0]!;
    const recording = JSON.parse(readFileSync(join(folder, 'cassette', file), 'utf8'));
    expect(recording).toMatchObject({ version: 1, provider: 'test', modelId: 'm' });
  });
});

describe('budget', () => {
  const refused = { reason: { tag: 'budget' } };

  it('stops before the limit of money is passed', async () => {
    const { model, stream } = plays();
    const spend = budget({ usd: 10 });
    const limited = spend(model);
    await generateText({ model: limited, messages });
    await read(streamText({ model: limited, messages, maxTokens: 1 }).textStream).catch(() => undefined);
    expect(spend.spent).toEqual({ usd: 5, tokens: 5, calls: 1, estimatedCalls: 0 });
    await expect(generateText({ model: limited, messages })).rejects.toMatchObject(refused);
    expect(stream).toHaveBeenCalledOnce();
  });

  it('counts calls that run at the same time', async () => {
    const { model, stream } = plays();
    const limited = budget({ tokens: 30 })(model);
    const all = await Promise.allSettled([1, 2, 3].map(() => generateText({ model: limited, messages, maxTokens: 5 })));
    expect(all.map(one => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(stream).toHaveBeenCalledTimes(2);
  });

  it('needs a price for money, which can be given', async () => {
    const { price: _, ...free } = plays().model;
    expect(() => budget({ usd: 1 })(free)).toThrow('withPrice');
    const spend = budget({ usd: 10 });
    await generateText({ model: spend(withPrice(free, price)), messages });
    expect(spend.spent.usd).toBe(5);
    expect(() => budget({})).toThrow('needs "usd" or "tokens"');
    expect(() => budget({ usd: -1 })).toThrow('0 or more');
  });

  it('estimates what the provider does not report, and says how often', async () => {
    const silent = plays(() => events.filter(event => event.type !== 'usage'));
    const spend = budget({ tokens: 100 });
    await generateText({ model: spend(silent.model), messages });
    for await (const event of streamText({ model: spend(plays().model), messages }))
      if (event.type === 'text-delta') break;
    expect(spend.spent).toMatchObject({ calls: 2, estimatedCalls: 2 });
    // The first call also wrote the arguments of a tool: {} is one token.
    expect(spend.spent.tokens).toBe(2 * (6 + 2) + 1);
    expect(Number.isNaN(spend.spent.tokens)).toBe(false);
  });

  it('charges nothing for what was refused or remembered', async () => {
    const { model } = plays((_, index) => (index === 0 ? new ModeshiftError({ tag: 'rate-limit' }, 'x') : events));
    const spend = budget({ tokens: 100 });
    const limited = withMiddleware(model, spend, cache());
    await expect(generateText({ model: limited, messages })).rejects.toThrow('x');
    expect(spend.spent.tokens).toBe(0);
    await generateText({ model: limited, messages });
    await generateText({ model: limited, messages });
    expect(spend.spent.tokens).toBe(5);
  });
});

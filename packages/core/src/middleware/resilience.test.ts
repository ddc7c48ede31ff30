import { afterEach, beforeEach, describe, expect, expectTypeOf, it, type Mock, vi } from 'vitest';
import type { ResponseInfo } from '../call-context.ts';
import { embed } from '../embed.ts';
import { ModeshiftError } from '../errors.ts';
import { generateText } from '../generate-text.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { EmbeddingModel, LanguageModel, RerankModel, ScoringModel } from '../models.ts';
import { score } from '../score.ts';
import { streamText } from '../stream-text.ts';
import { fallback } from './fallback.ts';
import { withMiddleware } from './middleware.ts';
import { rateLimit } from './rate-limit.ts';
import { retry } from './retry.ts';
import { wrapModel } from './wrap-model.ts';

const messages = [{ role: 'user', content: '你好' }] as const;
const usage = { inputTokens: 2, outputTokens: 1 };
const end: readonly LanguageEvent[] = [
  { type: 'usage', usage },
  { type: 'finish', reason: 'stop' },
];
const answer = (text: string): readonly LanguageEvent[] => [
  { type: 'response', id: 'r' },
  { type: 'text-delta', text },
  ...end,
];
const failure = (tag: 'rate-limit' | 'server' | 'quota' | 'content-filter', retryAfterMs?: number): ModeshiftError =>
  new ModeshiftError({ tag }, tag, retryAfterMs === undefined ? {} : { retryAfterMs });

/** Plays one try after another: events, then the error if there is one. */
const plays = (...tries: readonly (readonly [events: readonly LanguageEvent[], error?: unknown])[]) => {
  const stream: Mock<LanguageModel['stream']> = vi.fn(async function* () {
    const [events, error] = tries[stream.mock.calls.length - 1]!;
    yield* events;
    if (error) throw error;
  });
  const model: LanguageModel = { provider: 'test', modelId: 'm', stream };
  return { model, stream };
};
const read = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: 1_700_000_000_000 });
  vi.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
/** How long a promise takes on the fake clock, and what becomes of it. */
const timed = async <T>(promise: Promise<T>): Promise<{ ms: number; value?: T; error?: unknown }> => {
  const start = Date.now();
  let outcome: { value?: T; error?: unknown } | undefined;
  let ms = 0;
  const settle = (one: { value?: T; error?: unknown }): void => {
    outcome = one;
    ms = Date.now() - start;
  };
  promise.then(
    value => settle({ value }),
    error => settle({ error }),
  );
  await vi.runAllTimersAsync();
  return { ms, ...outcome };
};

describe('wrapModel', () => {
  it('keeps what a model is, private fields and getters included', async () => {
    class Vendor implements LanguageModel {
      readonly provider = 'test';
      readonly modelId = 'm';
      #calls = 0;
      get calls(): number {
        return this.#calls;
      }
      async *stream(): AsyncGenerator<LanguageEvent> {
        this.#calls += 1;
        yield* answer('好');
      }
      extra(): number {
        return this.#calls * 10;
      }
    }
    const wrapped = withMiddleware(new Vendor(), retry(), retry());
    expectTypeOf(wrapped).toEqualTypeOf<Vendor>();
    await generateText({ model: wrapped, messages });
    expect([wrapped.calls, wrapped.extra(), wrapped instanceof Vendor]).toEqual([1, 10, true]);
    expect('generate' in wrapped).toBe(false);
    expect('score' in wrapped).toBe(false);
    expect(wrapModel(Object.freeze(new Vendor()), {}, { provider: 'other' }).provider).toBe('other');
  });

  it('runs the first middleware outermost', async () => {
    const order: string[] = [];
    const mark = (name: string) => (model: LanguageModel) =>
      wrapModel(model, {
        stream(call, ctx, next) {
          order.push(name);
          return next(call, ctx);
        },
      });
    const { model } = plays([answer('好')]);
    await generateText({ model: withMiddleware(model, mark('outer') as never, mark('inner') as never), messages });
    expect(order).toEqual(['outer', 'inner']);
  });
});

describe('retry', () => {
  it('waits longer each time, and gives up with the last error', async () => {
    const delays: number[] = [];
    const errors = [failure('server'), failure('server'), failure('server')];
    const { model } = plays([[], errors[0]], [[], errors[1]], [[], errors[2]]);
    const onRetry = (info: { delayMs: number }): void => {
      delays.push(info.delayMs);
      throw new Error('a listener decides nothing');
    };
    const { ms, error } = await timed(generateText({ model: retry({ onRetry })(model), messages }));
    expect(error).toBe(errors[2]);
    expect(delays).toEqual([500, 1000]);
    expect(ms).toBe(1500);
  });

  it('waits as long as the provider asks, and not at all where it asks for too long', async () => {
    const soon = plays([[], failure('rate-limit', 7000)], [answer('好')]);
    expect(await timed(generateText({ model: retry()(soon.model), messages }))).toMatchObject({
      ms: 7000,
      value: { text: '好' },
    });
    const late = failure('rate-limit', 61_000);
    const { ms, error } = await timed(generateText({ model: retry()(plays([[], late]).model), messages }));
    expect([ms, error]).toEqual([0, late]);
    expect(late.retryAt).toEqual(new Date(Date.now() + 61_000));
  });

  it('does not wait for a quota, nor for what the caller got wrong', async () => {
    for (const error of [failure('quota'), failure('content-filter'), new Error('no typed error')]) {
      const { model, stream } = plays([[], error]);
      const result = await timed(generateText({ model: retry()(model), messages }));
      expect(result.ms).toBe(0);
      expect(stream).toHaveBeenCalledOnce();
    }
  });

  it('leaves no trace of a try that failed before its first content', async () => {
    const { model } = plays(
      [[{ type: 'response', id: 'lost' }], failure('server')],
      [[{ type: 'response' }]],
      [answer('好')],
    );
    const { value } = await timed(read(streamText({ model: retry()(model), messages })));
    expect(value).toEqual(answer('好'));
  });

  it('never repeats what has been delivered', async () => {
    const error = failure('server');
    const { model, stream } = plays([answer('半').slice(0, 2), error]);
    const result = await timed(read(streamText({ model: retry()(model), messages })));
    expect(result.error).toBe(error);
    expect(error.partial?.text).toBe('半');
    expect(stream).toHaveBeenCalledOnce();
  });

  it('stops waiting when cancelled', async () => {
    const controller = new AbortController();
    const { model, stream } = plays([[], failure('rate-limit', 50_000)]);
    const call = generateText({ model: retry()(model), messages, signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    const { ms, error } = await timed(call);
    expect(error).toMatchObject({ reason: { tag: 'aborted' } });
    expect(ms).toBe(100);
    expect(stream).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('works for every kind of call', async () => {
    const calls = vi.fn();
    const model: ScoringModel & LanguageModel = {
      ...plays().model,
      score: async ({ continuations }) => {
        calls();
        if (calls.mock.calls.length === 1) throw failure('server');
        return { scores: continuations.map(continuation => ({ continuation, logprob: -1, tokens: [] })), usage };
      },
    };
    const { value } = await timed(score({ model: retry()(model), prompt: '', continuations: ['好'] }));
    expect(value?.scores).toHaveLength(1);
    expect(() => retry({ retries: -1 })).toThrow('0 or more');
  });
});

describe('fallback', () => {
  const cheap = { inputPerMillion: 1e6, outputPerMillion: 0, asOf: '2026-01-01', source: 'test' };
  const named = (modelId: string, play: { model: LanguageModel }): LanguageModel => ({ ...play.model, modelId });

  it('asks the next model, at the price of the one that answered', async () => {
    const passed: string[] = [];
    const model = fallback(
      [named('a', plays([[], failure('quota')])), { ...named('b', plays([answer('好')])), price: cheap }],
      {
        onFallback: ({ from, to }) => void passed.push(`${from.modelId}→${to.modelId}`),
      },
    );
    const result = await generateText({ model, messages });
    expect(result).toMatchObject({ text: '好', modelId: 'b', usd: 2 });
    expect(passed).toEqual(['a→b']);
    expect(model.price).toBeUndefined();
  });

  it('streams from one model only', async () => {
    const first = plays(
      [[{ type: 'response', id: 'lost' }], failure('server')],
      [answer('半').slice(0, 2), failure('server')],
    );
    const second = plays([answer('好')]);
    const model = fallback([named('a', first), named('b', second)]);
    expect(await read(streamText({ model, messages }))).toEqual([{ type: 'response', modelId: 'b' }, ...answer('好')]);
    await expect(read(streamText({ model, messages }))).rejects.toMatchObject({ partial: { text: '半' } });
    expect(second.stream).toHaveBeenCalledOnce();
  });

  it('uses the non-streaming request of models that have one', async () => {
    const generate = vi.fn(async () => ({
      content: [{ type: 'text' as const, text: '整' }],
      finishReason: 'stop' as const,
      usage,
    }));
    const model = fallback([
      named('a', plays([[], failure('server')])),
      { ...named('b', plays()), generate, price: cheap },
    ]);
    expect(await generateText({ model, messages })).toMatchObject({ text: '整', modelId: 'b', usd: 2 });
  });

  it('scores at the price of the model that scored', async () => {
    const scores: ScoringModel['score'] = async ({ continuations }) => ({
      scores: continuations.map(continuation => ({ continuation, logprob: -1, tokens: [] })),
      usage,
    });
    const broken: ScoringModel = { provider: 'a', modelId: 'a', score: () => Promise.reject(failure('server')) };
    const model = fallback([broken, { provider: 'b', modelId: 'b', score: scores, price: cheap }]);
    expect((await score({ model, prompt: '', continuations: ['好'] })).usd).toBe(2);
  });

  it('does not pass on what another model would refuse too, and tells everything when all fail', async () => {
    const refused = failure('content-filter');
    const second = plays([answer('好')]);
    await expect(generateText({ model: fallback([plays([[], refused]).model, second.model]), messages })).rejects.toBe(
      refused,
    );
    expect(second.stream).not.toHaveBeenCalled();
    const all = fallback([
      named('a', plays([[], failure('quota')])),
      named('b', plays([[], failure('rate-limit', 10)])),
    ]);
    const error = await generateText({ model: all, messages }).catch(error => error);
    expect(error).toMatchObject({ reason: { tag: 'rate-limit' }, retryAfterMs: 10, isRetryable: true });
    expect(error.message).toBe('All 2 models failed. test a: quota test b: rate-limit');
    expect(error.cause.errors).toHaveLength(2);
  });

  it('can do what all its models can, by type and at run time', () => {
    const language = plays().model;
    const both: LanguageModel & ScoringModel = { ...language, score: async () => ({ scores: [], usage }) };
    const model = fallback([language, both]);
    expectTypeOf(model).toExtend<LanguageModel>();
    // @ts-expect-error the first cannot score
    const scoring: ScoringModel = model;
    expect(scoring).not.toHaveProperty('score');
    expectTypeOf(fallback([both, both])).toExtend<LanguageModel & ScoringModel>();
    const embedding: EmbeddingModel = {
      provider: 'e',
      modelId: 'e',
      dimensions: 1,
      embed: async () => ({ embeddings: [], usage }),
    };
    expect(() => fallback([embedding, embedding])).toThrow('nothing in common');
    // @ts-expect-error vectors of different models cannot be compared
    void (() => embed({ model: fallback([embedding, embedding]), text: 'a' }));
    const reranking: RerankModel = { provider: 'r', modelId: 'r', rerank: async () => [] };
    expectTypeOf(fallback([reranking, reranking])).toExtend<RerankModel>();
    expect(() => fallback([language])).toThrow('two models');
  });

  it('takes the options of all its providers', () => {
    const a = plays().model as LanguageModel<{ a?: { x: number } }>;
    const b = plays().model as LanguageModel<{ b?: { y: string } }>;
    const model = fallback([a, b]);
    void (() => generateText({ model, messages, providerOptions: { a: { x: 1 }, b: { y: '' } } }));
    // @ts-expect-error not an option of either
    void (() => generateText({ model, messages, providerOptions: { a: { z: 1 } } }));
    expect(model.provider).toBe('fallback');
  });
});

describe('rateLimit', () => {
  const call = { messages, maxTokens: 93 }; // 2 characters are 6 bytes: 2 tokens, 4 for the message, 93 for the answer
  /** Takes 1 s for each answer and notes when it was asked. */
  const clocked = (headers: Record<string, string> = {}, fail?: ModeshiftError) => {
    const starts: number[] = [];
    const model: LanguageModel = {
      provider: 'test',
      modelId: 'm',
      async *stream(_, ctx) {
        starts.push(Date.now() - 1_700_000_000_000);
        ctx.onResponse?.({ status: 200, headers });
        await new Promise(resolve => setTimeout(resolve, 1000));
        if (fail && starts.length === 1) throw fail;
        yield* answer('好');
      },
    };
    return { model, starts };
  };
  const run = async (model: LanguageModel, count: number): Promise<unknown[]> => {
    const all = Promise.allSettled(Array.from({ length: count }, () => generateText({ model, ...call })));
    await vi.runAllTimersAsync();
    return all;
  };

  it('keeps to a concurrency', async () => {
    const { model, starts } = clocked();
    const limit = rateLimit({ concurrency: 2 });
    await run(limit(model), 5);
    expect(starts).toEqual([0, 0, 1000, 1000, 2000]);
    expect([limit.running, limit.waiting]).toEqual([0, 0]);
  });

  it('keeps to requests per minute over a sliding window, shared by models', async () => {
    const { model, starts } = clocked();
    const limit = rateLimit({ requestsPerMinute: 2 });
    await Promise.all([run(limit(model), 2), run(limit(model), 3)]);
    expect(starts).toEqual([0, 0, 60_000, 60_000, 120_000]);
  });

  it('counts tokens: estimated before, reported after; a call above the whole limit goes alone', async () => {
    const { model, starts } = clocked();
    await run(rateLimit({ tokensPerMinute: 200 })(model), 3);
    // Two estimates of 99 fit; when they turn out to be 3 each, there is room for the third.
    expect(starts).toEqual([0, 0, 1000]);
    const small = clocked();
    await run(rateLimit({ tokensPerMinute: 10 })(small.model), 2);
    expect(small.starts).toHaveLength(2);
    expect(small.starts[1]! - small.starts[0]!).toBe(60_000);
  });

  it('learns from headers and from refusals', async () => {
    const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '30s' };
    const told = clocked(headers);
    const seen: ResponseInfo[] = [];
    const limited = rateLimit({ concurrency: 1 })(told.model);
    const both = Promise.all(
      [1, 2].map(() => generateText({ model: limited, ...call, onResponse: info => void seen.push(info) })),
    );
    await vi.runAllTimersAsync();
    await both;
    expect(told.starts).toEqual([0, 30_000]);
    expect(seen).toHaveLength(2);
    // Each limit is full again at its own time: the one that holds counts, not the one that takes longest.
    const twoLimits = clocked({
      ...headers,
      'x-ratelimit-remaining-tokens': '9000',
      'x-ratelimit-reset-tokens': '6m0s',
    });
    const start = Date.now() - 1_700_000_000_000;
    await run(rateLimit({ concurrency: 1 })(twoLimits.model), 2);
    expect(twoLimits.starts.map(at => at - start)).toEqual([0, 30_000]);
    const refused = clocked({}, failure('rate-limit', 5000));
    const before = Date.now() - 1_700_000_000_000;
    await run(rateLimit({ concurrency: 1 })(refused.model), 2);
    expect(refused.starts.map(start => start - before)).toEqual([0, 6000]);
    const deaf = clocked(headers);
    await run(rateLimit({ concurrency: 1, learn: false })(deaf.model), 2);
    expect(deaf.starts[1]! - deaf.starts[0]!).toBe(1000);
  });

  it('frees the place of a stream that is left, and lets a cancelled call out of the queue', async () => {
    vi.useRealTimers();
    const limit = rateLimit({ concurrency: 1 });
    const model = limit(plays([answer('好')], [answer('好')]).model);
    const stream = streamText({ model, messages });
    const events = stream[Symbol.asyncIterator]();
    await events.next();
    const controller = new AbortController();
    const queued = generateText({ model, messages, signal: controller.signal });
    await new Promise(resolve => setImmediate(resolve));
    expect(limit.waiting).toBe(1);
    controller.abort();
    await expect(queued).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    expect(limit.waiting).toBe(0);
    await events.return?.();
    expect((await generateText({ model, messages })).text).toBe('好');
    expect(() => rateLimit({ concurrency: 0 })).toThrow('1 or more');
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ModeshiftError } from './errors.ts';
import { generateText } from './generate-text.ts';
import type { LanguageEvent } from './language-event.ts';
import type { LanguageModel } from './models.ts';
import { streamText } from './stream-text.ts';

const messages = [{ role: 'user', content: '你好' }] as const;
const price = { inputPerMillion: 1e6, outputPerMillion: 1e6, asOf: '2026-01-01', source: 'test' };
const usage = { inputTokens: 2, outputTokens: 3 };
const whole: readonly LanguageEvent[] = [
  { type: 'response', id: 'r', modelId: 'm-1' },
  { type: 'text-delta', text: '床前' },
  { type: 'text-delta', text: '明月光' },
  { type: 'usage', usage },
  { type: 'finish', reason: 'stop' },
];
const from = (stream: LanguageModel['stream']): LanguageModel => ({ provider: 'test', modelId: 'm', price, stream });
const says = (events: readonly LanguageEvent[], error?: unknown): LanguageModel =>
  from(async function* () {
    yield* events;
    if (error) throw error;
  });
/** Gives the events, then nothing more, and does not look at its signal. */
const stuckAfter = (events: readonly LanguageEvent[]): LanguageModel =>
  from(async function* () {
    yield* events;
    await new Promise(() => undefined);
  });
const read = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
};

describe('streamText', () => {
  it('gives events, and the same whole as generateText', async () => {
    const answer = streamText({ model: says(whole), messages });
    expect(await read(answer)).toEqual(whole);
    expect(await answer.result).toEqual(await generateText({ model: says(whole), messages }));
    expect(await answer.result).toMatchObject({ text: '床前明月光', usd: 5, responseId: 'r', toolCalls: [] });
  });

  it('gives the text alone', async () => {
    expect(await read(streamText({ model: says(whole), messages }).textStream)).toEqual(['床前', '明月光']);
  });

  it('starts no request before somebody reads', async () => {
    const stream = vi.fn(says(whole).stream);
    const answer = streamText({ model: from(stream), messages });
    await new Promise(resolve => setImmediate(resolve));
    expect(stream).not.toHaveBeenCalled();
    await answer.result;
    expect(stream).toHaveBeenCalledOnce();
  });

  it('can be read once, and says so', async () => {
    const answer = streamText({ model: says(whole), messages });
    await read(answer);
    expect(() => answer[Symbol.asyncIterator]()).toThrow('A stream is read once');
    expect(() => answer.textStream[Symbol.asyncIterator]()).toThrow('A stream is read once');
  });

  it('drains itself for `result`, and keeps the events for a reader who comes later', async () => {
    const answer = streamText({ model: says(whole), messages });
    expect((await answer.result).text).toBe('床前明月光');
    expect(await read(answer)).toEqual(whole);
  });

  it('hands over from draining to a reader in the middle', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>(resolve => {
      release = resolve;
    });
    const model = from(async function* () {
      yield* whole.slice(0, 2);
      await gate;
      yield* whole.slice(2);
    });
    const answer = streamText({ model, messages });
    const result = answer.result;
    await new Promise(resolve => setImmediate(resolve));
    const reading = read(answer);
    release();
    expect(await reading).toEqual(whole);
    expect((await result).text).toBe('床前明月光');
  });

  it('throws the typed error to the reader and rejects the result with the same object', async () => {
    const error = new ModeshiftError({ tag: 'server', status: 500 }, 'down');
    const answer = streamText({ model: says(whole.slice(0, 2), error), messages });
    await expect(read(answer)).rejects.toBe(error);
    await expect(answer.result).rejects.toBe(error);
    expect(error.partial).toMatchObject({ text: '床前', usage: undefined, usd: undefined });
    expect(Object.keys(error)).not.toContain('partial');
  });

  it('gives a late reader the kept events and then the error', async () => {
    const error = new ModeshiftError({ tag: 'server' }, 'down');
    const answer = streamText({ model: says(whole.slice(0, 2), error), messages });
    await expect(answer.result).rejects.toBe(error);
    const seen: LanguageEvent[] = [];
    const reading = (async () => {
      for await (const event of answer) seen.push(event);
    })();
    await expect(reading).rejects.toBe(error);
    expect(seen).toEqual(whole.slice(0, 2));
  });

  it('makes typed errors of everything else, by whether the answer had begun', async () => {
    const cause = new TypeError('boom');
    await expect(read(streamText({ model: says([], cause), messages }))).rejects.toMatchObject({
      reason: { tag: 'internal' },
      cause,
    });
    await expect(read(streamText({ model: says(whole.slice(0, 2), cause), messages }))).rejects.toMatchObject({
      reason: { tag: 'interrupted' },
      cause,
      partial: { text: '床前' },
    });
    const thrower = from(() => {
      throw cause;
    });
    await expect(read(streamText({ model: thrower, messages }))).rejects.toMatchObject({ cause });
    await expect(generateText({ model: thrower, messages })).rejects.toMatchObject({ cause });
  });

  it('calls an answer without an end interrupted', async () => {
    const answer = streamText({ model: says(whole.slice(0, 3)), messages });
    await expect(read(answer)).rejects.toMatchObject({
      reason: { tag: 'interrupted' },
      partial: { text: '床前明月光' },
    });
  });

  it('never leaves a rejection unhandled', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const answer = streamText({ model: says([], new Error('x')), messages });
    await read(answer).catch(() => undefined);
    void streamText({ model: says([], new Error('y')), messages }).result;
    await new Promise(resolve => setTimeout(resolve, 10));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('cancels the call when the reader leaves, with what had come', async () => {
    let signal: AbortSignal | undefined;
    let cleaned = false;
    const model = from(async function* (_, ctx) {
      signal = ctx.signal;
      try {
        yield* whole;
      } finally {
        cleaned = true;
      }
    });
    const answer = streamText({ model, messages });
    for await (const event of answer) if (event.type === 'text-delta') break;
    expect(signal?.aborted).toBe(true);
    await expect(answer.result).rejects.toMatchObject({ reason: { tag: 'aborted' }, partial: { text: '床前' } });
    expect(cleaned).toBe(true);
  });

  it('is complete for a reader who leaves at the finish', async () => {
    const answer = streamText({ model: says(whole), messages });
    for await (const event of answer) if (event.type === 'finish') break;
    expect((await answer.result).text).toBe('床前明月光');
  });

  it('answers overlapping reads in order', async () => {
    const events = streamText({ model: says(whole), messages })[Symbol.asyncIterator]();
    const all = await Promise.all([...whole, 0].map(() => events.next()));
    expect(all.map(next => next.value)).toEqual([...whole, undefined]);
  });

  it('keeps every event of 20,000 and joins them once', async () => {
    const many: LanguageEvent[] = Array.from({ length: 20_000 }, (_, i) => ({
      type: 'text-delta',
      text: `${i % 10}字`,
    }));
    const answer = streamText({ model: says([...many, ...whole.slice(3)]), messages });
    let count = 0;
    for await (const _ of answer.textStream) count += 1;
    expect(count).toBe(20_000);
    expect((await answer.result).text).toHaveLength(40_000);
    expect((await answer.result).content).toHaveLength(1);
  });
});

describe('abort', () => {
  it('lets the reader go at once, also when the model does not look at its signal', async () => {
    const controller = new AbortController();
    const early: LanguageEvent[] = [{ type: 'usage', usage }, ...whole.slice(0, 2)];
    const answer = streamText({ model: stuckAfter(early), messages, signal: controller.signal });
    const reading = read(answer);
    setTimeout(() => controller.abort(), 5);
    const error = await reading.catch(error => error);
    expect(error).toMatchObject({ reason: { tag: 'aborted' }, partial: { text: '床前', usage, usd: 5 } });
    await expect(answer.result).rejects.toBe(error);
  });

  it('throws to a reader who was not waiting when it fired', async () => {
    const controller = new AbortController();
    const events = streamText({ model: says(whole), messages, signal: controller.signal })[Symbol.asyncIterator]();
    await events.next();
    controller.abort();
    await expect(events.next()).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('throws at once for a signal that has fired, and holds no listener afterwards', async () => {
    expect(() => streamText({ model: says(whole), messages, signal: AbortSignal.abort() })).toThrow('cancelled');
    const controller = new AbortController();
    const add = vi.spyOn(controller.signal, 'addEventListener');
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    await read(streamText({ model: says(whole), messages, signal: controller.signal }));
    expect(remove.mock.calls.length).toBeGreaterThanOrEqual(add.mock.calls.length);
  });

  it('ends generateText with the partial answer too', async () => {
    const controller = new AbortController();
    const call = generateText({ model: stuckAfter(whole.slice(0, 2)), messages, signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(call).rejects.toMatchObject({ reason: { tag: 'aborted' }, partial: { text: '床前' } });
  });
});

describe('timeouts', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
  afterEach(() => void vi.useRealTimers());
  const slowly = (waits: readonly number[]): LanguageModel =>
    from(async function* () {
      for (const [i, ms] of waits.entries()) {
        await new Promise(resolve => setTimeout(resolve, ms));
        yield whole[Math.min(i, 1)]!;
      }
      yield* whole.slice(3);
    });
  const outcome = async (promise: Promise<unknown>, ms: number): Promise<unknown> => {
    const settled = promise.then(
      () => 'done',
      error => error.reason,
    );
    await vi.advanceTimersByTimeAsync(ms);
    return settled;
  };

  it.each([
    ['first chunk', { firstChunk: 50 }, [80, 10], { tag: 'timeout', limit: 'first-chunk', ms: 50 }],
    ['idle', { idle: 50 }, [10, 30, 80], { tag: 'timeout', limit: 'idle', ms: 50 }],
    ['total', { total: 100 }, [40, 40, 40], { tag: 'timeout', limit: 'total', ms: 100 }],
    ['first content', { firstChunk: 100 }, [80, 40], { tag: 'timeout', limit: 'first-chunk', ms: 100 }],
    ['none', { firstChunk: 130, idle: 50, total: 500 }, [80, 40, 40], 'done'],
  ])('%s, streamed or collected', async (_, timeout, waits, expected) => {
    expect(await outcome(read(streamText({ model: slowly(waits), messages, timeout })), 300)).toEqual(expected);
    expect(await outcome(generateText({ model: slowly(waits), messages, timeout }), 300)).toEqual(expected);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not count the time that the reader takes', async () => {
    const answer = streamText({ model: says(whole), messages, timeout: { idle: 50, firstChunk: 50 } });
    const reading = (async () => {
      for await (const _ of answer) await new Promise(resolve => setTimeout(resolve, 200));
      return 'done';
    })();
    await vi.advanceTimersByTimeAsync(2000);
    expect(await reading).toBe('done');
  });

  it('holds for the non-streaming request: total and first chunk', async () => {
    const model: LanguageModel = { ...says(whole), generate: () => new Promise(() => undefined) };
    const total = generateText({ model, messages, timeout: { total: 100 } });
    expect(await outcome(total, 150)).toEqual({ tag: 'timeout', limit: 'total', ms: 100 });
    const first = generateText({ model, messages, timeout: { firstChunk: 100, idle: 5 } });
    expect(await outcome(first, 150)).toEqual({ tag: 'timeout', limit: 'first-chunk', ms: 100 });
  });

  it('refuses limits that make no sense, and keys that do not exist', () => {
    expect(() => streamText({ model: says(whole), messages, timeout: { total: 0 } })).toThrow('above 0');
    // @ts-expect-error there is no such limit
    void (() => streamText({ model: says(whole), messages, timeout: { chunk: 5 } }));
  });
});

it('asks the wire once without streaming when it can, and never drains a stream for it', async () => {
  const stream = vi.fn(says(whole).stream);
  const generate = vi.fn(async () => ({
    content: [{ type: 'text' as const, text: '好' }],
    finishReason: 'stop' as const,
    usage,
  }));
  const model: LanguageModel = { ...from(stream), generate };
  expect((await generateText({ model, messages })).text).toBe('好');
  expect(stream).not.toHaveBeenCalled();
});

it('keeps reasoning parts with their replay data apart', async () => {
  const replay = { provider: 'test', data: 'signed' };
  const { content } = await generateText({
    messages,
    model: says([
      { type: 'reasoning-delta', text: '想' },
      { type: 'reasoning-delta', text: '一想', replay },
      { type: 'reasoning-delta', text: '', replay: { provider: 'test', data: 'redacted' } },
      { type: 'reasoning-delta', text: '再想' },
      ...whole,
    ]),
  });
  expect(content).toEqual([
    { type: 'reasoning', text: '想一想', replay },
    { type: 'reasoning', text: '', replay: { provider: 'test', data: 'redacted' } },
    { type: 'reasoning', text: '再想' },
    { type: 'text', text: '床前明月光' },
  ]);
});

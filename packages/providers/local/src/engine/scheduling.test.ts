// Who is computed when: sharing, fairness, limits and cancelling.
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { afterAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { compileGrammar } from '../grammar/index.ts';
import { Decoder } from './decoder.ts';
import type { GeneratedToken, GenerateRequest, GenerationSummary, GeneratorOptions } from './generate-types.ts';
import { Generator } from './generator.ts';
import { bytesOfToken } from './key-value-cache.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');
const opened: Generator[] = [];
async function load(options: GeneratorOptions = {}, name = 'llama', contextLength?: number): Promise<Generator> {
  const checkpoint = await openCheckpoint(join(fixtures, name));
  const decoder = await Decoder.load(checkpoint, { threads: 1, ...(contextLength ? { contextLength } : {}) });
  const generator = new Generator(decoder, options);
  opened.push(generator);
  return generator;
}
afterAll(async () => {
  for (const generator of opened) await generator.dispose();
});

const ask = (ids: readonly number[], more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  ids,
  maxTokens: 12,
  sampling: { temperature: 0 },
  stopTokens: new Set(),
  ...more,
});

async function run(
  generator: Generator,
  request: GenerateRequest,
): Promise<{ ids: number[]; tokens: GeneratedToken[]; summary: GenerationSummary }> {
  const generation = generator.generate(request);
  const tokens: GeneratedToken[] = [];
  for await (const token of generation) tokens.push(token);
  return { ids: tokens.map(({ id }) => id), tokens, summary: await generation.summary };
}

/** Pseudo-random prompts. */
const prompt = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, i) => Math.floor(Math.abs(Math.sin(seed * 91.7 + i * 7.3)) * 9973) % 300);

const tag = (value: unknown): string | undefined => (ModeshiftError.is(value) ? value.reason.tag : undefined);

describe('sharing', () => {
  test('a request gives the same tokens and log-probabilities alone and among others', async () => {
    const requests = Array.from({ length: 11 }, (_, i) =>
      ask(prompt(3 + 5 * i, i), {
        maxTokens: 5 + 3 * (i % 4),
        logprobs: 1,
        sampling: i % 2 ? { seed: i, temperature: 1.3, topK: 50, repetitionPenalty: 1.1 } : { temperature: 0 },
      }),
    );
    const together = await load({ maxConcurrent: 5, prefillTokens: 16, sharedPrefillTokens: 7 });
    const results = await Promise.all(requests.map(request => run(together, request)));
    const alone = await load({ maxConcurrent: 1 });
    for (const [i, request] of requests.entries()) {
      const one = await run(alone, request);
      expect(results[i]!.ids).toEqual(one.ids);
      for (const [k, { logprob }] of one.tokens.entries())
        expect(Math.abs(results[i]!.tokens[k]!.logprob! - logprob!)).toBeLessThan(1e-5);
    }
    expect(together.statistics.passes).toBeLessThan(alone.statistics.passes);
  });

  test('eight requests take as many decoding passes as one', async () => {
    const generator = await load({ maxConcurrent: 8 });
    await Promise.all(Array.from({ length: 8 }, (_, i) => run(generator, ask(prompt(6, i), { maxTokens: 20 }))));
    // Eight prompts, one pass each and one a round; the first to start is done 7 rounds before the last.
    expect(generator.statistics.passes).toBeLessThanOrEqual(8 + 19 + 7);
  });

  test('a long prompt does not hold up a short one', async () => {
    const generator = await load({ prefillTokens: 8, sharedPrefillTokens: 8 });
    const order: string[] = [];
    const long = run(generator, ask(prompt(100, 1), { maxTokens: 1 })).then(() => order.push('long'));
    const short = run(generator, ask(prompt(5, 2), { maxTokens: 4 })).then(() => order.push('short'));
    await Promise.all([long, short]);
    expect(order).toEqual(['short', 'long']);
  });
});

describe('prefixes', () => {
  const system = prompt(70, 5);

  test('a system prompt is computed once, also for requests that come together', async () => {
    const generator = await load({ prefillTokens: 16, sharedPrefillTokens: 16 });
    const requests = Array.from({ length: 6 }, (_, i) => ask([...system, ...prompt(4, 10 + i)], { maxTokens: 1 }));
    const results = await Promise.all(requests.map(request => run(generator, request)));
    expect(generator.statistics.computedTokens).toBe(system.length + 6 * 4);
    expect(results.map(({ summary }) => summary.cachedPromptTokens)).toEqual([0, ...Array(5).fill(system.length)]);
    const fresh = await load();
    for (const [i, request] of requests.entries()) expect((await run(fresh, request)).ids).toEqual(results[i]!.ids);
  });

  test('an answer is part of the next prompt, and scores share it too', async () => {
    const generator = await load();
    const first = await run(generator, ask(system));
    const next = [...system, ...first.ids, 9, 8];
    const before = generator.statistics.computedTokens;
    const second = await run(generator, ask(next, { maxTokens: 1 }));
    // The last token of the answer was given out and never computed.
    expect(second.summary.cachedPromptTokens).toBe(system.length + first.ids.length - 1);
    expect(generator.statistics.computedTokens - before).toBe(3);
    const scored = generator.statistics.computedTokens;
    await generator.score({ prompt: [...next, 7], continuations: [[1], [2, 3], [2, 4]] });
    expect(generator.statistics.computedTokens - scored).toBe(1 + 1);
  });

  test('what was not used for longest makes room', async () => {
    const token = bytesOfToken((await load()).decoder.config);
    const generator = await load({ cacheBytes: 300 * token, maxConcurrent: 1 });
    for (let i = 0; i < 6; i++) await run(generator, ask(prompt(60, i), { maxTokens: 1 }));
    expect(generator.statistics.cacheBytes).toBeLessThanOrEqual(300 * token);
    const cached = async (i: number): Promise<number> =>
      (await run(generator, ask([...prompt(60, i), 1], { maxTokens: 1 }))).summary.cachedPromptTokens;
    expect(await cached(5)).toBe(60);
    expect(await cached(0)).toBeLessThan(60);
  });
});

describe('limits', () => {
  test('short memory sends the youngest back, and every answer is what it would be', async () => {
    const token = bytesOfToken((await load()).decoder.config);
    const generator = await load({ cacheBytes: 128 * token, maxConcurrent: 4 }, 'llama', 100);
    const requests = Array.from({ length: 4 }, (_, i) =>
      ask(prompt(10, i), { maxTokens: 60, sampling: { temperature: 1, seed: i } }),
    );
    const results = await Promise.all(requests.map(request => run(generator, request)));
    const roomy = await load({ maxConcurrent: 1 });
    for (const [i, request] of requests.entries()) expect((await run(roomy, request)).ids).toEqual(results[i]!.ids);
    expect(generator.statistics.cacheBytes).toBeLessThanOrEqual(128 * token);
  });

  test('a prompt that is too long is refused with the numbers, before anything is computed', async () => {
    const generator = await load({}, 'llama', 32);
    expect(() => generator.generate(ask(prompt(32, 1)))).toThrow(
      'The prompt has 32 tokens, and at least one is to be generated, and the context holds 32. Shorten it.',
    );
    const error = await generator.score({ prompt: prompt(30, 1), continuations: [[1, 2, 3]] }).catch(cause => cause);
    expect(tag(error)).toBe('context-length');
    expect(error.message).toContain('33 tokens');
    expect(generator.statistics.computedTokens).toBe(0);
    const small = await load({ cacheBytes: 20 * bytesOfToken(generator.decoder.config) });
    expect(() => small.generate(ask(prompt(20, 1)))).toThrow('raise cacheBytes');
  });

  test('the end of the context ends a generation', async () => {
    const generator = await load({}, 'llama', 32);
    const { summary } = await run(generator, ask(prompt(25, 1), { maxTokens: 100 }));
    expect(summary).toMatchObject({ finishReason: 'length', generatedTokens: 7 });
  });

  test('one request too many is refused as a rate limit', async () => {
    const generator = await load({ maxConcurrent: 1, maxWaiting: 2 });
    const waiting = [1, 2].map(seed => run(generator, ask(prompt(4, seed))));
    let error: unknown;
    try {
      generator.generate(ask(prompt(4, 3)));
    } catch (cause) {
      error = cause;
    }
    expect(tag(error)).toBe('rate-limit');
    await Promise.all(waiting);
    await run(generator, ask(prompt(4, 3)));
  });

  test.each([
    [{ ids: [] }, 'no tokens'],
    [{ ids: [1, 320] }, '320'],
    [{ maxTokens: 0 }, 'maxTokens'],
    [{ logprobs: -1 }, 'logprobs'],
    [{ sampling: { topP: 2 } }, 'sampling.topP'],
    [{ adapters: [{ name: 'absent' }] }, 'None is attached'],
  ])('%j is refused', async (more, message) => {
    const generator = await load();
    expect(() => generator.generate(ask([1, 2], more))).toThrow(message);
  });
});

describe('ending', () => {
  test('a stop token ends a generation and is given out', async () => {
    const generator = await load();
    const { ids } = await run(generator, ask(prompt(5, 3)));
    const stop = ids[4]!;
    const stopped = await run(generator, ask(prompt(5, 3), { stopTokens: new Set([stop]) }));
    expect(stopped.ids).toEqual(ids.slice(0, ids.indexOf(stop) + 1));
    expect(stopped.summary.finishReason).toBe('stop');
  });

  test('a prompt that is cancelled ends with the pass under way', async () => {
    const generator = await load({ prefillTokens: 8 });
    const controller = new AbortController();
    const running = run(generator, ask(prompt(120, 2), { signal: controller.signal }));
    const failed = expect(running).rejects.toSatisfy(error => tag(error) === 'aborted');
    while (generator.statistics.computedTokens === 0) await new Promise(resolve => setImmediate(resolve));
    controller.abort();
    await failed;
    const next = await run(generator, ask(prompt(4, 9), { maxTokens: 1 }));
    expect(next.ids).toHaveLength(1);
    expect(generator.statistics.computedTokens).toBeLessThanOrEqual(3 * 8 + 4);
  });

  test('leaving the loop, or a signal, frees the slot for the next', async () => {
    const generator = await load({ maxConcurrent: 1 });
    const generation = generator.generate(ask(prompt(5, 3), { maxTokens: 100 }));
    for await (const _ of generation) break;
    await expect(generation.summary).rejects.toThrow('cancelled');
    const controller = new AbortController();
    const aborted = run(generator, ask(prompt(5, 4), { maxTokens: 100, signal: controller.signal }));
    const next = run(generator, ask(prompt(5, 6), { maxTokens: 2 }));
    controller.abort();
    await expect(aborted).rejects.toSatisfy(error => tag(error) === 'aborted');
    expect((await next).ids).toHaveLength(2);
    const before = generator.statistics.computedTokens;
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(generator.statistics).toMatchObject({ running: 0, waiting: 0, computedTokens: before });
    const fired = AbortSignal.abort();
    await expect(generator.score({ prompt: [1], continuations: [[2]], signal: fired })).rejects.toThrow('cancelled');
  });

  test('tokens are read once', async () => {
    const generator = await load();
    const generation = generator.generate(ask([1, 2], { maxTokens: 1 }));
    for await (const _ of generation);
    expect(() => generation[Symbol.asyncIterator]()).toThrow('read once');
  });
});

describe('grammars', () => {
  const tokens = Array.from({ length: 320 }, (_, id) => (id < 256 ? Uint8Array.of(id) : new Uint8Array(0)));
  tokens[300] = new TextEncoder().encode('退款');
  tokens[301] = new TextEncoder().encode('"topic":"');
  const end = 319;
  const vocabulary = { tokens, endTokens: [end] };
  const schema = {
    type: 'object',
    properties: { topic: { enum: ['退款', 'delivery'] } },
    required: ['topic'],
    additionalProperties: false,
  } as const;
  const text = (ids: readonly number[]): string =>
    Buffer.concat(ids.filter(id => id !== end).map(id => tokens[id]!)).toString();

  test('answers follow the grammar, forced tokens share passes, and log-probabilities change nothing', async () => {
    const grammar = compileGrammar({ type: 'json', schema, whitespace: 'compact' }, vocabulary);
    const generator = await load();
    const answers = [];
    for (const logprobs of [undefined, 0]) {
      for (const seed of [1, 2, 3, 4]) {
        const request = ask([1, 2, seed], {
          maxTokens: 60,
          sampling: { seed },
          stopTokens: new Set([end]),
          grammar: grammar.matcher(),
          ...(logprobs === undefined ? {} : { logprobs }),
        });
        const before = generator.statistics.passes;
        const answer = await run(generator, request);
        expect(answer.summary.finishReason).toBe('stop');
        expect(['退款', 'delivery']).toContain(JSON.parse(text(answer.ids)).topic);
        expect(generator.statistics.passes - before).toBeLessThan(answer.ids.length);
        const score = await generator.score({ prompt: [1, 2, seed], continuations: [answer.ids] });
        if (logprobs === 0)
          for (const [i, { logprob }] of answer.tokens.entries())
            expect(Math.abs(logprob! - score[0]!.logprobs[i]!)).toBeLessThan(1e-5);
        answers.push(answer.ids.join());
      }
    }
    expect(answers.slice(4)).toEqual(answers.slice(0, 4));
  });
});

test('what was loaded is let go, and requests end with it', async () => {
  const generator = await load();
  const running = run(generator, ask([1, 2, 3], { maxTokens: 100 }));
  const failed = expect(running).rejects.toThrow('unloaded');
  await generator.dispose();
  await failed;
  expect(() => generator.generate(ask([1]))).toThrow('disposed');
});

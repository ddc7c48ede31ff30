// Guessed tokens change how many passes there are, and nothing else.
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { compileGrammar } from '../grammar/index.ts';
import { Decoder } from './decoder.ts';
import type { GeneratedToken, GenerateRequest } from './generate-types.ts';
import { Generator } from './generator.ts';
import { GuessAhead } from './guess-ahead.ts';

const opened: Generator[] = [];
async function load(guessAhead: boolean): Promise<Generator> {
  const checkpoint = await openCheckpoint(join(import.meta.dirname, '../../fixtures/llama'));
  const generator = new Generator(await Decoder.load(checkpoint, { threads: 1 }), { guessAhead });
  opened.push(generator);
  return generator;
}
afterAll(async () => {
  for (const generator of opened) await generator.dispose();
});

async function run(generator: Generator, request: Partial<GenerateRequest>): Promise<GeneratedToken[]> {
  const tokens: GeneratedToken[] = [];
  const whole = { ids: [], maxTokens: 60, sampling: { temperature: 0 }, stopTokens: new Set<number>(), ...request };
  for await (const token of generator.generate(whole)) tokens.push(token);
  return tokens;
}

const repeated = Array.from({ length: 40 }, (_, i) => 20 + (i % 5));

describe('guessing ahead', async () => {
  const [guessing, plain] = [await load(true), await load(false)];

  /** Runs a request both ways; gives how many passes each took. */
  async function both(request: () => Partial<GenerateRequest>): Promise<readonly [number, number]> {
    const passes = async (generator: Generator): Promise<[GeneratedToken[], number]> => {
      const before = generator.statistics.passes;
      return [await run(generator, request()), generator.statistics.passes - before];
    };
    const [[ahead, few], [steps, many]] = [await passes(guessing), await passes(plain)];
    expect(ahead.map(({ id }) => id)).toEqual(steps.map(({ id }) => id));
    for (const [i, { logprob = 0 }] of ahead.entries())
      expect(Math.abs(logprob - (steps[i]!.logprob ?? 0))).toBeLessThan(1e-4);
    return [few, many];
  }

  it('gives the greedy tokens in fewer passes', async () => {
    const [few, many] = await both(() => ({ ids: repeated, maxTokens: 120, logprobs: 0 }));
    expect(few).toBeLessThan(many);
  });

  it('draws the tokens that would have been drawn, with penalties and with a seed', async () => {
    for (const seed of [1, 2, 3]) {
      const sampling = { temperature: 0.7, topK: 3, repetitionPenalty: 1.02, seed };
      await both(() => ({ ids: repeated, sampling, logprobs: 0 }));
    }
  });

  it('keeps to a grammar, which moves once for each token', async () => {
    const tokens = Array.from({ length: 320 }, (_, id) =>
      id < 319 ? Uint8Array.of(97 + (id % 3)) : new Uint8Array(0),
    );
    const vocabulary = { tokens, endTokens: [319] };
    const grammar = compileGrammar({ type: 'regex', pattern: '((abc){4}|(bca){4}){1,6}' }, vocabulary);
    for (const logprobs of [undefined, 0])
      await both(() => ({
        ids: repeated,
        stopTokens: new Set([319]),
        grammar: grammar.matcher(),
        ...(logprobs === undefined ? {} : { logprobs }),
      }));
  });

  it('ends where a stop token or the limit is, and leaves a beginning that another request can use', async () => {
    const ids = (await run(plain, { ids: repeated })).map(({ id }) => id);
    const stop = new Set([ids[17]!]);
    await both(() => ({ ids: repeated, stopTokens: stop }));
    await both(() => ({ ids: repeated, maxTokens: 7 }));
    await both(() => ({ ids: [...repeated, ...ids.slice(0, 30)], maxTokens: 20, logprobs: 0 }));
  });
});

describe('guesses', () => {
  it('are what followed the last three tokens, at the latest place', () => {
    expect(new GuessAhead().next([1, 2, 3, 7, 8, 9, 1, 2, 3, 5, 6, 1, 2, 3], 9)).toEqual([5, 6]);
    expect(new GuessAhead().next([1, 2, 3, 4, 5, 6], 9)).toEqual([]);
    expect(new GuessAhead().next([7, 7, 7, 7, 7], 1)).toEqual([7]);
    expect(new GuessAhead().next([7, 7, 7, 7, 7], 0)).toEqual([]);
  });

  it('grow while they are right, and rest where they are wrong', () => {
    const ids = Array.from({ length: 50 }, (_, i) => i % 10);
    const guesses = new GuessAhead();
    const next = (): number => guesses.next(ids, 20).length;
    expect(next()).toBe(2);
    guesses.learn(2, 2);
    guesses.learn(4, 4);
    expect(next()).toBe(6);
    guesses.learn(6, 0);
    expect([next(), next(), next()]).toEqual([0, 0, 1]);
  });
});

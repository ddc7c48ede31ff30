// Sampling beside transformers' processors: the same probabilities, in the same order of processing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { largest } from './largest.ts';
import { tokenLogprobs } from './log-probabilities.ts';
import { checkSampling, Sampler } from './sampler.ts';
import type { Sampling } from './sampling.ts';

interface Case {
  readonly input: string;
  readonly parameters: Sampling;
  readonly generated?: readonly number[];
  readonly probabilities: readonly number[];
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/processors.json'), 'utf8')) as {
  readonly logits: Record<string, readonly number[]>;
  readonly context: Record<string, readonly number[]>;
  readonly cases: readonly Case[];
  readonly penalties: readonly Case[];
};

function differences(actual: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));
}

describe('probabilities', () => {
  test.each(golden.cases.map((item, i) => [i, item.input, JSON.stringify(item.parameters)] as const))(
    '%i: %s %s',
    index => {
      const { input, parameters, probabilities } = golden.cases[index]!;
      const sampler = new Sampler(parameters, golden.context[input]!);
      const actual = sampler.probabilities(Float32Array.from(golden.logits[input]!));
      // PyTorch's sort is not stable: which of equally probable tokens top-p drops is chance there, and how many is not.
      const ordered = (values: readonly number[]): number[] =>
        input === 'ties' ? values.toSorted((a, b) => a - b) : [...values];
      expect(differences(ordered([...actual]), ordered(probabilities))).toBeLessThan(2e-6);
      expect(actual.filter(value => value > 0)).toHaveLength(probabilities.filter(value => value > 0).length);
    },
  );

  test.each(golden.penalties.map((item, i) => [i, item.input, JSON.stringify(item.parameters)] as const))(
    'penalties %i: %s %s',
    index => {
      const { input, parameters, generated, probabilities } = golden.penalties[index]!;
      const sampler = new Sampler(parameters, []);
      for (const id of generated!) sampler.accept(id);
      const actual = sampler.probabilities(Float32Array.from(golden.logits[input]!));
      expect(differences(actual, probabilities)).toBeLessThan(2e-6);
    },
  );

  test('a mask leaves what it allows, and a bias of minus infinity forbids', () => {
    const logits = Float32Array.from({ length: 70 }, (_, i) => Math.sin(i));
    const mask = new Uint32Array(3);
    for (const id of [0, 31, 32, 69]) mask[id >> 5]! |= 1 << (id & 31);
    const sampler = new Sampler({ logitBias: new Map([[31, -Infinity]]) }, []);
    const actual = sampler.probabilities(logits, mask);
    expect(Array.from(actual).flatMap((value, id) => (value > 0 ? [id] : []))).toEqual([0, 32, 69]);
    expect(actual.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });
});

describe('drawing', () => {
  const logits = Float32Array.of(1, 3, 3, -2, 2.5);

  test('temperature 0 takes the lowest id of the most probable tokens', () => {
    expect(new Sampler({ temperature: 0 }, []).draw(logits)).toBe(1);
  });

  test('a seed gives the same tokens again, and frequencies are the probabilities', () => {
    const draws = (seed: number): number[] => {
      const sampler = new Sampler({ seed, temperature: 0.8, minP: 0.05 }, []);
      return Array.from({ length: 4000 }, () => sampler.draw(logits));
    };
    const first = draws(7);
    expect(draws(7)).toEqual(first);
    expect(draws(8)).not.toEqual(first);
    const expected = new Sampler({ temperature: 0.8, minP: 0.05 }, []).probabilities(logits);
    // Pearson's chi-squared with 3 degrees of freedom (token 3 is left out by minP): 16.3 is passed once in 1,000 seeds.
    let chi = 0;
    for (const [id, p] of expected.entries()) {
      const count = first.filter(drawn => drawn === id).length;
      if (p === 0) expect(count).toBe(0);
      else chi += (count - 4000 * p) ** 2 / (4000 * p);
    }
    expect(chi).toBeLessThan(16.3);
  });
});

test('the largest numbers are those that sorting finds, ties by index', () => {
  const values = Float32Array.from({ length: 500 }, (_, i) => Math.round(20 * Math.sin(i * i)));
  const sorted = Array.from(values, (value, index) => ({ index, value })).sort(
    (a, b) => b.value - a.value || a.index - b.index,
  );
  for (const count of [0, 1, 2, 7, 100, 499, 500, 900]) expect(largest(values, count)).toEqual(sorted.slice(0, count));
});

test('log-probabilities of all tokens sum to 1 and do not overflow', () => {
  const logits = Float32Array.of(1000, 1001, 998);
  const { top, logprob } = tokenLogprobs(logits, 0, 3);
  expect(top!.map(({ id }) => id)).toEqual([1, 0, 2]);
  expect(top!.reduce((sum, item) => sum + Math.exp(item.logprob), 0)).toBeCloseTo(1, 6);
  expect(logprob).toBeCloseTo(-1.349, 3);
});

test.each([
  [{ temperature: -1 }, 'temperature'],
  [{ topK: 1.5 }, 'topK'],
  [{ topP: 0 }, 'topP'],
  [{ minP: 2 }, 'minP'],
  [{ repetitionPenalty: 0 }, 'repetitionPenalty'],
  [{ frequencyPenalty: Number.NaN }, 'frequencyPenalty'],
  [{ logitBias: new Map([[5, 1]]) }, 'logitBias'],
])('%j is refused, naming %s', (sampling, name) => {
  expect(() => checkSampling(sampling, 5)).toThrow(`sampling.${name}`);
});

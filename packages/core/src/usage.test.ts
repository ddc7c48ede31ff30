import { describe, expect, it } from 'vitest';
import { addUsage, costOf, unknownUsage } from './usage.ts';

const price = {
  inputPerMillion: 0.15,
  outputPerMillion: 0.6,
  cachedInputPerMillion: 0.075,
  asOf: '2026-01-01',
  source: 'test',
};

describe('costOf', () => {
  it('counts cached tokens at their own price', () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 1_000_000, cachedInputTokens: 400_000 };
    expect(costOf(usage, price)).toBe(0.09 + 0.03 + 0.6);
  });

  it('is undefined, not 0, where the price or the usage is unknown', () => {
    expect(costOf({ inputTokens: 10, outputTokens: 1 }, undefined)).toBeUndefined();
    expect(costOf(unknownUsage, price)).toBeUndefined();
  });

  it('never charges more cached tokens than there were', () => {
    expect(costOf({ inputTokens: 100, outputTokens: 0, cachedInputTokens: 500 }, price)).toBe(0.0000075);
  });
});

describe('addUsage', () => {
  it('is unknown where one part is unknown, and never NaN', () => {
    const sum = addUsage([{ inputTokens: 3, outputTokens: 1 }, unknownUsage]);
    expect(sum.inputTokens).toBeUndefined();
    expect(addUsage([]).inputTokens).toBe(0);
    expect(
      addUsage([
        { inputTokens: 3, outputTokens: 1, reasoningTokens: 1 },
        { inputTokens: 4, outputTokens: 1 },
      ]),
    ).toEqual({
      inputTokens: 7,
      outputTokens: 2,
    });
  });
});

// Edges of the metrics that no oracle has: invalid answers, odd labels, values that are no labels.
import { describe, expect, it } from 'vitest';
import { accuracy } from './accuracy.ts';
import { macroF1Interval, meanInterval } from './bootstrap.ts';
import { calibration } from './calibration.ts';
import { confusionOf } from './confusion.ts';
import { confusionPairs } from './confusion-pairs.ts';
import { pairedDifference } from './paired.ts';
import { percentile } from './percentile.ts';
import { wilsonInterval } from './wilson.ts';

describe('confusion', () => {
  it('keeps the order of the labels, and copes with names that objects know', () => {
    const answers = [
      { expected: '__proto__', predicted: 'constructor' },
      { expected: 'constructor', predicted: undefined },
      { expected: '退款', predicted: '退款' },
    ];
    const confusion = confusionOf(answers, ['退款', 'never', '__proto__']);
    expect(confusion.labels).toEqual(['退款', '__proto__', 'constructor']);
    expect(confusion.total).toBe(3);
    expect(confusionPairs(answers)).toEqual([{ expected: '__proto__', predicted: 'constructor', count: 1, share: 1 }]);
  });
});

describe('accuracy', () => {
  it('compares values by content, whatever the order of keys', () => {
    const answers = [
      { expected: { a: 1, b: [2, { c: 3, d: 4 }] }, predicted: { b: [2, { d: 4, c: 3 }], a: 1 } },
      { expected: { a: 1, b: [] }, predicted: { a: 1, b: [0] } },
    ] as const;
    expect(accuracy<unknown>().overall(answers)).toBe(0.5);
    expect(accuracy().overall([])).toBeNaN();
  });
});

describe('calibration', () => {
  it('leaves out what is no probability, and says so by its count', () => {
    const answer = (p: number) => ({ expected: 'a', predicted: 'a', probabilities: { a: p, b: 1 - p } });
    expect(calibration([answer(0.9), answer(Number.NaN), answer(1.4), answer(-0.1)])?.count).toBe(1);
    expect(calibration([answer(Number.NaN)])).toBeUndefined();
  });

  it('puts confidences at the edge of a bin into the lower bin', () => {
    for (let m = 1; m <= 15; m++) {
      const answer = { expected: 'a', predicted: 'a', probabilities: { a: m / 15 } };
      expect(calibration([answer])!.bins.findIndex(bin => bin.count === 1)).toBe(m - 1);
    }
  });
});

describe('bootstrap', () => {
  const answers = Array.from({ length: 300 }, (_, i) => ({
    expected: `${i % 3}`,
    predicted: i % 5 ? `${i % 3}` : '0',
  }));

  it('is the same for the same seed and another for another', () => {
    expect(macroF1Interval(answers, { seed: 5 })).toEqual(macroF1Interval(answers, { seed: 5 }));
    expect(macroF1Interval(answers, { seed: 5 })).not.toEqual(macroF1Interval(answers, { seed: 6 }));
  });

  it('has the width that theory gives to a mean', () => {
    const values = Array.from({ length: 400 }, (_, i) => i % 10);
    const { low, high } = meanInterval(values, { replicates: 5000 });
    const deviation = Math.sqrt(8.25 / 400);
    expect((high - low) / (2 * 1.96 * deviation)).toBeGreaterThan(0.93);
    expect((high - low) / (2 * 1.96 * deviation)).toBeLessThan(1.07);
  });

  it('takes the confidence that it is given', () => {
    const small = meanInterval([0, 0, 0, 1], { confidence: 0.5, replicates: 2000 });
    expect(small).toEqual({ low: 0, high: 0.5 });
  });
});

it('wrong use throws and says what to give', () => {
  expect(() => percentile([1], 101)).toThrow(/0 to 100/);
  expect(() => wilsonInterval(5, 3)).toThrow(/between 0 and the trials/);
  expect(() => meanInterval([1], { replicates: 0 })).toThrow(/replicates/);
  expect(() => pairedDifference([{ expected: 'a', predicted: 'a' }], [])).toThrow(/one length/);
  expect(() => pairedDifference([{ expected: 'a', predicted: 'a' }], [{ expected: 'b', predicted: 'a' }])).toThrow(
    /same examples/,
  );
});

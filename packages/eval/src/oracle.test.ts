// Figures against scikit-learn, SciPy, statsmodels and numpy: oracles/eval/make-fixtures.py wrote the fixture.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accuracy, balancedAccuracy } from './accuracy.ts';
import { macroF1Interval } from './bootstrap.ts';
import { calibration } from './calibration.ts';
import { macroF1, microF1, weightedF1 } from './f1.ts';
import { holm } from './holm.ts';
import { logGamma } from './log-gamma.ts';
import { type McNemarMethod, mcnemar } from './mcnemar.ts';
import { erfc, normalQuantile } from './normal.ts';
import { pairedDifference } from './paired.ts';
import { perLabel } from './per-label.ts';
import { percentile } from './percentile.ts';
import { wilsonInterval } from './wilson.ts';

interface Classified {
  readonly expected: string[];
  readonly predicted: (string | null)[];
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly macroF1: number;
  readonly microF1: number;
  readonly weightedF1: number;
  readonly macroF1Default: number | null;
  readonly perLabel: { label: string; precision: number; recall: number; f1: number; support: number }[];
}

interface Oracle {
  readonly classification: Classified[];
  readonly calibration: {
    labels: string[];
    expected: string[];
    predicted: string[];
    probabilities: number[][];
    ece: number;
    counts: number[];
    brier: number;
    nll: number;
  }[];
  readonly wilson: { successes: number; trials: number; confidence: number; interval: [number, number] }[];
  readonly quantiles: [number, number][];
  readonly erfc: [number, number][];
  readonly logGamma: [number, number][];
  readonly mcnemar: ({ b: number; c: number } & Record<McNemarMethod, number>)[];
  readonly holm: { p: number[]; adjusted: number[] }[];
  readonly bootstrap: {
    expected: string[];
    a: string[];
    b: string[];
    macroF1A: [number, number];
    accuracyDifference: [number, number];
  };
  readonly percentiles: { values: number[]; at: [number, number][] };
}

const oracle = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'oracle.json'), 'utf8')) as Oracle;

const judged = (expected: readonly string[], predicted: readonly (string | null)[]) =>
  expected.map((label, i) => ({ expected: label, predicted: predicted[i] ?? undefined }));

/** Relative agreement, for figures that are very small. */
const agrees = (value: number, wanted: number, relative: number): void =>
  expect(Math.abs(value - wanted), `${value} for ${wanted}`).toBeLessThanOrEqual(Math.abs(wanted) * relative + 1e-300);

describe('classification as scikit-learn', () => {
  it.each(oracle.classification.map((one, i) => [i, one] as const))('set %i', (_, one) => {
    const answers = judged(one.expected, one.predicted);
    expect(accuracy().overall(answers)).toBeCloseTo(one.accuracy, 12);
    expect(balancedAccuracy().overall(answers)).toBeCloseTo(one.balancedAccuracy, 12);
    expect(macroF1().overall(answers)).toBeCloseTo(one.macroF1, 12);
    expect(microF1().overall(answers)).toBeCloseTo(one.microF1, 12);
    expect(weightedF1().overall(answers)).toBeCloseTo(one.weightedF1, 12);
    if (one.macroF1Default !== null) expect(macroF1().overall(answers)).toBeCloseTo(one.macroF1Default, 12);
    const rows = perLabel(answers);
    expect(rows).toHaveLength(one.perLabel.length);
    for (const wanted of one.perLabel) {
      const row = rows.find(({ label }) => label === wanted.label)!;
      expect(row.support).toBe(wanted.support);
      for (const figure of ['precision', 'recall', 'f1'] as const) expect(row[figure]).toBeCloseTo(wanted[figure], 12);
    }
  });
});

describe('calibration', () => {
  it.each(oracle.calibration.map((one, i) => [i, one] as const))('set %i', (_, one) => {
    const figures = calibration(
      one.expected.map((expected, i) => ({
        expected,
        predicted: one.predicted[i]!,
        probabilities: Object.fromEntries(one.labels.map((label, k) => [label, one.probabilities[i]![k]!])),
      })),
    )!;
    expect(figures.ece).toBeCloseTo(one.ece, 12);
    expect(figures.brier).toBeCloseTo(one.brier, 12);
    expect(figures.nll).toBeCloseTo(one.nll, 10);
    expect(figures.bins.map(bin => bin.count)).toEqual(one.counts);
  });
});

it('Wilson intervals as statsmodels', () => {
  for (const { successes, trials, confidence, interval } of oracle.wilson) {
    const { low, high } = wilsonInterval(successes, trials, confidence);
    expect(low).toBeCloseTo(interval[0], 12);
    expect(high).toBeCloseTo(interval[1], 12);
  }
});

it('special functions as SciPy', () => {
  for (const [p, wanted] of oracle.quantiles) agrees(normalQuantile(p), wanted, 2e-14);
  for (const [x, wanted] of oracle.erfc) agrees(erfc(x), wanted, 2e-13);
  for (const [x, wanted] of oracle.logGamma) expect(logGamma(x)).toBeCloseTo(wanted, 8);
});

it('McNemar as statsmodels, in all three variants, with the variant chosen as documented', () => {
  for (const row of oracle.mcnemar) {
    for (const method of ['exact', 'mid-p', 'chi-squared'] as const) {
      // Where both counts are equal statsmodels corrects |0| - 1 to 1; R's mcnemar.test and we say that nothing differs.
      const wanted = method === 'chi-squared' && row.b === row.c ? 1 : row[method];
      agrees(mcnemar(row.b, row.c, method).p, wanted, 1e-8);
      expect(mcnemar(row.c, row.b, method).p).toBe(mcnemar(row.b, row.c, method).p);
    }
    expect(mcnemar(row.b, row.c).method).toBe(row.b + row.c < 25 ? 'exact' : 'mid-p');
  }
  expect(mcnemar(0, 0).p).toBe(1);
});

it('Holm as statsmodels', () => {
  for (const { p, adjusted } of oracle.holm) {
    holm(p).forEach((value, i) => {
      expect(value).toBeCloseTo(adjusted[i]!, 12);
    });
  }
});

it('percentiles as numpy', () => {
  const { values, at } = oracle.percentiles;
  for (const [q, wanted] of at) expect(percentile(values, q)).toBeCloseTo(wanted, 12);
});

it('bootstrap intervals as an example-by-example bootstrap with scikit-learn and SciPy', () => {
  const { expected, a, b, macroF1A, accuracyDifference } = oracle.bootstrap;
  const mine = macroF1Interval(judged(expected, a), { replicates: 10_000, seed: 3 });
  expect(Math.abs(mine.low - macroF1A[0])).toBeLessThan(0.005);
  expect(Math.abs(mine.high - macroF1A[1])).toBeLessThan(0.005);
  const pair = pairedDifference(judged(expected, a), judged(expected, b), { replicates: 10_000, seed: 3 });
  expect(Math.abs(pair.accuracyInterval.low - accuracyDifference[0])).toBeLessThan(0.005);
  expect(Math.abs(pair.accuracyInterval.high - accuracyDifference[1])).toBeLessThan(0.005);
  const whole = macroF1().overall(judged(expected, a)) - macroF1().overall(judged(expected, b));
  expect(pair.macroF1).toBeCloseTo(whole, 12);
  expect(pair.macroF1Interval.low).toBeLessThan(whole);
  expect(pair.macroF1Interval.high).toBeGreaterThan(whole);
});

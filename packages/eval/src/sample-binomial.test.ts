import { random } from '@modeshift/core';
import { expect, it } from 'vitest';
import { logGamma } from './log-gamma.ts';
import { sampleBinomial } from './sample-binomial.ts';

it.each([
  [12, 0.3],
  [5000, 0.001],
  [60, 0.25],
  [1000, 0.4],
  [90, 0.83],
])('draws of Binomial(%i, %d) pass a chi-squared test against the exact probabilities', (n, p) => {
  const draws = 40_000;
  const source = random(11);
  const seen = new Float64Array(n + 1);
  for (let i = 0; i < draws; i++) seen[sampleBinomial(n, p, source)]!++;
  let statistic = 0;
  let cells = 0;
  let restSeen = 0;
  let restExpected = 0;
  for (let k = 0; k <= n; k++) {
    const log = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p);
    const expected = draws * Math.exp(log);
    if (expected < 10) {
      restSeen += seen[k]!;
      restExpected += expected;
      continue;
    }
    statistic += (seen[k]! - expected) ** 2 / expected;
    cells++;
  }
  if (restExpected > 1) statistic += (restSeen - restExpected) ** 2 / restExpected;
  // Mean `cells`, deviation √(2·cells): four deviations are far out for a right sampler and near for a wrong one.
  expect(statistic).toBeLessThan(cells + 4 * Math.sqrt(2 * cells));
});

it('knows the ends', () => {
  const source = random(1);
  expect([sampleBinomial(0, 0.5, source), sampleBinomial(7, 0, source), sampleBinomial(7, 1, source)]).toEqual([
    0, 0, 7,
  ]);
});

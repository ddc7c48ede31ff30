import { expect, it } from 'vitest';
import { labelInformation } from './label-information.ts';

it('weighs a term by the divergence of its labels, counted by hand', () => {
  // Two labels of share 1/2, smoothing 0.5 → one pseudo-text: "a" has counts (2, 0) → (2.5, 0.5) / 3.
  const weights = labelInformation([['a', 'a'], ['a'], ['b'], ['b', 'a2']], ['x', 'x', 'y', 'y'], 0.5);
  const expected = (2.5 / 3) * Math.log(2.5 / 3 / 0.5) + (0.5 / 3) * Math.log(0.5 / 3 / 0.5);
  expect(weights.get('a')).toBeCloseTo(expected, 12);
  expect(weights.get('a2')!).toBeLessThan(weights.get('b')!);
});

it('gives 0 to a term that stands everywhere, and to every term when there is one label', () => {
  const weights = labelInformation(
    [
      ['的', '退款'],
      ['的', '订单'],
    ],
    ['refund', 'order'],
  );
  expect(weights.get('的')).toBeCloseTo(0, 12);
  expect(weights.get('退款')).toBeGreaterThan(0.5);
  expect(labelInformation([['a'], ['b']], ['x', 'x']).get('a')).toBeCloseTo(0, 12);
});

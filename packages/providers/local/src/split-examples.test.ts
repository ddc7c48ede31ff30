// Holding out: shares by label, nothing lost, nothing twice, same seed same split.
import { describe, expect, it } from 'vitest';
import { holdOut } from './split-examples.ts';

describe('holdOut', () => {
  const labels = [...Array(100).fill(0), ...Array(10).fill(1), ...Array(4).fill(2), 3, 3, 3, 4];

  it('takes the share of every label and leaves rare labels alone', () => {
    const { train, heldOut } = holdOut(labels, 0.2, 0);
    const counts = (members: readonly number[]) =>
      [0, 1, 2, 3, 4].map(label => members.filter(i => labels[i] === label).length);
    expect(counts(heldOut)).toEqual([20, 2, 1, 0, 0]);
    expect(counts(train)).toEqual([80, 8, 3, 3, 1]);
    expect([...train, ...heldOut].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
  });

  it('depends on the seed and on nothing else', () => {
    expect(holdOut(labels, 0.2, 1)).toEqual(holdOut(labels, 0.2, 1));
    expect(holdOut(labels, 0.2, 1)).not.toEqual(holdOut(labels, 0.2, 2));
  });

  it('holds out nothing for a share of 0 and of nothing', () => {
    expect(holdOut(labels, 0, 0).heldOut).toEqual([]);
    expect(holdOut([], 0.2, 0)).toEqual({ train: [], heldOut: [] });
  });
});

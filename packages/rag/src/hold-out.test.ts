import { expect, it } from 'vitest';
import { holdOut } from './hold-out.ts';

const keys = Array.from({ length: 60 }, (_, i) => `text ${i % 50}`);
const labels = keys.map((_, i) => (i === 5 ? 'alone' : ['a', 'b', 'c'][(i % 50) % 3]!));

it('asks each example once, never beside its twin or without its label', () => {
  const splits = holdOut(keys, labels, 1);
  const asked = splits.flatMap(split => split.asked);
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked).not.toContain(5);
  for (const split of splits) {
    const known = new Set(split.known.map(i => keys[i]));
    for (const place of split.asked) {
      expect(known.has(keys[place])).toBe(false);
      expect(split.known.some(i => labels[i] === labels[place])).toBe(true);
    }
  }
});

it('is the same for the same seed, and asks at most about 1,000', () => {
  expect(holdOut(keys, labels, 1)).toEqual(holdOut(keys, labels, 1));
  expect(holdOut(keys, labels, 1)).not.toEqual(holdOut(keys, labels, 2));
  const many = Array.from({ length: 12_000 }, (_, i) => `${i}`);
  const splits = holdOut(
    many,
    many.map((_, i) => `${i % 7}`),
    0,
  );
  expect(splits).toHaveLength(1);
  expect(splits[0]!.asked).toHaveLength(1_000);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { headingLevels } from './heading-levels.ts';

const levels = (given: readonly number[], first: number): string[] => {
  const tree = { type: 'root', children: given.map(level => ({ type: 'element', tagName: `h${level}` })) };
  headingLevels({ first })(tree);
  return tree.children.map(one => one.tagName);
};

it('keeps the order of a text, below what it stands under', () => {
  expect(levels([1, 2, 2, 3, 1], 3)).toEqual(['h3', 'h4', 'h4', 'h5', 'h3']);
  expect(levels([2, 4, 2], 3)).toEqual(['h3', 'h4', 'h3']);
  expect(levels([3, 1, 3], 4)).toEqual(['h4', 'h4', 'h5']);
});

it('never skips a level, whatever the text does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 })), fc.integer({ min: 2, max: 5 }), (given, first) => {
      let before = first - 1;
      for (const name of levels(given, first)) {
        const level = Number(name[1]);
        expect(level).toBeGreaterThanOrEqual(first);
        expect(level).toBeLessThanOrEqual(Math.min(6, before + 1));
        before = level;
      }
    }),
    { seed: 7 },
  );
});

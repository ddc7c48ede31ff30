// The differ against the official client's own way of applying its edits.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyDiff } from '../../test/official-apply-diff.ts';
import { diff } from './diff.ts';

const word = fc.oneof(
  fc.constantFrom('', '你', '你好', '你好，世', '😀', 'a', 'ab'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const value = fc.letrec(tie => ({
  any: fc.oneof({ maxDepth: 4 }, word, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('any'), { maxLength: 5 }),
  object: fc.dictionary(fc.constantFrom('a', '名', 'b', '__proto__', 'length'), tie('any'), { maxKeys: 4 }),
})).any;

it('gives edits that lead from any value to any other, for the official client', () => {
  fc.assert(
    fc.property(value, value, (from, to) => {
      const [before, after] = [JSON.parse(JSON.stringify(from)), JSON.parse(JSON.stringify(to))];
      expect(JSON.stringify(applyDiff(structuredClone(before), structuredClone(diff(before, after))))).toBe(
        JSON.stringify(sorted(before, after)),
      );
    }),
    { numRuns: 5000, seed: 7 },
  );
});

/** Keys that stay keep their place: JSON says that their order means nothing. */
function sorted(from: unknown, to: unknown): unknown {
  if (Array.isArray(from) && Array.isArray(to)) return to.map((one, i) => sorted(from[i], one));
  const isObject = (one: unknown): one is Record<string, unknown> =>
    typeof one === 'object' && one !== null && !Array.isArray(one);
  if (!isObject(from) || !isObject(to) || Object.hasOwn(from, '__proto__') || Object.hasOwn(to, '__proto__')) return to;
  const keys = [
    ...Object.keys(from).filter(key => Object.hasOwn(to, key)),
    ...Object.keys(to).filter(key => !Object.hasOwn(from, key)),
  ];
  return Object.fromEntries(keys.map(key => [key, sorted(from[key], to[key])]));
}

it('appends to text, and only at the border of a character', () => {
  expect(diff('你', '你好')).toEqual([['append', [], '好']]);
  const [high, low] = ['😀'.slice(0, 1), '😀'.slice(1)];
  expect(diff(`a${high}`, `a${high}${low}`)).toEqual([['replace', [], 'a😀']]);
});

it('deletes from the end, where the reference shares a counter', () => {
  expect(diff([1, 2, 3, 4], [1])).toEqual([
    ['delete', [3], null],
    ['delete', [2], null],
    ['delete', [1], null],
  ]);
  expect(diff({ a: 1, b: [1] }, { b: [1] })).toEqual([['delete', ['a'], null]]);
});

it('sends what is new of a growing value: 2000 yields stay within a tenth of their full size', () => {
  const yields = Array.from({ length: 2000 }, (_, i) => '四字成语'.repeat(i + 1));
  let edited = 0;
  let full = 0;
  yields.forEach((text, i) => {
    edited += JSON.stringify(diff(yields[i - 1] ?? '', text)).length;
    full += text.length;
  });
  expect(edited).toBeLessThan(full / 10);
});

// Beside `apply_diff` of the official client, on the edits that the server makes.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diff } from '../../../src/protocol/diff.ts';
import { applyDiff } from '../../../test/official-apply-diff.ts';
import { applyEdits } from './apply-edits.ts';

const word = fc.oneof(
  fc.constantFrom('', '你', '你好', '你好，世', '😀', 'a', 'ab'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const value = fc.letrec(tie => ({
  any: fc.oneof({ maxDepth: 4 }, word, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('any'), { maxLength: 5 }),
  object: fc.dictionary(fc.constantFrom('a', '名', 'b', 'length'), tie('any'), { maxKeys: 4 }),
})).any;

it('leads where the official client is led, and leaves the old value as it was', () => {
  fc.assert(
    fc.property(value, value, (from, to) => {
      const [before, after] = [JSON.parse(JSON.stringify(from)), JSON.parse(JSON.stringify(to))];
      const kept = structuredClone(before);
      const edits = diff(before, after);
      const applied = applyEdits(before, edits);
      expect(applied).toEqual(after);
      expect(applied).toEqual(applyDiff(structuredClone(before), structuredClone(edits)));
      expect(before).toEqual(kept);
    }),
    { numRuns: 2000, seed: 7 },
  );
});

it('shares what did not change, so that it is not drawn again', () => {
  const before = { rows: [['甲'], ['乙']], more: { a: 1 } };
  const after = applyEdits(before, diff(before, { rows: [['甲'], ['丙']], more: { a: 1 } })) as typeof before;
  expect(after.more).toBe(before.more);
  expect(after.rows[0]).toBe(before.rows[0]);
  expect(after.rows[1]).toEqual(['丙']);
});

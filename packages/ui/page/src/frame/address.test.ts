import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, readAddress } from './address.ts';

it('brings any values there and back', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom('你好 & 世界', 'a=b', '#/x?y', '%', ':', 'true', '1'),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.array(fc.string({ unit: 'grapheme' })),
  );
  const name = fc.constantFrom('translate', '翻译', 'a-b_c');
  fc.assert(
    fc.property(
      name,
      fc.dictionary(fc.constantFrom('a', '词', 'b_1'), value, { noNullPrototype: true }),
      (fn, values) => {
        const read = readAddress(addressOf(fn, values));
        expect(read).toEqual({ name: fn, values: JSON.parse(JSON.stringify(values)) });
      },
    ),
    { numRuns: 500, seed: 7 },
  );
});

it('leaves out what is empty, and reads what somebody broke as far as it goes', () => {
  expect(addressOf('f', { a: '', b: null, c: undefined })).toBe('#/f');
  expect(readAddress('#/f?a:=%7Bbroken&b=1')).toEqual({ name: 'f', values: { b: '1' } });
  for (const hash of ['', '#', '#api', '#cite-1', '#/%E0%A4%A']) expect(readAddress(hash)).toBeUndefined();
});

// The terms of texts as numbers beside the strings that `searchTerms` gives.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchTerms } from '../../tokenize-for-search.ts';
import { Vocabulary } from './vocabulary.ts';

/** The terms of a text in order, with repetitions. */
function termsOf(vocabulary: Vocabulary, text: string): string[] {
  const counts = { terms: new Uint32Array(0), times: new Uint8Array(0), size: 0 };
  const length = vocabulary.count(text, counts);
  const terms = [...counts.terms.subarray(0, counts.size)].flatMap((term, i) =>
    new Array<string>(counts.times[i]!).fill(vocabulary.term(term)),
  );
  expect(terms).toHaveLength(length);
  return terms.sort();
}

/** Letters, what joins and parts words, and characters that change what stands beside them. */
const parts = [
  'a',
  'Refunds',
  'x9',
  'it',
  "'",
  '’',
  ' ',
  '\n',
  '.',
  '=',
  '_',
  '-',
  '/',
  '\u00a0',
  '\u0301',
  '\u0338',
  'Σ',
  'é',
  'ﬁ',
  'Ａ',
  '退款',
  'カ',
  'は',
  '\u3099',
  'ﾊ',
  'ﾞ',
  '환불',
  '하',
  '\u11ab',
  '，',
  '。',
  '：',
  '…',
  'α',
  'ก็',
  '😀',
  '𠮷',
];

describe('Vocabulary', () => {
  it('gives the terms of any text', () => {
    const vocabulary = new Vocabulary();
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary' })), { maxLength: 12 }),
        list => {
          const text = list.join('').toWellFormed();
          expect(termsOf(vocabulary, text)).toEqual(searchTerms(text).sort());
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('keeps apart many words, the longest too', () => {
    const vocabulary = new Vocabulary();
    const words = Array.from({ length: 20_000 }, (_, i) => `w${i}`);
    const text = [...words, 'x'.repeat(200_000), ...words].join(' ');
    expect(termsOf(vocabulary, text)).toEqual(searchTerms(text).sort());
    expect(vocabulary.size).toBe(20_001);
  });
});

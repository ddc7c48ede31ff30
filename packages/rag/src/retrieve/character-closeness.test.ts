// Hits ordered by common characters: endings and compounds that no stemmer knows, and what stays as it was.
import { expect, it } from 'vitest';
import type { Hit } from '../store/store.ts';
import { closerByCharacters, mostCompared } from './character-closeness.ts';

const hit = (id: string, text: string, score: number): Hit => ({
  score,
  chunk: {
    ...{ id, hash: id, documentId: id, tenant: '', ordinal: 0, headings: [], line: 1 },
    ...{ text, start: 0, end: text.length },
  },
});
const order = (question: string, texts: readonly string[]): string[] =>
  closerByCharacters(
    question,
    texts.map((text, i) => hit(text, text, 1 - i / 1e6)),
  ).map(one => one.chunk.text);

it.each([
  ['Rückerstattungen', ['Die Versandkosten.', 'Die Frist der Rückerstattung.']],
  ['المستردة', ['رسوم الشحن.', 'استرداد المبالغ المستردات.']],
  ['七天无理由退货', ['无理由的七天。', '支持七天无理由退换。']],
  ['wi-fi 密码', ['密码 fi', 'Wi-Fi密码 wi fi']],
])('%s', (question, texts) => {
  expect(order(question, texts)).toEqual(texts.toReversed());
});

it('adds what BM25 would, with the rarity among the hits', () => {
  const [first, second] = closerByCharacters('abc', [hit('a', 'nothing', 1), hit('b', 'abc abc', 1)]);
  // " ab", "abc", "bc ", " abc", "abc " and " abc ": six n-grams, each twice in one of two hits.
  const each = Math.log(1 + 1.5 / 1.5);
  const added = 6 * each * (0.15 * ((2 * 2.2) / (2 + 1.2)) + 0.2);
  expect([first!.chunk.id, first!.score, second!.score]).toEqual(['b', expect.closeTo(1 + added, 12), 1]);
});

it('prefers what is asked about in one sentence', () => {
  const [apart, together] = ['退货运费由商家承担。七天内可以退款。', '退款七天内到账。退货运费另算。'];
  expect(order('七天内退款', [apart, together, '发票'])).toEqual([apart, together, '发票']);
  expect(order('退货运费商家承担', [together, apart, '发票'])).toEqual([apart, together, '发票']);
  const words = [
    'The seller pays. Returns are free. Freight is extra.',
    'The seller pays freight of returns. It is free.',
  ];
  expect(order('freight of returns', [...words, 'An invoice.'])).toEqual([words[1], words[0], 'An invoice.']);
});

it('leaves alone what shares nothing, single hits and what comes after the first', () => {
  expect(order('！？', ['甲', '乙'])).toEqual(['甲', '乙']);
  const many = Array.from({ length: mostCompared + 2 }, (_, i) => (i > mostCompared ? '退款规则' : `乙${i}`));
  expect(order('退款规则', many).at(-1)).toBe('退款规则');
  expect(closerByCharacters('甲乙丙', [hit('a', '甲乙丙', 2)])[0]!.score).toBe(2);
});

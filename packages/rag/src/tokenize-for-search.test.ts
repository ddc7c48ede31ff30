import { describe, expect, it } from 'vitest';
import { searchTerms } from './tokenize-for-search.ts';

describe('searchTerms', () => {
  it('gives lower-case stemmed words', () => {
    expect(searchTerms('Waiting for REFUNDS, 2 of them.')).toEqual(['wait', 'for', 'refund', '2', 'of', 'them']);
    expect(searchTerms('Waiting', { stem: 'none' })).toEqual(['waiting']);
  });

  it('folds width, ligatures and apostrophes', () => {
    expect(searchTerms('ＡＢＣ ﬁle haven’t')).toEqual(searchTerms("abc file haven't"));
  });

  it('gives characters and pairs of characters where a script writes no spaces', () => {
    expect(searchTerms('我要退款。')).toEqual(['我', '要', '退', '款', '我要', '要退', '退款']);
    expect(searchTerms('カード')).toEqual(['カ', 'ー', 'ド', 'カー', 'ード']);
    expect(searchTerms('환불')).toEqual(['환', '불', '환불']);
    expect(searchTerms('𠮷野')).toEqual(['𠮷', '野', '𠮷野']);
  });

  it('keeps scripts apart in mixed text', () => {
    expect(searchTerms('我的iPhone坏了')).toEqual(['我', '的', '我的', 'iphon', '坏', '了', '坏了']);
    expect(searchTerms('2026年3月')).toEqual(['2026', '年', '3', '月']);
  });

  it('adds pairs of words with the borders of the text', () => {
    expect(searchTerms('lost card', { pairs: true })).toEqual(['lost', '^ lost', 'card', 'lost card', 'card $']);
    expect(searchTerms('退款单', { pairs: true })).toContain('退款单');
  });

  it('adds character n-grams of words, apart from the words themselves', () => {
    expect(searchTerms('pin', { characters: [3] })).toEqual(['pin', '#<pi', '#pin', '#in>']);
  });

  it('takes Arabic, German and accents', () => {
    expect(searchTerms('Größe café')).toEqual(['größe', 'café']);
    expect(searchTerms('أين طلبي')).toEqual(['أين', 'طلبي']);
  });

  it('finds nothing in punctuation, and refuses wrong lengths', () => {
    expect(searchTerms('?! …，。')).toEqual([]);
    expect(() => searchTerms('a', { characters: [1] })).toThrow(/at least 2/);
  });
});

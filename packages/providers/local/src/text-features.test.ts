// Features of texts: scripts with and without spaces, Unicode forms, counts, and hashes that never change.
import { describe, expect, it } from 'vitest';
import { defaultTextFeatures, type TextFeatureOptions, textFeatures } from './text-features.ts';

function featuresOf(
  text: string,
  options: Partial<TextFeatureOptions> = {},
): { all: number[]; words: Set<number>; characters: Set<number> } {
  const all: number[] = [];
  const words = new Set<number>();
  const characters = new Set<number>();
  textFeatures(text, { ...defaultTextFeatures, ...options }, (hash, kind) => {
    all.push(hash);
    (kind === 'word' ? words : characters).add(hash);
  });
  return { all, words, characters };
}
const shared = (a: Set<number>, b: Set<number>): number => [...a].filter(hash => b.has(hash)).length;

describe('textFeatures', () => {
  it('finds nothing in an empty text and in spaces', () => {
    expect(featuresOf('').all).toEqual([]);
    expect(featuresOf(' \n\t\u3000 ').all).toEqual([]);
  });

  it('counts tokens, pairs and character n-grams', () => {
    // Two words and no pairs; "ab" with its ends is 4 characters long: 3 bigrams and 2 trigrams, the whole left out.
    const { all, words, characters } = featuresOf('ab cd', { pairDistance: 0 });
    expect(words.size).toBe(2);
    expect(characters.size).toBe(10);
    expect(all.length).toBe(12);
    // Pairs: begin-ab, cd-end, ab-cd.
    expect(featuresOf('ab cd').words.size).toBe(5);
  });

  it('takes every Chinese character for a token, so that no word list is needed', () => {
    const { words } = featuresOf('我的银行卡', { pairDistance: 0 });
    expect(words.size).toBe(5);
    expect(shared(featuresOf('银行卡').characters, featuresOf('我的银行卡丢了').characters)).toBe(3);
    expect(shared(words, featuresOf('银行', { pairDistance: 0 }).words)).toBe(2);
  });

  it('splits where scripts meet', () => {
    const mixed = featuresOf('用iPhone支付', { pairDistance: 0 }).words;
    expect(shared(mixed, featuresOf('iphone', { pairDistance: 0 }).words)).toBe(1);
    expect(mixed.size).toBe(4);
  });

  it.each([
    ['full-width and half-width', 'ＡＰＰ　１２', 'app 12'],
    ['composed and decomposed', 'café', 'cafe\u0301'],
    ['upper and lower case', 'ÜBERWEISUNG', 'überweisung'],
    ['apostrophes', 'can’t', "can't"],
    ['compatibility ideographs', '\uF900', '\u8C48'],
  ])('reads %s alike', (_, a, b) => {
    expect(featuresOf(a).all).toEqual(featuresOf(b).all);
  });

  it('tells word order, repetition and neighbours apart', () => {
    expect(featuresOf('a b').words).not.toEqual(featuresOf('b a').words);
    expect(featuresOf('好好').all.length).toBeGreaterThan(new Set(featuresOf('好好').all).size);
    const near = featuresOf('x y').words;
    const far = featuresOf('x z y').words;
    expect(shared(near, far)).toBe(4);
  });

  it('survives lone surrogates, emoji and a very long text', () => {
    expect(featuresOf('\ud800 😀👍🏽').all.length).toBeGreaterThan(0);
    const long = '长'.repeat(100_000);
    expect(featuresOf(long, { maxLength: 50 }).all).toEqual(featuresOf('长'.repeat(50)).all);
  });

  it('gives hashes that a saved classifier can rely on', () => {
    // Written down once: a change here makes every saved classifier useless, and needs a new version of the format.
    const sum = (text: string): number => featuresOf(text).all.reduce((a, b) => (Math.imul(a, 31) + b) | 0, 0);
    expect(sum('I lost my card! 我的卡丢了')).toBe(-1230404518);
    expect(sum('ありがとう สวัสดี привет')).toBe(-20331736);
  });
});

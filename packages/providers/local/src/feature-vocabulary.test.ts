// The vocabulary: what is kept, how features weigh, and that the order of texts does not matter.
import { ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { FeatureVocabulary, learnVocabulary } from './feature-vocabulary.ts';

const texts = ['我的卡丢了', '我的卡坏了', 'my card is lost', 'my card is broken', '卡'];
const norm = (values: Float32Array): number => Math.hypot(...values);

describe('learnVocabulary', () => {
  it('keeps features that occur in enough texts, the most frequent first', () => {
    const all = learnVocabulary(texts, { minCount: 1 });
    const frequent = learnVocabulary(texts, { minCount: 2 });
    expect(frequent.size).toBeGreaterThan(5);
    expect(frequent.size).toBeLessThan(all.size);
    expect([...all.hashes.slice(0, frequent.size)]).toEqual([...frequent.hashes]);
    // 卡 is in three of five texts: ln(6 / 4) + 1.
    expect(all.idf[0]).toBeCloseTo(Math.log(6 / 4) + 1, 6);
    expect(learnVocabulary(texts, { minCount: 1, maxFeatures: 7 }).size).toBe(7);
  });

  it('does not depend on the order of texts', () => {
    const backwards = learnVocabulary([...texts].reverse());
    expect([...backwards.hashes]).toEqual([...learnVocabulary(texts).hashes]);
  });

  it('makes vectors of one length, however long the text', () => {
    const vocabulary = learnVocabulary(texts);
    for (const text of [...texts, texts.join(' '), 'card', '卡卡卡']) {
      const { ids, weights } = vocabulary.vectorize(text);
      expect(norm(weights), text).toBeCloseTo(FeatureVocabulary.length, 4);
      expect([...ids]).toEqual([...ids].sort((a, b) => a - b));
    }
  });

  it('gives an empty vector for a text without a known feature', () => {
    expect(learnVocabulary(texts).vectorize('zzz ҈').ids.length).toBe(0);
    expect(learnVocabulary(texts).vectorize('').weights.length).toBe(0);
    expect(learnVocabulary(['', ' ']).size).toBe(0);
  });

  it('refuses options out of range', () => {
    expect(() => learnVocabulary(texts, { minCount: 0 })).toThrow(/minCount is 0/);
    expect(() => learnVocabulary(texts, { maxFeatures: Number.NaN })).toThrow(/maxFeatures is NaN/);
    expect(
      () => new FeatureVocabulary(Int32Array.of(1, 1), new Float32Array(2), learnVocabulary(texts).features),
    ).toThrow(ModeshiftError);
  });
});

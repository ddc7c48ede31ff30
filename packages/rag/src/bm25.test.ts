import { random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { Bm25 } from './bm25.ts';
import fixture from './fixtures/bm25-lucene.json' with { type: 'json' };

describe('Bm25 against bm25s (method lucene)', () => {
  it.each(fixture.runs)('k1 $k1, b $b: the same scores to 1e-6', ({ k1, b, scores }) => {
    const index = new Bm25({ k1, b });
    for (const document of fixture.documents) index.add(document);
    for (const [i, query] of fixture.queries.entries()) {
      const found = new Float64Array(index.size);
      for (const hit of index.search(query, index.size)) found[hit.document] = hit.score;
      for (const [document, score] of scores[i]!.entries())
        expect(Math.abs(found[document]! - score)).toBeLessThan(1e-6);
    }
  });
});

describe('Bm25', () => {
  const index = new Bm25();
  for (const text of ['card lost', 'card', 'card', '包裹 到']) index.add(text.split(' '));

  it('puts the best first and keeps the order of equals', () => {
    expect(index.search(['card'], 10).map(hit => hit.document)).toEqual([1, 2, 0]);
    expect(index.search(['card'], 1).map(hit => hit.document)).toEqual([1]);
    expect(index.search(['包裹'], 10).map(hit => hit.document)).toEqual([3]);
    expect(index.search(['nothing'], 10)).toEqual([]);
  });

  it('gives the same top as sorting everything', () => {
    const source = random(3);
    const words = Array.from({ length: 40 }, (_, i) => `w${i}`);
    const draw = (count: number) => Array.from({ length: count }, () => words[source.integer(source.integer(40) + 1)]!);
    const big = new Bm25();
    for (let i = 0; i < 500; i++) big.add(draw(1 + source.integer(12)));
    for (let i = 0; i < 30; i++) {
      const query = draw(4);
      const all = big.search(query, big.size);
      for (const limit of [1, 2, 7, 50]) expect(big.search(query, limit)).toEqual(all.slice(0, limit));
      for (let j = 1; j < all.length; j++) {
        const [a, b] = [all[j - 1]!, all[j]!];
        expect(a.score > b.score || (a.score === b.score && a.document < b.document)).toBe(true);
      }
    }
  });

  it('can grow after a search', () => {
    const growing = new Bm25();
    expect(growing.search(['a'], 1)).toEqual([]);
    growing.add(['a']);
    expect(growing.search(['a'], 5)).toHaveLength(1);
    expect(growing.add(['a', 'b'])).toBe(1);
    expect(growing.search(['a'], 5)).toHaveLength(2);
    expect([growing.size, growing.vocabularySize, growing.documentFrequency('a')]).toEqual([2, 2, 2]);
  });

  it('takes empty documents and weights of its own', () => {
    const weighted = new Bm25({ weights: term => (term === 'yes' ? 1 : 0) });
    weighted.add([]);
    weighted.add(['no', 'yes']);
    weighted.add(['no']);
    expect(weighted.search(['no', 'yes'], 5).map(hit => hit.document)).toEqual([1]);
  });

  it('survives JSON', () => {
    const again = Bm25.fromJSON(JSON.parse(JSON.stringify(index)));
    expect(again.search(['card', 'lost', '到'], 9)).toEqual(index.search(['card', 'lost', '到'], 9));
    expect(() => Bm25.fromJSON({ version: 2 } as never)).toThrow(/version 1/);
    expect(() => Bm25.fromJSON({ version: 1, k1: 1, b: 0, terms: ['a'], documents: [[1, 1]] })).toThrow(/damaged/);
  });

  it('refuses settings out of range', () => {
    expect(() => new Bm25({ k1: -1 })).toThrow(/k1/);
    expect(() => new Bm25({ b: 1.1 })).toThrow(/`b`/);
    expect(() => index.search(['card'], 0)).toThrow(/limit/);
  });

  it('searches 20,000 documents in well under 20 ms each', () => {
    const source = random(1);
    const big = new Bm25();
    for (let i = 0; i < 20_000; i++) big.add(Array.from({ length: 20 }, () => `w${source.integer(5_000)}`));
    big.search(['w1'], 1);
    const started = performance.now();
    for (let i = 0; i < 100; i++) expect(big.search([`w${i}`, `w${i + 1}`, `w${i + 2}`], 10).length).toBe(10);
    expect((performance.now() - started) / 100).toBeLessThan(20);
  });
});

// The lexical index against SQLite's own FTS5 over the same terms: the same chunks in the same order with the same scores, over
// writing in parts, deleting, joining and writing anew.
import { DatabaseSync } from 'node:sqlite';
import { type Random, random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { Allowed } from './allowed.ts';
import { Database } from './database.ts';
import { TermIndex, TermWriter } from './term-index.ts';
import { TermSegment } from './term-segment.ts';
import { Vocabulary } from './vocabulary.ts';

/** Mostly common terms, some in nearly every chunk, a few of them Chinese. */
function draw(source: Random): string[] {
  const terms = Array.from({ length: 3 + source.integer(30) }, () => {
    const number = Math.floor(1500 ** source.next()) - 1;
    return number % 3 === 0 ? String.fromCodePoint(0x4e00 + number) : `w${number}`;
  });
  return source.next() < 0.02 ? [...terms, ...new Array<string>(300).fill('w1')] : terms;
}

/** The index and FTS5 side by side. */
class Both {
  readonly db: Database;
  readonly index: TermIndex;
  readonly documents = new Map<number, number>();
  readonly #fts = new DatabaseSync(':memory:');
  readonly #vocabulary = new Vocabulary();
  #revision = 0;

  constructor(db: Database) {
    this.db = db;
    this.index = new TermIndex(db, 1);
    this.#fts.exec(`CREATE VIRTUAL TABLE t USING fts5(terms, tokenize="ascii tokenchars '''#'")`);
  }

  change(
    added: readonly { key: number; document: number; terms: readonly string[] }[],
    removed: readonly number[],
  ): void {
    this.db.write(() => {
      const writer = new TermWriter(this.db, 1, this.#vocabulary);
      for (const one of added) writer.add(one.key, one.document, one.terms.join(' '));
      writer.remove(removed);
      writer.settle();
    });
    this.#revision++;
    this.#fts.exec('BEGIN');
    const insert = this.#fts.prepare('INSERT INTO t (rowid, terms) VALUES (?, ?)');
    for (const { key, document, terms } of added) {
      insert.run(key, terms.join(' '));
      this.documents.set(key, document);
    }
    const remove = this.#fts.prepare('DELETE FROM t WHERE rowid = ?');
    for (const key of removed) {
      remove.run(key);
      this.documents.delete(key);
    }
    this.#fts.exec('COMMIT');
  }

  /** Searches both, also as a process that has just opened the file. */
  expectSame(terms: readonly string[], k: number, below?: number): void {
    const match = terms.map(term => `"${term}"`).join(' OR ');
    const rows = this.#fts.prepare('SELECT rowid AS key, -rank AS score FROM t WHERE t MATCH ?').all(match);
    const wanted = rows
      .map(row => ({ key: Number(row.key), score: Number(row.score) }))
      .filter(one => below === undefined || this.documents.get(one.key)! < below);
    const scores = new Map(wanted.map(one => [one.key, one.score]));
    const best = wanted.map(one => one.score).sort((a, b) => b - a);
    const allowed = below === undefined ? undefined : new Allowed(Array.from({ length: below }, (_, i) => i));
    for (const index of [this.index, new TermIndex(this.db, 1)]) {
      const found = index.search(terms, k, allowed, this.#revision);
      expect(found.length).toBe(Math.min(k, wanted.length));
      for (const [i, { key, score }] of found.entries()) {
        expect(score).toBeCloseTo(scores.get(key)!, 9);
        expect(score).toBeCloseTo(best[i]!, 9);
        const next = found[i + 1];
        if (next) expect(score > next.score || (score === next.score && key < next.key)).toBe(true);
      }
    }
  }
}

describe('TermIndex', () => {
  it('ranks as FTS5 does while chunks come and go', { timeout: 60_000 }, async () => {
    const source = random(4);
    const db = await Database.open(':memory:', 0);
    const both = new Both(db);
    let key = 0;
    for (let round = 0; round < 24; round++) {
      const added = Array.from({ length: round % 6 === 0 ? 1500 : 60 + source.integer(200) }, () => {
        const terms = draw(source);
        return { key: ++key, document: source.integer(100), terms: terms.filter((one, i) => one !== 'w1' || i < 250) };
      });
      // Every fifth chunk has the words of the one before: equal scores.
      const twins = added.map((one, i) => (i % 5 === 0 && i > 0 ? { ...one, terms: added[i - 1]!.terms } : one));
      const there = [...both.documents.keys()];
      both.change(
        twins,
        there.filter(() => source.next() < (round === 20 ? 0.95 : 0.02)),
      );
      for (let q = 0; q < 6; q++) {
        const terms = [...new Set(draw(source).slice(0, 1 + source.integer(12)))];
        for (const below of [undefined, 10, 1]) both.expectSame(terms, [1, 10, 50][q % 3]!, below);
      }
    }
    const { pieces, removed } = db.first(
      'SELECT (SELECT count(*) FROM segments) AS pieces, (SELECT count(*) FROM removals) AS removed',
    )!;
    expect(pieces).toBeLessThan(16);
    // The round in which most went wrote the pieces anew.
    expect(removed).toBeLessThan(4096);
    expect(both.documents.size).toBeLessThan(5000);
    both.expectSame(['none'], 5);
    db.close();
  });

  it('writes and reads pieces of any terms', () => {
    const vocabulary = new Vocabulary();
    const pieceOf = (chunks: readonly { key: number; document: number; terms: readonly string[] }[]): TermSegment => {
      const counts = { terms: new Uint32Array(0), times: new Uint8Array(0), size: 0 };
      const entries = chunks.map(({ key, document, terms }) => {
        const length = vocabulary.count(terms.join(' '), counts);
        return { key, document, length, end: counts.size };
      });
      return new TermSegment(TermSegment.of(entries, counts, vocabulary).data.slice());
    };
    const piece = pieceOf([
      { key: 3, document: 1, terms: ['b', '𠮷', '退款', 'b'] },
      { key: 9, document: 2, terms: [] },
      { key: 4_000_000_000, document: 4, terms: ['b', 'é', ...new Array<string>(400).fill('often')] },
    ]);
    expect([...piece.keys]).toEqual([3, 9, 4_000_000_000]);
    expect([...piece.lengths]).toEqual([6, 0, 402]);
    expect(piece.find('b')).toMatchObject({ count: 2, times: Uint8Array.from([2, 0, 1]) });
    expect([...piece.find('often')!.times]).toEqual([0, 0, 255]);
    for (const term of ['𠮷', '退款', '退', '款', 'é']) expect(piece.find(term)?.count).toBe(1);
    for (const term of ['', 'a', 'bb', '迀', '\uffff']) expect(piece.find(term)).toBeUndefined();
    const joined = TermSegment.join([piece, pieceOf([{ key: 2, document: 1, terms: ['退'] }])], key => key !== 3);
    expect([...joined.keys]).toEqual([9, 4_000_000_000, 2]);
    expect(joined.find('退款')).toBeUndefined();
    expect(joined.find('退')?.count).toBe(1);
    expect(joined.terms).toBe(4);
  });
});

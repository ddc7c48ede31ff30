// The lexical index of a collection: written by transactions in pieces, held in memory for searching, ranked by BM25.
import { TopK } from '../top-k.ts';
import type { Allowed } from './allowed.ts';
import type { Database } from './database.ts';
import { mostEntries, type Piece, Segments } from './segments.ts';
import { LoadedTerms, type SearchedTerm } from './term-scorer.ts';
import { type TermEntry, TermSegment } from './term-segment.ts';
import type { TermCounts, Vocabulary } from './vocabulary.ts';

/** What the terms of a transaction are written with. */
export class TermWriter {
  readonly #segments: Segments;
  readonly #vocabulary: Vocabulary;
  readonly #counts: TermCounts = { terms: new Uint32Array(0), times: new Uint8Array(0), size: 0 };
  #entries: TermEntry[] = [];

  constructor(db: Database, collection: number, vocabulary: Vocabulary) {
    this.#segments = new Segments(db, 'terms', collection);
    this.#vocabulary = vocabulary;
  }

  /** Adds a chunk with the terms of a text; keys ascend. */
  add(key: number, document: number, text: string): void {
    const length = this.#vocabulary.count(text, this.#counts);
    this.#entries.push({ key, document, length, end: this.#counts.size });
    if (this.#entries.length === mostEntries) this.#write();
  }

  /** Leaves chunks out from now on. */
  remove(chunks: readonly number[]): void {
    this.#segments.remove(chunks);
  }

  /** Writes what was added, at the end of the transaction. */
  settle(): void {
    if (this.#entries.length > 0) this.#write();
    this.#segments.tidy(join);
  }

  #write(): void {
    this.#segments.add(this.#entries.at(-1)!.key, TermSegment.of(this.#entries, this.#counts, this.#vocabulary));
    this.#entries = [];
    this.#counts.size = 0;
  }
}

function join(pieces: readonly Piece[], keep: (chunk: number) => boolean): TermSegment {
  return TermSegment.join(
    pieces.map(one => new TermSegment(one.data)),
    keep,
  );
}

/** The terms of a collection as this process sees them. */
export class TermIndex {
  readonly #segments: Segments;
  readonly #loaded = new Map<number, LoadedTerms>();
  #mark = 0;
  #revision = -1;

  constructor(db: Database, collection: number) {
    this.#segments = new Segments(db, 'terms', collection);
  }

  /** The best chunks for terms that are different from each other, within a transaction of the given revision of the file. */
  search(terms: readonly string[], k: number, allowed: Allowed | undefined, revision: number): readonly Found[] {
    this.#sync(revision);
    const pieces = [...this.#loaded.values()];
    const chunks = pieces.reduce((sum, one) => sum + one.size, 0);
    const mean = pieces.reduce((sum, one) => sum + one.length, 0) / chunks;
    const searched: SearchedTerm[] = [];
    for (const term of terms) {
      const count = pieces.reduce((sum, one) => sum + one.count(term), 0);
      // As SQLite's FTS5 has it: a term that more than half of the chunks have still counts a little.
      if (count > 0) searched.push({ term, weight: Math.max(1e-6, Math.log((chunks - count + 0.5) / (count + 0.5))) });
    }
    searched.sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1));
    const best = new TopK(k);
    for (const piece of pieces) piece.search(searched, mean, best, k, allowed);
    return best.sorted();
  }

  #sync(revision: number): void {
    if (revision === this.#revision) return;
    const there = this.#segments.list();
    const keys = new Set(there.map(one => one.key));
    for (const key of this.#loaded.keys()) if (!keys.has(key)) this.#loaded.delete(key);
    const fresh = there.filter(one => !this.#loaded.has(one.key));
    for (const { key } of fresh) this.#loaded.set(key, new LoadedTerms(new TermSegment(this.#segments.data(key))));
    // A piece that is new here may have entries that were deleted before.
    const { entries, mark } = this.#segments.removedAfter(fresh.length > 0 ? 0 : this.#mark);
    for (const piece of this.#loaded.values()) piece.remove(entries);
    this.#mark = mark;
    this.#revision = revision;
  }
}

/** A chunk that was found. */
export interface Found {
  readonly key: number;
  readonly score: number;
}

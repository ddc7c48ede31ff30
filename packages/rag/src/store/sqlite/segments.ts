// Derived data in pieces: a transaction adds one, small ones become larger ones, and what was deleted is noted until it is left out.
import { crc32 } from 'node:zlib';
import type { Database } from './database.ts';

/**
 * What a piece is of: codes of a space by the keys of vectors, the points of its inverted lists and how far vectors have got their lists,
 * or terms of a collection by the keys of chunks.
 */
export type SegmentKind = 'codes' | 'lists' | 'listed' | 'terms';

/** A piece without its data. Keys of entries ascend within it and from one piece to the next. */
export interface Segment {
  readonly key: number;
  readonly last: number;
  readonly size: number;
}

/** What a piece holds. */
export interface Piece {
  readonly size: number;
  readonly data: Uint8Array;
  readonly extra?: Uint8Array | undefined;
}

/** One piece of the entries of several for which `keep` holds. */
export type Join = (pieces: readonly Piece[], keep: (entry: number) => boolean) => Piece;

/** The most entries of a piece: their numbers in it fit 16 bits. */
export const mostEntries = 65_536;
/** The most entries of a piece of codes, which is read as a whole: four bits of each of 16,384 × 384 coordinates are 3 MB. */
export const mostCodes = 16_384;
/** So many pieces of about one size become one. */
const fanIn = 4;
const smallest = 256;
/** Deletions are noted up to this many, or a share of what is there; then the pieces are written without them. */
const leastRemovals = 4096;
const removedShare = 8;

/** The pieces of one owner, within the current transaction. */
export class Segments {
  readonly #db: Database;
  readonly #kind: SegmentKind;
  readonly #owner: number;

  constructor(db: Database, kind: SegmentKind, owner: number) {
    this.#db = db;
    this.#kind = kind;
    this.#owner = owner;
  }

  list(): Segment[] {
    return this.#db
      .all('SELECT key, last, size FROM segments WHERE kind = ? AND owner = ? ORDER BY last', this.#kind, this.#owner)
      .map(row => ({ key: Number(row.key), last: Number(row.last), size: Number(row.size) }));
  }

  data(key: number): Uint8Array {
    const row = this.#db.first('SELECT data, data_check FROM segments WHERE key = ?', key)!;
    return this.#checked(row.data as Uint8Array, row.data_check);
  }

  /** The part that is read only where there is room for it. */
  extra(key: number): Uint8Array | undefined {
    const row = this.#db.first('SELECT extra, extra_check FROM segments WHERE key = ?', key)!;
    return row.extra === null ? undefined : this.#checked(row.extra as Uint8Array, row.extra_check);
  }

  /** Adds a piece; `last`: at least its last entry, and below every entry that is to come. */
  add(last: number, { size, data, extra }: Piece): void {
    this.#db.run(
      `INSERT INTO segments (kind, owner, last, size, data_check, extra_check, data, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[this.#kind, this.#owner, last, size, crc32(data), extra ? crc32(extra) : null, data, extra ?? null],
    );
  }

  /** SQLite does not see damage within a value. */
  #checked(bytes: Uint8Array, check: unknown): Uint8Array {
    if (crc32(bytes) !== check) throw this.#db.damaged();
    return bytes;
  }

  /** Notes that entries are deleted. */
  remove(entries: readonly number[]): void {
    for (const entry of entries)
      this.#db.run('INSERT INTO removals (kind, owner, entry) VALUES (?, ?, ?)', this.#kind, this.#owner, entry);
  }

  /** The deleted entries noted after a mark, and the next mark. */
  removedAfter(mark: number): { readonly entries: number[]; readonly mark: number } {
    const rows = this.#db.all(
      'SELECT key, entry FROM removals WHERE kind = ? AND owner = ? AND key > ? ORDER BY key',
      ...[this.#kind, this.#owner, mark],
    );
    return { entries: rows.map(row => Number(row.entry)), mark: Number(rows.at(-1)?.key ?? mark) };
  }

  /**
   * Makes one of several where they are many, and writes all of them anew where much is deleted, at the end of a transaction. Says
   * whether they were written anew: the notes are gone then.
   */
  tidy(join: Join): boolean {
    const last = this.#toJoin();
    if (last.length > 1) this.#rewrite(last, join);
    if (!this.#isWorn()) return false;
    for (const one of this.list()) this.#rewrite([one], join);
    this.#db.run('DELETE FROM removals WHERE kind = ? AND owner = ?', this.#kind, this.#owner);
    return true;
  }

  /** Puts another piece of the same entries in the place of one. */
  replace({ key, last }: Segment, piece: Piece): void {
    this.#db.run('DELETE FROM segments WHERE key = ?', key);
    this.add(last, piece);
  }

  clear(): void {
    for (const table of ['segments', 'removals'])
      this.#db.run(`DELETE FROM ${table} WHERE kind = ? AND owner = ?`, this.#kind, this.#owner);
  }

  #rewrite(pieces: readonly Segment[], join: Join): void {
    const gone = new Set(this.removedAfter(0).entries);
    const read = pieces.map(({ key, size }) => ({ size, data: this.data(key), extra: this.extra(key) }));
    const joined = join(read, entry => !gone.has(entry));
    for (const { key } of pieces) this.#db.run('DELETE FROM segments WHERE key = ?', key);
    if (joined.size > 0) this.add(pieces.at(-1)!.last, joined);
  }

  /** The last pieces that should become one. */
  #toJoin(): Segment[] {
    const all = this.list();
    const most = this.#kind === 'codes' ? mostCodes : mostEntries;
    for (let from = all.length - 1; from >= 0; ) {
      const sum = all.slice(from).reduce((total, one) => total + one.size, 0);
      let [first, total] = [from, sum];
      while (first > 0 && tier(all[first - 1]!.size) <= tier(sum) && total + all[first - 1]!.size <= most)
        total += all[--first]!.size;
      if (from - first + 1 < fanIn) return all.slice(from);
      from = first;
    }
    return all;
  }

  #isWorn(): boolean {
    const { n } = this.#db.first(
      'SELECT count(*) AS n FROM removals WHERE kind = ? AND owner = ?',
      this.#kind,
      this.#owner,
    )!;
    if (Number(n) <= leastRemovals) return false;
    const size = this.list().reduce((sum, one) => sum + one.size, 0);
    return Number(n) > size / removedShare;
  }
}

const tier = (size: number): number => Math.max(0, Math.floor(Math.log(size / smallest) / Math.log(fanIn)));

// One space of vectors: rows in the file, codes beside them in pieces, and the same codes in memory for searching, sorted by inverted list
// where there are lists.
import { invalidInput } from '@modeshift/core';
import { BinaryCode, type EncodedQuery } from '../../vectors/binary-code.ts';
import type { Candidates } from '../../vectors/candidates.ts';
import { CodeBlock } from '../../vectors/code-block.ts';
import { CodeIndex, type Precision } from '../../vectors/code-index.ts';
import type { InvertedLists } from '../../vectors/inverted-lists.ts';
import { ProbeCount } from '../../vectors/probe-count.ts';
import { unitVector } from '../prepare-write.ts';
import { TopK } from '../top-k.ts';
import type { Allowed } from './allowed.ts';
import type { Database, Row } from './database.ts';
import { mostCodes, type Segment, Segments } from './segments.ts';
import { SpaceWriter } from './space-writer.ts';
import { type ListsState, StoredLists } from './stored-lists.ts';
import type { Found } from './term-index.ts';
import { floatsOf } from './vector-bytes.ts';

/** Of so few every estimate is worth making, and of more where signs alone choose among many more: they tell distant neighbours apart less well. */
const fewRows = 4096;
const fewRowsOfMany = 16_384;
/** So many rows are told apart by their estimates, or more where many are wanted, or among many that a filter left. */
const leastCandidates = 400;
const oneCandidateIn = 24;
/** So many at most are told apart by their estimates where the first found say that others may be as near. */
const mostCandidates = 16_384;
/** So many vectors are read by one statement, which costs less than one for each. */
const readTogether = 8;
/** Reading stops where a candidate would have to be this many standard deviations above its estimate. */
const certainty = 2;
/** Where more than one in so many rows would be looked at beside the nearest lists, or lists, lists are of no use. */
const mostShare = 8;

/** The most promising rows: how many are wanted, and the distance up to which. */
type Scan = (wanted: number, reach?: number) => Candidates;

interface Compared {
  /** The nearest first. */
  readonly found: Found[];
  /** By key, the rows that were compared. */
  readonly rowOf: ReadonlyMap<number, number>;
}

/** The vectors of a space as this process sees them. */
export class VectorSpace {
  readonly key: number;
  readonly dimensions: number;
  readonly #db: Database;
  readonly #segments: Segments;
  #revision = -1;
  #epoch = -1;
  #lastVector = 0;
  #mark = 0;
  #code: BinaryCode | undefined;
  #index: CodeIndex | undefined;
  #rows = new WeakMap<Allowed, Uint32Array>();
  readonly #stored: StoredLists;
  /** The lists that the rows in memory are sorted by. */
  #lists: { readonly listing: number; readonly points: InvertedLists } | undefined;
  /** By the size of `k`, in powers of two. */
  #probes = new Map<number, ProbeCount>();

  /** `listsFrom`: how many vectors the space has at least when it gets inverted lists. */
  constructor(db: Database, row: Row, listsFrom: number) {
    this.#db = db;
    this.key = Number(row.key);
    this.dimensions = Number(row.dimensions);
    this.#segments = new Segments(db, 'codes', this.key);
    this.#stored = new StoredLists(db, this.key, listsFrom);
  }

  /** What the vectors of one transaction are written with. */
  writer(): SpaceWriter {
    return new SpaceWriter(this.#db, this.key, this.dimensions, this.#encoder(), this.#stored);
  }

  /** The nearest vectors, by their keys, within a transaction of the given revision of the file. */
  search(query: Float32Array, k: number, allowed: Allowed | undefined, exact: boolean, revision: number): Found[] {
    const unit = unitVector(query, this.dimensions);
    if (!exact) this.#sync(revision);
    if (exact || !this.#index || !this.#code) return this.#exact(unit, k, allowed);
    const rows = allowed && this.#rowsOf(allowed, this.#index);
    const encoded = this.#code.encodeQuery(unit);
    const index = this.#index;
    if (rows || !this.#lists) {
      const scan: Scan = (wanted, most) => index.search(encoded, wanted, rows, most);
      return this.#nearest(unit, encoded, k, this.#wanted(index, k, rows), scan).found;
    }
    return this.#searchLists(unit, encoded, k, index, this.#lists.points);
  }

  /** How many rows are to be estimated. */
  #wanted(index: CodeIndex, k: number, rows?: Uint32Array): number {
    const least = Math.max(leastCandidates, 16 * k);
    if (!rows) return least;
    if (rows.length <= (index.precision === 4 ? fewRows : fewRowsOfMany)) return Math.max(least, rows.length);
    return index.precision === 4 ? least : Math.max(least, Math.ceil(rows.length / oneCandidateIn));
  }

  #searchLists(unit: Float32Array, encoded: EncodedQuery, k: number, index: CodeIndex, points: InvertedLists): Found[] {
    const size = Math.ceil(Math.log2(k));
    const probes = this.#probes.get(size) ?? new ProbeCount();
    this.#probes.set(size, probes);
    const wanted = this.#wanted(index, k);
    const all: Scan = (most, reach) => index.search(encoded, most, undefined, reach);
    const enough = probes.next();
    if (enough !== undefined) {
      if (enough * mostShare < points.count) {
        const lists = points.nearest(encoded, enough);
        const { found } = this.#nearest(unit, encoded, k, wanted, (most, reach) =>
          index.searchLists(encoded, most, lists, reach),
        );
        // Lists may have lost their vectors.
        if (found.length >= Math.min(k, index.size)) return found;
      }
      return this.#nearest(unit, encoded, k, wanted, all).found;
    }
    const { found, rowOf } = this.#nearest(unit, encoded, k, wanted, all);
    const ranks = new Map(points.nearest(encoded, points.count).map((list, rank) => [list, rank]));
    const lists = found.map(({ key }) => index.listOf(rowOf.get(key)!)).filter(list => list !== undefined);
    probes.learn(lists.map(list => ranks.get(list)!));
    return found;
  }

  /**
   * The nearest of what a scan finds. Where the k-th best is so far away that vectors as near as it may lie beyond what was scanned,
   * as where all are about as far from each other, the scan goes up to there.
   */
  #nearest(unit: Float32Array, encoded: EncodedQuery, k: number, wanted: number, scan: Scan): Compared {
    const best = new TopK(k);
    const rowOf = new Map<number, number>();
    const candidates = scan(wanted);
    this.#compare(unit, encoded.meanProduct, candidates, best, rowOf);
    const found = best.sorted();
    if (found.length < k) return { found, rowOf };
    const last = found[k - 1]!;
    const reach = this.#code!.reach(encoded, last.score, this.#index!.bias(rowOf.get(last.key)!));
    if (reach <= candidates.reach) return { found, rowOf };
    this.#compare(unit, encoded.meanProduct, scan(Math.max(wanted, mostCandidates), reach), best, rowOf);
    return { found: best.sorted(), rowOf };
  }

  /** Compares stored vectors, the most promising first, until the next one is not expected to pass the k-th best. */
  #compare(
    unit: Float32Array,
    meanProduct: number,
    candidates: Candidates,
    best: TopK,
    rowOf: Map<number, number>,
  ): void {
    for (;;) {
      const keys: number[] = [];
      for (; keys.length < readTogether && candidates.size > 0; candidates.next()) {
        if (meanProduct + candidates.estimate + certainty * candidates.deviation < best.least) break;
        const key = this.#index!.key(candidates.row);
        if (rowOf.has(key)) continue;
        rowOf.set(key, candidates.row);
        keys.push(key);
      }
      if (keys.length === 0) return;
      const vectors = this.#read(keys);
      for (const [i, key] of keys.entries()) best.offer(key, dot(unit, vectors, i * this.dimensions));
    }
  }

  /** Vectors one after another. */
  #read(keys: readonly number[]): Float32Array {
    const each = keys.map(() => '(SELECT vector FROM vectors WHERE key = ?)').join(' || ');
    return floatsOf(this.#db.first(`SELECT CAST(${each} AS BLOB) AS vectors`, ...keys)!.vectors as Uint8Array);
  }

  /** What the codes take in memory, in bytes. */
  get memoryBytes(): number {
    return this.#index?.memoryBytes ?? 0;
  }

  #exact(unit: Float32Array, k: number, allowed: Allowed | undefined): Found[] {
    const best = new TopK(k);
    const take = (row: Row): void => best.offer(Number(row.key), dot(unit, floatsOf(row.vector as Uint8Array)));
    if (allowed)
      this.#db.each(
        `SELECT v.key, v.vector FROM json_each(?) a JOIN chunks c ON c.document = a.value
         JOIN vectors v ON v.chunk = c.key AND v.space = ?`,
        [JSON.stringify(allowed.keys()), this.key],
        take,
      );
    else this.#db.each('SELECT key, vector FROM vectors WHERE space = ?', [this.key], take);
    return best.sorted();
  }

  #rowsOf(allowed: Allowed, index: CodeIndex): Uint32Array {
    let rows = this.#rows.get(allowed);
    if (!rows) {
      rows = allowed.rowsOf(index.documents);
      this.#rows.set(allowed, rows);
    }
    return rows;
  }

  /** The encoder of the current mean; undefined where the space is not encoded. */
  #encoder(): BinaryCode | undefined {
    const row = this.#db.first('SELECT epoch, mean FROM spaces WHERE key = ?', this.key);
    if (!row) throw invalidInput('The embedding space was deleted. Add it again.');
    if (Number(row.epoch) === this.#epoch) return this.#code;
    this.#epoch = Number(row.epoch);
    this.#code = row.mean ? new BinaryCode(floatsOf(row.mean as Uint8Array)) : undefined;
    this.#index = undefined;
    this.#lists = undefined;
    return this.#code;
  }

  /** Brings the codes in memory to what the current transaction sees. */
  #sync(revision: number): void {
    if (revision === this.#revision) return;
    const code = this.#encoder();
    this.#revision = revision;
    if (!code) return;
    const pieces = this.#segments.list();
    const count = pieces.reduce((sum, one) => sum + one.size, 0);
    const precision = CodeIndex.precisionOf(code.bytes, count);
    const lists = this.#stored.state();
    const isSorted =
      !lists?.isComplete ||
      (this.#lists?.listing === lists.listing && this.#index!.unlisted <= Math.max(mostCodes, count / mostShare));
    if (!this.#index || this.#index.precision > precision || !isSorted)
      this.#load(code, pieces, count, precision, lists);
    const index = this.#index!;
    for (const piece of pieces) {
      if (piece.last <= this.#lastVector) continue;
      const block = this.#block(code, piece, index.precision);
      let from = 0;
      while (from < block.count && block.keys[from]! <= this.#lastVector) from++;
      index.append(block, from);
      this.#lastVector = piece.last;
    }
    const { entries, mark } = this.#segments.removedAfter(this.#mark);
    index.remove(entries);
    this.#mark = mark;
  }

  /** Begins anew, and places what is there by list where every vector has its list. */
  #load(
    code: BinaryCode,
    pieces: readonly Segment[],
    count: number,
    precision: Precision,
    lists: ListsState | undefined,
  ): void {
    // What was there is let go before room is made for the new.
    this.#index = undefined;
    const index = new CodeIndex(code.bytes, precision);
    this.#index = index;
    this.#lastVector = 0;
    this.#mark = 0;
    index.reserve(count);
    if (lists?.listing !== this.#lists?.listing) this.#probes.clear();
    this.#lists = lists?.isComplete ? { listing: lists.listing, points: this.#stored.lists(code, lists) } : undefined;
    if (!lists || !this.#lists) return;
    const counts = new Uint32Array(this.#lists.points.count);
    for (const piece of pieces) {
      const block = this.#block(code, piece, 1);
      if (block.listing === lists.listing) for (const list of block.lists) if (list < counts.length) counts[list]!++;
    }
    index.group(counts);
    for (const piece of pieces) {
      const block = this.#block(code, piece, precision);
      if (block.listing === lists.listing) index.place(block);
      else index.append(block);
      this.#lastVector = piece.last;
    }
  }

  #block(code: BinaryCode, { key }: Segment, precision: Precision): CodeBlock {
    return CodeBlock.of(code.bytes, this.#segments.data(key), precision === 4 ? this.#segments.extra(key) : undefined);
  }
}

/** The inner product with so many numbers of `b` from one on. */
function dot(a: Float32Array, b: Float32Array, from = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[from + i]!;
  return sum;
}

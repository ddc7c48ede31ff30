// One space of vectors: rows in the file, codes beside them in pieces, and the same codes in memory for searching.
import { invalidInput } from '@modeshift/core';
import { BinaryCode } from '../../vectors/binary-code.ts';
import { CodeBlock } from '../../vectors/code-block.ts';
import { CodeIndex } from '../../vectors/code-index.ts';
import { unitVector } from '../prepare-write.ts';
import { TopK } from '../top-k.ts';
import type { Allowed } from './allowed.ts';
import type { Database, Row } from './database.ts';
import { mostCodes, type Piece, Segments } from './segments.ts';
import type { Found } from './term-index.ts';

/** A space is encoded from this many vectors on; below, every vector is compared. */
const leastToEncode = 2048;
/** When the space has grown this many times, its mean is taken again. */
const growth = 8;
/** Of so few every estimate is worth making. */
const fewRows = 4096;
/** So many rows are told apart by their estimates, or more where many are wanted. */
const leastCandidates = 400;
/** So many vectors are read by one statement, which costs less than one for each. */
const readTogether = 8;
/** Reading stops where a candidate would have to be this many standard deviations above its estimate. */
const certainty = 2;

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

  constructor(db: Database, row: Row) {
    this.#db = db;
    this.key = Number(row.key);
    this.dimensions = Number(row.dimensions);
    this.#segments = new Segments(db, 'codes', this.key);
  }

  /** What the vectors of one transaction are written with. */
  writer(): SpaceWriter {
    return new SpaceWriter(this.#db, this, this.#encoder());
  }

  /** The nearest vectors, by their keys, within a transaction of the given revision of the file. */
  search(query: Float32Array, k: number, allowed: Allowed | undefined, exact: boolean, revision: number): Found[] {
    const unit = unitVector(query, this.dimensions);
    if (!exact) this.#sync(revision);
    if (exact || !this.#index || !this.#code) return this.#exact(unit, k, allowed);
    const rows = allowed && this.#rowsOf(allowed, this.#index);
    const encoded = this.#code.encodeQuery(unit);
    const wanted = Math.max(rows && rows.length <= fewRows ? rows.length : leastCandidates, 16 * k);
    const candidates = this.#index.search(encoded, wanted, rows);
    // The stored vectors, the most promising first, until the next one is not expected to pass the k-th best.
    const best = new TopK(k);
    for (;;) {
      const keys: number[] = [];
      for (; keys.length < readTogether && candidates.size > 0; candidates.next()) {
        if (encoded.meanProduct + candidates.estimate + certainty * candidates.deviation < best.least) break;
        keys.push(this.#index.key(candidates.row));
      }
      if (keys.length === 0) return best.sorted();
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
    const isFine = CodeIndex.holdsLevels(code.bytes, count);
    if (!this.#index || (this.#index.isFine && !isFine)) {
      this.#index = new CodeIndex(code.bytes, isFine);
      this.#index.reserve(count);
      this.#lastVector = 0;
      this.#mark = 0;
    }
    const index = this.#index;
    for (const { key, last } of pieces) {
      if (last <= this.#lastVector) continue;
      const levels = index.isFine ? this.#segments.extra(key) : undefined;
      const block = CodeBlock.of(code.bytes, this.#segments.data(key), levels);
      let from = 0;
      while (from < block.count && block.keys[from]! <= this.#lastVector) from++;
      index.append(block, from);
      this.#lastVector = last;
    }
    const { entries, mark } = this.#segments.removedAfter(this.#mark);
    index.remove(entries);
    this.#mark = mark;
  }
}

/** Writes the vectors of one transaction. */
export class SpaceWriter {
  readonly #db: Database;
  readonly #space: VectorSpace;
  readonly #code: BinaryCode | undefined;
  readonly #segments: Segments;
  readonly #fresh: { readonly key: number; readonly document: number; readonly unit: Float32Array }[] = [];

  constructor(db: Database, space: VectorSpace, code: BinaryCode | undefined) {
    this.#db = db;
    this.#space = space;
    this.#code = code;
    this.#segments = new Segments(db, 'codes', space.key);
  }

  /** Adds a vector to a chunk of a document. */
  insert(chunk: number, document: number, vector: Float32Array): void {
    const unit = unitVector(vector, this.#space.dimensions);
    const sql = 'INSERT INTO vectors (space, chunk, vector) VALUES (?, ?, ?)';
    const { key } = this.#db.run(sql, this.#space.key, chunk, bytesOf(unit));
    if (this.#code) this.#fresh.push({ key, document, unit });
    this.#count++;
  }

  #count = 0;

  /** Writes the codes of what was inserted, or those of the whole space when it has grown enough. */
  settle(): void {
    const { key, dimensions } = this.#space;
    if (this.#count > 0) this.#db.run('UPDATE spaces SET size = size + ? WHERE key = ?', this.#count, key);
    if (!BinaryCode.fits(dimensions)) return;
    const { size, encoded_at: encodedAt } = this.#db.first('SELECT size, encoded_at FROM spaces WHERE key = ?', key)!;
    if (Number(size) >= Math.max(leastToEncode, growth * Number(encodedAt))) {
      this.#encodeAll(Number(size));
      return;
    }
    const code = this.#code;
    if (!code) return;
    for (let from = 0; from < this.#fresh.length; from += mostCodes)
      this.#add(code, this.#fresh.slice(from, from + mostCodes));
    const isAnew = this.#segments.tidy((pieces, keep) => {
      const blocks = pieces.map(one => CodeBlock.of(code.bytes, one.data, one.extra));
      return pieceOf(CodeBlock.join(code.bytes, blocks, keep));
    });
    if (isAnew) this.#db.run('UPDATE spaces SET epoch = epoch + 1 WHERE key = ?', key);
  }

  #add(
    code: BinaryCode,
    entries: readonly { readonly key: number; readonly document: number; readonly unit: Float32Array }[],
  ): void {
    if (entries.length === 0) return;
    const block = CodeBlock.make(code.bytes, entries.length);
    for (const [row, { key, document, unit }] of entries.entries()) {
      block.keys[row] = key;
      block.documents[row] = document;
      code.encode(unit, block, row);
    }
    this.#segments.add(entries.at(-1)!.key, pieceOf(block));
  }

  #encodeAll(size: number): void {
    const { key, dimensions } = this.#space;
    const mean = new Float64Array(dimensions);
    this.#db.each('SELECT vector FROM vectors WHERE space = ?', [key], row => {
      const vector = floatsOf(row.vector as Uint8Array);
      for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + vector[i]! / size;
    });
    const code = new BinaryCode(Float32Array.from(mean));
    this.#segments.clear();
    for (let last = 0; ; ) {
      const rows = this.#db.all(
        `SELECT v.key, v.vector, c.document FROM vectors v JOIN chunks c ON c.key = v.chunk
         WHERE v.space = ? AND v.key > ? ORDER BY v.key LIMIT ?`,
        ...[key, last, mostCodes],
      );
      if (rows.length === 0) break;
      const entries = rows.map(row => ({
        key: Number(row.key),
        document: Number(row.document),
        unit: floatsOf(row.vector as Uint8Array),
      }));
      this.#add(code, entries);
      last = entries.at(-1)!.key;
    }
    this.#db.run(
      'UPDATE spaces SET mean = ?, encoded_at = ?, epoch = epoch + 1 WHERE key = ?',
      ...[bytesOf(Float32Array.from(mean)), size, key],
    );
  }
}

const pieceOf = ({ count, data, levels }: CodeBlock): Piece => ({ size: count, data, extra: levels });

/** The inner product with so many numbers of `b` from one on. */
function dot(a: Float32Array, b: Float32Array, from = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[from + i]!;
  return sum;
}

/** Little-endian bytes of a vector. */
export const bytesOf = (vector: Float32Array): Uint8Array =>
  new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** The vector of little-endian bytes. */
export const floatsOf = (bytes: Uint8Array): Float32Array =>
  bytes.byteOffset % 4 === 0
    ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    : new Float32Array(bytes.slice().buffer);

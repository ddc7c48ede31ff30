// One space of vectors: rows in the file, codes beside them, and the same codes in memory for searching.
import { invalidInput } from '@modeshift/core';
import { BinaryCode, type EncodedQuery } from '../../vectors/binary-code.ts';
import { type Candidate, CodeIndex } from '../../vectors/code-index.ts';
import type { Database, Row } from './database.ts';

/** A space is encoded from this many vectors on; below, every vector is compared. */
const leastToEncode = 2048;
/** When the space has grown this many times, its mean is taken again. */
const growth = 8;
/** Removals are remembered for other processes up to this many. */
const mostRemovals = 100_000;
/** Vectors are read this many at a time. */
const readsAtOnce = 32;
/** Reading stops where a candidate would have to be this many standard deviations above its estimate. */
const certainty = 2;

/** A vector that was found. */
export interface Found {
  readonly chunk: number;
  readonly score: number;
}

/** The vectors of a space as this process sees them. */
export class VectorSpace {
  readonly key: number;
  readonly dimensions: number;
  readonly #db: Database;
  #epoch = -1;
  #lastVector = 0;
  #lastRemoval = 0;
  #code: BinaryCode | undefined;
  #index: CodeIndex | undefined;

  constructor(db: Database, row: Row) {
    this.#db = db;
    this.key = Number(row.key);
    this.dimensions = Number(row.dimensions);
  }

  /** A vector of length one. */
  unit(vector: Float32Array): Float32Array {
    if (vector.length !== this.dimensions)
      throw invalidInput(
        `A vector has ${vector.length} numbers, this space ${this.dimensions}. Embed with the space's own model.`,
      );
    let square = 0;
    for (const value of vector) square += value * value;
    if (!(square > 0 && Number.isFinite(square)))
      throw invalidInput('A vector is zero, or has a number that is not finite.');
    const scale = 1 / Math.sqrt(square);
    return vector.map(value => value * scale);
  }

  /** Adds a vector to a chunk of a document, within a transaction. Call `settle` at its end. */
  insert(chunk: number, document: number, vector: Float32Array): void {
    const unit = this.unit(vector);
    const { key } = this.#db.run(
      'INSERT INTO vectors (space, chunk, vector) VALUES (?, ?, ?)',
      this.key,
      chunk,
      bytesOf(unit),
    );
    const code = this.#encoder();
    if (code) this.#db.run('INSERT INTO codes VALUES (?, ?, ?, ?)', this.key, key, document, code.encode(unit));
    this.#db.run('UPDATE spaces SET size = size + 1 WHERE key = ?', this.key);
  }

  /** Encodes the space when it has grown enough, and forgets old removals. */
  settle(): void {
    const { size, encoded_at: encodedAt } = this.#row();
    if (!BinaryCode.fits(this.dimensions)) return;
    if (Number(size) >= Math.max(leastToEncode, growth * Number(encodedAt))) this.#encodeAll(Number(size));
    const removals = this.#db.first('SELECT count(*) AS n FROM removals WHERE space = ?', this.key)!;
    if (Number(removals.n) <= mostRemovals) return;
    this.#db.run('DELETE FROM removals WHERE space = ?', this.key);
    this.#db.run('UPDATE spaces SET epoch = epoch + 1 WHERE key = ?', this.key);
  }

  /** The nearest vectors, within a transaction; `allowed` are the keys of documents. */
  search(query: Float32Array, k: number, allowed: Uint32Array | undefined, exact: boolean): Found[] {
    const unit = this.unit(query);
    const index = exact ? undefined : this.#synced();
    if (!index || !this.#code) return this.#exact(unit, k, allowed);
    const rows = allowed && rowsOf(index.documents, allowed);
    const encoded = this.#code.encodeQuery(unit);
    // Of a few every estimate is worth making.
    const nearest = Math.max(rows && rows.length <= 4096 ? rows.length : 512, 16 * k);
    return this.#rescored(unit, encoded, k, index.search(encoded, nearest, rows));
  }

  /**
   * Reads the stored vectors of the candidates, the most promising first, until the next one is so far below the k-th best that
   * it is not expected to pass it.
   */
  #rescored(unit: Float32Array, query: EncodedQuery, k: number, candidates: readonly Candidate[]): Found[] {
    let found: Found[] = [];
    for (let from = 0; from < candidates.length; from += readsAtOnce) {
      const next = candidates[from]!;
      const last = found[k - 1];
      if (last && query.meanProduct + next.estimate + certainty * next.deviation < last.score) break;
      const keys = candidates.slice(from, from + readsAtOnce).map(one => one.key);
      const rows = this.#db.all(
        'SELECT v.chunk, v.vector FROM json_each(?) k CROSS JOIN vectors v ON v.key = k.value',
        JSON.stringify(keys),
      );
      for (const row of rows)
        found.push({ chunk: Number(row.chunk), score: dot(unit, floatsOf(row.vector as Uint8Array)) });
      found = best(found, k);
    }
    return found;
  }

  /** What the codes take in memory, in bytes. */
  get memoryBytes(): number {
    return this.#index?.memoryBytes ?? 0;
  }

  #exact(unit: Float32Array, k: number, allowed: Uint32Array | undefined): Found[] {
    let found: Found[] = [];
    const take = (row: Row): void => {
      found.push({ chunk: Number(row.chunk), score: dot(unit, floatsOf(row.vector as Uint8Array)) });
      if (found.length > 4096 + k) found = best(found, k);
    };
    if (allowed)
      this.#db.each(
        `SELECT v.chunk, v.vector FROM json_each(?) a JOIN chunks c ON c.document = a.value
         JOIN vectors v ON v.chunk = c.key AND v.space = ?`,
        [JSON.stringify([...allowed]), this.key],
        take,
      );
    else this.#db.each('SELECT chunk, vector FROM vectors WHERE space = ?', [this.key], take);
    return best(found, k);
  }

  #row(): Row {
    const row = this.#db.first('SELECT * FROM spaces WHERE key = ?', this.key);
    if (!row) throw invalidInput('The embedding space was deleted. Add it again.');
    return row;
  }

  /** The encoder of the current mean; undefined where the space is not encoded. */
  #encoder(): BinaryCode | undefined {
    const row = this.#row();
    if (Number(row.epoch) !== this.#epoch) this.#reset(row);
    return this.#code;
  }

  #reset(row: Row): void {
    this.#epoch = Number(row.epoch);
    this.#code = row.mean ? new BinaryCode(floatsOf(row.mean as Uint8Array)) : undefined;
    this.#index = undefined;
    this.#lastVector = 0;
  }

  /** The codes in memory, as the current transaction sees them. */
  #synced(): CodeIndex | undefined {
    const code = this.#encoder();
    if (!code) return undefined;
    const removals = this.#db.first('SELECT coalesce(max(key), 0) AS last FROM removals')!;
    if (!this.#index) {
      this.#index = new CodeIndex(code.bytes);
      this.#lastRemoval = Number(removals.last);
    }
    const index = this.#index;
    if (Number(removals.last) > this.#lastRemoval) {
      this.#db.each('SELECT vector FROM removals WHERE key > ? AND space = ?', [this.#lastRemoval, this.key], row =>
        index.remove(Number(row.vector)),
      );
      this.#lastRemoval = Number(removals.last);
    }
    this.#db.each(
      'SELECT vector, document, code FROM codes WHERE space = ? AND vector > ? ORDER BY vector',
      [this.key, this.#lastVector],
      row => {
        this.#lastVector = Number(row.vector);
        index.append(this.#lastVector, Number(row.document), row.code as Uint8Array);
      },
    );
    return index;
  }

  #encodeAll(size: number): void {
    const mean = new Float64Array(this.dimensions);
    this.#db.each('SELECT vector FROM vectors WHERE space = ?', [this.key], row => {
      const vector = floatsOf(row.vector as Uint8Array);
      for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + vector[i]! / size;
    });
    const code = new BinaryCode(Float32Array.from(mean));
    this.#db.run('DELETE FROM codes WHERE space = ?', this.key);
    this.#db.each(
      'SELECT v.key, v.vector, c.document FROM vectors v JOIN chunks c ON c.key = v.chunk WHERE v.space = ?',
      [this.key],
      row => {
        const bits = code.encode(floatsOf(row.vector as Uint8Array));
        this.#db.run('INSERT INTO codes VALUES (?, ?, ?, ?)', this.key, row.key!, row.document!, bits);
      },
    );
    this.#db.run(
      'UPDATE spaces SET mean = ?, encoded_at = ?, epoch = epoch + 1 WHERE key = ?',
      ...[bytesOf(Float32Array.from(mean)), size, this.key],
    );
  }
}

/** The rows whose documents are allowed. */
function rowsOf(documents: Uint32Array, allowed: Uint32Array): Uint32Array {
  const most = allowed.reduce((a, b) => Math.max(a, b), 0);
  const marks = new Uint8Array(most + 1);
  for (const document of allowed) marks[document] = 1;
  const rows = new Uint32Array(documents.length);
  let count = 0;
  for (let row = 0; row < documents.length; row++) if (marks[documents[row]!] === 1) rows[count++] = row;
  return rows.subarray(0, count);
}

const best = (found: Found[], k: number): Found[] =>
  found.sort((a, b) => b.score - a.score || a.chunk - b.chunk).slice(0, k);

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
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

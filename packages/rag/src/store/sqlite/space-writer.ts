// Vectors into the file, with their codes in pieces beside them.
import { BinaryCode } from '../../vectors/binary-code.ts';
import { CodeBlock } from '../../vectors/code-block.ts';
import { unitVector } from '../prepare-write.ts';
import type { Database } from './database.ts';
import { mostCodes, Segments } from './segments.ts';
import { clearCodes, pieceOf, type StoredLists } from './stored-lists.ts';
import { bytesOf, floatsOf } from './vector-bytes.ts';

/** A space is encoded from this many vectors on; below, every vector is compared. */
const leastToEncode = 2048;
/** When the space has grown this many times, its mean is taken again, until it is that of many. */
const growth = 8;
const manyEncoded = 100_000;

/** Writes the vectors of one transaction. */
export class SpaceWriter {
  readonly #db: Database;
  readonly #space: number;
  readonly #dimensions: number;
  readonly #lists: StoredLists;
  readonly #code: BinaryCode | undefined;
  readonly #segments: Segments;
  #count = 0;
  readonly #fresh: { readonly key: number; readonly document: number; readonly unit: Float32Array }[] = [];

  /** `code`: the encoder of the current mean; undefined where the space is not encoded. */
  constructor(db: Database, space: number, dimensions: number, code: BinaryCode | undefined, lists: StoredLists) {
    this.#db = db;
    this.#space = space;
    this.#dimensions = dimensions;
    this.#code = code;
    this.#lists = lists;
    this.#segments = new Segments(db, 'codes', space);
  }

  /** Adds a vector to a chunk of a document. */
  insert(chunk: number, document: number, vector: Float32Array): void {
    const unit = unitVector(vector, this.#dimensions);
    const sql = 'INSERT INTO vectors (space, chunk, vector) VALUES (?, ?, ?)';
    const { key } = this.#db.run(sql, this.#space, chunk, bytesOf(unit));
    if (this.#code) this.#fresh.push({ key, document, unit });
    this.#count++;
  }

  /** Writes the codes of what was inserted, or those of the whole space when it has grown enough. */
  settle(): void {
    const key = this.#space;
    if (this.#count > 0) this.#db.run('UPDATE spaces SET size = size + ? WHERE key = ?', this.#count, key);
    if (!BinaryCode.fits(this.#dimensions)) return;
    const { size, encoded_at: encodedAt } = this.#db.first('SELECT size, encoded_at FROM spaces WHERE key = ?', key)!;
    const least = Number(encodedAt) < manyEncoded ? growth * Number(encodedAt) : Number.POSITIVE_INFINITY;
    if (Number(size) >= Math.max(leastToEncode, least)) {
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
    this.#lists.settle(code, Number(size));
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
    this.#lists.assign(code, block);
    this.#segments.add(entries.at(-1)!.key, pieceOf(block));
  }

  #encodeAll(size: number): void {
    const key = this.#space;
    const mean = new Float64Array(this.#dimensions);
    this.#db.each('SELECT vector FROM vectors WHERE space = ?', [key], row => {
      const vector = floatsOf(row.vector as Uint8Array);
      for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + vector[i]! / size;
    });
    const code = new BinaryCode(Float32Array.from(mean));
    clearCodes(this.#db, key);
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

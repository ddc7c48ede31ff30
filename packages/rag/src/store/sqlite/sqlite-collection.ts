// A collection in the file, as one principal sees it.
import { invalidInput } from '@modeshift/core';
import { type Access, maySee, notYours, tenantOf } from '../access.ts';
import type { Filter } from '../filter.ts';
import {
  checkCount,
  checkLimit,
  checkSpace,
  checkWrite,
  chunkColumns,
  documentColumns,
  queryTerms,
  readChunk,
} from '../prepare-write.ts';
import type {
  ChunkWrite,
  Collection,
  DocumentKey,
  DocumentWrite,
  EmbeddingSpace,
  FullDocument,
  Hit,
  SearchOptions,
  StoredChunk,
  StoredDocument,
  VectorSearchOptions,
} from '../store.ts';
import type { Allowed } from './allowed.ts';
import { condition } from './conditions.ts';
import type { Database, Row } from './database.ts';
import { documentOf, fullDocumentOf, insertDocument, removeDocument } from './document-rows.ts';
import type { SpaceWriter } from './space-writer.ts';
import type { StoreCache } from './store-cache.ts';
import { clearCodes } from './stored-lists.ts';
import type { Found, TermWriter } from './term-index.ts';
import { floatsOf } from './vector-bytes.ts';

/** A collection of {@link openStore}. */
export class SqliteCollection implements Collection {
  readonly name: string;
  readonly access: Access;
  readonly #db: Database;
  readonly #key: number;
  readonly #cache: StoreCache;

  constructor(db: Database, key: number, name: string, access: Access, cache: StoreCache) {
    this.#db = db;
    this.#key = key;
    this.name = name;
    this.access = access;
    this.#cache = cache;
  }

  async put(writes: readonly DocumentWrite[]): Promise<void> {
    for (const write of writes) checkWrite(write);
    this.#write(() => {
      const terms = this.#cache.termWriter(this.#key);
      const spaces = new Map<string, SpaceWriter>();
      for (const write of writes) this.#putOne(write, terms, spaces);
      terms.settle();
      for (const space of spaces.values()) space.settle();
    });
  }

  #putOne(write: DocumentWrite, terms: TermWriter, spaces: Map<string, SpaceWriter>): void {
    const { document } = write;
    const tenant = document.tenant ?? tenantOf(this.access);
    if (this.access !== 'all' && tenant !== tenantOf(this.access)) throw notYours(document.id);
    const there = this.#db.first(
      'SELECT key, access FROM documents WHERE collection = ? AND tenant = ? AND id = ?',
      this.#key,
      tenant,
      document.id,
    );
    if (there) {
      if (!maySee(this.access, { tenant, access: JSON.parse(String(there.access)) as string[] }))
        throw notYours(document.id);
      removeDocument(this.#db, Number(there.key), terms);
    }
    const { key, chunks } = insertDocument(this.#db, this.#key, write, tenant, terms);
    for (const chunk of chunks) this.#putVectors(chunk.key, key, chunk.write, spaces);
  }

  #putVectors(chunk: number, document: number, { vectors = {} }: ChunkWrite, spaces: Map<string, SpaceWriter>): void {
    for (const [name, vector] of Object.entries(vectors)) {
      let space = spaces.get(name);
      if (!space) {
        space = this.#cache.space(this.#key, name).writer();
        spaces.set(name, space);
      }
      space.insert(chunk, document, vector);
    }
  }

  async delete(which: { readonly documents: readonly DocumentKey[] } | { readonly filter: Filter }): Promise<number> {
    return this.#write(() => {
      const keys =
        'filter' in which
          ? this.#keys(which.filter)
          : which.documents.map(one => this.#documentRow(one, 'd.key')?.key).filter(key => key !== undefined);
      const terms = this.#cache.termWriter(this.#key);
      const once = new Set(keys.map(Number));
      for (const key of once) removeDocument(this.#db, key, terms);
      terms.settle();
      return once.size;
    });
  }

  async document(key: DocumentKey): Promise<FullDocument | undefined> {
    const row = this.#documentRow(key, `${documentColumns}, d.structure, d.text`);
    return row && fullDocumentOf(row);
  }

  async documents(
    options: { readonly filter?: Filter; readonly after?: DocumentKey; readonly limit?: number } = {},
  ): Promise<readonly StoredDocument[]> {
    const { filter, after, limit = 100 } = options;
    checkLimit(limit);
    const { sql, values } = condition(this.#key, this.access, filter);
    const from = after ? [after.tenant ?? tenantOf(this.access), after.id] : [];
    return this.#db
      .all(
        `SELECT ${documentColumns} FROM documents d WHERE ${sql} ${after ? 'AND (d.tenant, d.id) > (?, ?)' : ''}
         ORDER BY d.tenant, d.id LIMIT ?`,
        ...[...values, ...from, limit],
      )
      .map(documentOf);
  }

  async chunks(key: DocumentKey): Promise<readonly StoredChunk[]> {
    return this.#db.read(() => {
      const document = this.#documentRow(key, 'd.key');
      if (!document) return [];
      const sql = `SELECT ${chunkColumns} FROM chunks c JOIN documents d ON d.key = c.document WHERE c.document = ? ORDER BY c.ordinal`;
      return this.#db.all(sql, document.key!).map(readChunk);
    });
  }

  async count(filter?: Filter): Promise<{ documents: number; chunks: number }> {
    const { sql, values } = condition(this.#key, this.access, filter);
    const row = this.#db.first(
      `SELECT count(*) AS documents, coalesce(sum(d.chunk_count), 0) AS chunks FROM documents d WHERE ${sql}`,
      ...values,
    )!;
    return { documents: Number(row.documents), chunks: Number(row.chunks) };
  }

  async searchText(query: string, { k, filter }: SearchOptions): Promise<readonly Hit[]> {
    checkCount(k);
    const terms = queryTerms(query);
    if (terms.length === 0) return [];
    return this.#db.read(() => {
      const revision = this.#cache.revision();
      return this.#hits(this.#cache.terms(this.#key).search(terms, k, this.#allowed(filter, revision), revision));
    });
  }

  async searchVector(vector: Float32Array, options: VectorSearchOptions): Promise<readonly Hit[]> {
    const { k, filter, space: name, exact = false } = options;
    checkCount(k);
    return this.#db.read(() => {
      const revision = this.#cache.revision();
      const space = this.#cache.space(this.#key, name);
      return this.#hits(
        space.search(vector, k, this.#allowed(filter, revision), exact, revision),
        'vectors v JOIN chunks c ON c.key = v.chunk',
        'v.key',
      );
    });
  }

  async spaces(): Promise<readonly EmbeddingSpace[]> {
    return this.#db
      .all('SELECT name, dimensions FROM spaces WHERE collection = ? ORDER BY name', this.#key)
      .map(row => ({ name: String(row.name), dimensions: Number(row.dimensions) }));
  }

  async addSpace({ name, dimensions }: EmbeddingSpace): Promise<void> {
    if (!(Number.isSafeInteger(dimensions) && dimensions >= 1))
      throw invalidInput(`The space "${name}" has ${dimensions} dimensions. Give a whole number of at least 1.`);
    this.#write(() => {
      const there = this.#db.first('SELECT dimensions FROM spaces WHERE collection = ? AND name = ?', this.#key, name);
      if (there) checkSpace({ name, dimensions }, Number(there.dimensions));
      else
        this.#db.run('INSERT INTO spaces (collection, name, dimensions) VALUES (?, ?, ?)', this.#key, name, dimensions);
    });
  }

  async deleteSpace(name: string): Promise<void> {
    this.#write(() => {
      const row = this.#db.first('SELECT key FROM spaces WHERE collection = ? AND name = ?', this.#key, name);
      if (!row) return;
      clearCodes(this.#db, Number(row.key));
      this.#db.run('DELETE FROM vectors WHERE space = ?', row.key!);
      this.#db.run('DELETE FROM spaces WHERE key = ?', row.key!);
    });
  }

  async missing(space: string, limit: number): Promise<readonly { id: string; indexText: string }[]> {
    checkCount(limit);
    const { sql, values } = condition(this.#key, this.access);
    return this.#db.read(() =>
      this.#db
        .all(
          `SELECT c.id, coalesce(c.index_text, c.text) AS text FROM chunks c JOIN documents d ON d.key = c.document
           WHERE ${sql} AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.chunk = c.key AND v.space = ?) ORDER BY c.key LIMIT ?`,
          ...[...values, this.#cache.space(this.#key, space).key, limit],
        )
        .map(row => ({ id: String(row.id), indexText: String(row.text) })),
    );
  }

  async putVectors(space: string, vectors: ReadonlyMap<string, Float32Array>): Promise<number> {
    return this.#write(() => {
      const known = this.#cache.space(this.#key, space);
      const into = known.writer();
      const { sql, values } = condition(this.#key, this.access);
      let added = 0;
      for (const [id, vector] of vectors) {
        const chunk = this.#db.first(
          `SELECT c.key, c.document FROM chunks c JOIN documents d ON d.key = c.document WHERE ${sql} AND c.collection = ? AND c.id = ?
             AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.chunk = c.key AND v.space = ?)`,
          ...[...values, this.#key, id, known.key],
        );
        if (!chunk) continue;
        into.insert(Number(chunk.key), Number(chunk.document), vector);
        added++;
      }
      into.settle();
      return added;
    });
  }

  async vectorsByHash(space: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#vectorsBy('hash', space, hashes);
  }

  async vectors(space: string, chunkIds: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#vectorsBy('id', space, chunkIds);
  }

  #vectorsBy(column: 'hash' | 'id', space: string, names: readonly string[]): Map<string, Float32Array> {
    const { sql, values } = condition(this.#key, this.access);
    return this.#db.read(() => {
      const rows = this.#db.all(
        `SELECT c.${column} AS name, v.vector FROM json_each(?) n JOIN chunks c ON c.collection = ? AND c.${column} = n.value
         JOIN vectors v ON v.chunk = c.key AND v.space = ? JOIN documents d ON d.key = c.document WHERE ${sql}`,
        ...[JSON.stringify(names), this.#key, this.#cache.space(this.#key, space).key, ...values],
      );
      return new Map(rows.map(row => [String(row.name), floatsOf(row.vector as Uint8Array)]));
    });
  }

  #write<Result>(work: () => Result): Result {
    return this.#db.write(() => {
      const result = work();
      this.#db.run('UPDATE state SET revision = revision + 1');
      return result;
    });
  }

  #keys(filter: Filter): number[] {
    const { sql, values } = condition(this.#key, this.access, filter);
    return this.#db.all(`SELECT d.key FROM documents d WHERE ${sql}`, ...values).map(row => Number(row.key));
  }

  #documentRow({ id, tenant = tenantOf(this.access) }: DocumentKey, columns: string): Row | undefined {
    const { sql, values } = condition(this.#key, this.access);
    return this.#db.first(
      `SELECT ${columns} FROM documents d WHERE ${sql} AND d.tenant = ? AND d.id = ?`,
      ...values,
      tenant,
      id,
    );
  }

  /** What this principal may see of what fulfils a filter; undefined where that is everything. */
  #allowed(filter: Filter | undefined, revision: number): Allowed | undefined {
    if (this.access === 'all' && filter === undefined) return undefined;
    return this.#cache.allowed(condition(this.#key, this.access, filter), revision);
  }

  /** What was found, by keys of a column. */
  #hits(found: readonly Found[], from = 'chunks c', column = 'c.key'): Hit[] {
    const sql = `SELECT ${chunkColumns} FROM ${from} JOIN documents d ON d.key = c.document WHERE ${column} = ?`;
    return found.map(({ key, score }) => ({ chunk: readChunk(this.#db.first(sql, key)!), score }));
  }
}

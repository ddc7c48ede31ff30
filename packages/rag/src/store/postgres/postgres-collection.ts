// A collection in Postgres, as one principal sees it.
import { invalidInput } from '@modeshift/core';
import type { Metadata } from '../../chunk/document.ts';
import { type Access, tenantOf } from '../access.ts';
import type { Filter } from '../filter.ts';
import {
  checkCount,
  checkLimit,
  checkSpace,
  chunkColumns,
  documentColumns,
  queryTerms,
  readChunk,
  readDocument,
  readStructure,
  unitVector,
} from '../prepare-write.ts';
import type {
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
import { condition, Values, visible } from './conditions.ts';
import type { Connection, Row, Transaction } from './connection.ts';
import { spaceTable } from './migrations.ts';
import { CollectionWriter, type Space, vectorText } from './writer.ts';

/** A collection of {@link openPostgresStore}. */
export class PostgresCollection implements Collection {
  readonly name: string;
  readonly access: Access;
  readonly #connection: Connection;
  readonly #schema: string;
  readonly #key: number;
  readonly #exactUpTo: number;

  constructor(connection: Connection, schema: string, key: number, name: string, access: Access, exactUpTo: number) {
    this.#connection = connection;
    this.#schema = schema;
    this.#key = key;
    this.name = name;
    this.access = access;
    this.#exactUpTo = exactUpTo;
  }

  async put(writes: readonly DocumentWrite[]): Promise<void> {
    await this.#write(writer => writer.put(writes));
  }

  async delete(which: { readonly documents: readonly DocumentKey[] } | { readonly filter: Filter }): Promise<number> {
    return this.#write(async (writer, transaction) => {
      const values = new Values();
      let where = condition(values, this.#key, this.access, 'filter' in which ? which.filter : undefined);
      if ('documents' in which) {
        const tenants = values.put(which.documents.map(one => one.tenant ?? tenantOf(this.access)));
        const ids = values.put(which.documents.map(one => one.id));
        where += ` AND (d.tenant, d.id) IN (SELECT * FROM unnest(${tenants}::text[], ${ids}::text[]))`;
      }
      const rows = await transaction.all(`SELECT d.key FROM ${this.#schema}.documents d WHERE ${where}`, values.list);
      await writer.remove(rows.map(row => Number(row.key)));
      return rows.length;
    });
  }

  async document(key: DocumentKey): Promise<FullDocument | undefined> {
    const row = await this.#read(transaction =>
      this.#documentRow(transaction, key, `${documentColumns}, d.structure, d.text`),
    );
    if (!row) return undefined;
    return { ...documentOf(row), text: String(row.text), ...readStructure(row.structure) };
  }

  async documents(
    options: { readonly filter?: Filter; readonly after?: DocumentKey; readonly limit?: number } = {},
  ): Promise<readonly StoredDocument[]> {
    const { filter, after, limit = 100 } = options;
    checkLimit(limit);
    const values = new Values();
    let where = condition(values, this.#key, this.access, filter);
    if (after)
      where += ` AND (d.tenant, d.id) > (${values.put(after.tenant ?? tenantOf(this.access))}, ${values.put(after.id)})`;
    const sql = `SELECT ${documentColumns} FROM ${this.#schema}.documents d WHERE ${where} ORDER BY d.tenant, d.id LIMIT ${values.put(limit)}`;
    const rows = await this.#read(transaction => transaction.all(sql, values.list));
    return rows.map(documentOf);
  }

  async chunks(key: DocumentKey): Promise<readonly StoredChunk[]> {
    const rows = await this.#read(async transaction => {
      const document = await this.#documentRow(transaction, key, 'd.key');
      if (!document) return [];
      return transaction.all(
        `SELECT ${chunkColumns} FROM ${this.#chunksOfDocuments} WHERE d.key = $1 ORDER BY c.ordinal`,
        [document.key],
      );
    });
    return rows.map(readChunk);
  }

  async count(filter?: Filter): Promise<{ documents: number; chunks: number }> {
    const row = await this.#read(transaction => this.#counts(transaction, filter));
    return { documents: Number(row.documents), chunks: Number(row.chunks) };
  }

  async searchText(query: string, { k, filter }: SearchOptions): Promise<readonly Hit[]> {
    checkCount(k);
    const terms = queryTerms(query);
    if (terms.length === 0) return [];
    const values = new Values();
    const [collection, wanted] = [values.put(this.#key), values.put(terms)];
    const seen =
      this.access === 'all' && filter === undefined
        ? 'true'
        : `f.chunk IN (SELECT c.key FROM ${this.#chunksOfDocuments} WHERE ${condition(values, this.#key, this.access, filter)})`;
    // BM25 as in the store in one file: k1 1.2, b 0.75; what may not be seen counts towards how rare a term is, and for no more.
    const sql = `
      WITH all_chunks AS (SELECT chunks::float8 AS chunks, terms::float8 AS terms FROM ${this.#schema}.collections WHERE key = ${collection}),
      found AS MATERIALIZED (
        SELECT term, chunk, times, length FROM ${this.#schema}.postings WHERE collection = ${collection} AND term = ANY(${wanted}::text[])
      ),
      weights AS (
        SELECT f.term, greatest(1e-6, ln((a.chunks - count(*) + 0.5::float8) / (count(*) + 0.5::float8))) AS weight
        FROM found f, all_chunks a GROUP BY f.term, a.chunks
      ),
      best AS (
        SELECT f.chunk AS key, sum(
          w.weight * f.times * 2.2::float8 / (f.times + 1.2::float8 * (0.25::float8 + 0.75::float8 * f.length * a.chunks / a.terms))
        ) AS score
        FROM found f JOIN weights w USING (term), all_chunks a WHERE ${seen}
        GROUP BY f.chunk ORDER BY score DESC, key LIMIT ${values.put(k)}
      )
      SELECT ${chunkColumns}, best.score FROM best JOIN ${this.#chunksOfDocuments} ON c.key = best.key ORDER BY best.score DESC, c.key`;
    return this.#read(async transaction => readHits(await transaction.all(sql, values.list)));
  }

  async searchVector(vector: Float32Array, options: VectorSearchOptions): Promise<readonly Hit[]> {
    const { k, filter, space: name, exact = false } = options;
    checkCount(k);
    return this.#read(async transaction => {
      const space = await this.#space(transaction, name);
      const unit = vectorText(unitVector(vector, space.dimensions));
      const nearest = async (all: boolean): Promise<Hit[]> => {
        const values = new Values();
        const query = `${values.put(unit)}::vector`;
        const documents = filter
          ? `AND v.document IN (SELECT d.key FROM ${this.#schema}.documents d WHERE ${condition(values, this.#key, this.access, filter)})`
          : '';
        // Plus zero: an order that no index has.
        const order = all ? `(v.embedding <#> ${query}) + 0, v.chunk` : `v.embedding <#> ${query}`;
        await transaction.run(`SET LOCAL enable_seqscan = ${all ? 'on' : 'off'}`);
        const rows = await transaction.all(
          `WITH best AS MATERIALIZED (
             SELECT v.chunk AS key, -(v.embedding <#> ${query}) AS score FROM ${this.#schema}.vectors_${space.key} v
             WHERE ${visible(values, this.access, 'v')} ${documents} ORDER BY ${order} LIMIT ${values.put(k)}
           )
           SELECT ${chunkColumns}, best.score FROM best JOIN ${this.#chunksOfDocuments} ON c.key = best.key
           ORDER BY best.score DESC, c.key`,
          values.list,
        );
        return readHits(rows);
      };
      const chunks = Number((await this.#counts(transaction, filter)).chunks);
      if (!exact && space.dimensions <= mostIndexed && chunks > this.#exactUpTo) {
        await transaction.run(`SET LOCAL hnsw.ef_search = ${Math.min(1000, Math.max(200, 4 * k))}`);
        // The index goes on until enough are found that may be seen, or it has looked at so many; then all are compared after all.
        await transaction.run('SET LOCAL hnsw.iterative_scan = strict_order');
        await transaction.run('SET LOCAL hnsw.max_scan_tuples = 200000');
        const found = await nearest(false);
        if (found.length >= Math.min(k, chunks)) return found;
      }
      return nearest(true);
    });
  }

  async spaces(): Promise<readonly EmbeddingSpace[]> {
    const sql = `SELECT name, dimensions FROM ${this.#schema}.spaces WHERE collection = $1 ORDER BY name`;
    const rows = await this.#read(transaction => transaction.all(sql, [this.#key]));
    return rows.map(row => ({ name: String(row.name), dimensions: Number(row.dimensions) }));
  }

  async addSpace({ name, dimensions }: EmbeddingSpace): Promise<void> {
    if (!(Number.isSafeInteger(dimensions) && dimensions >= 1 && dimensions <= mostDimensions))
      throw invalidInput(
        `The space "${name}" has ${dimensions} dimensions. Give a whole number from 1 to ${mostDimensions}, the most that pgvector stores.`,
      );
    const find = `SELECT dimensions FROM ${this.#schema}.spaces WHERE collection = $1 AND name = $2`;
    const there =
      (await this.#read(transaction => transaction.first(find, [this.#key, name]))) ??
      (await this.#write(async (_, transaction) => {
        const found = await transaction.first(find, [this.#key, name]);
        if (found) return found;
        const sql = `INSERT INTO ${this.#schema}.spaces (collection, name, dimensions) VALUES ($1, $2, $3) RETURNING key, dimensions`;
        const made = (await transaction.first(sql, [this.#key, name, dimensions]))!;
        await transaction.run(spaceTable(this.#schema, Number(made.key), dimensions));
        return made;
      }));
    checkSpace({ name, dimensions }, Number(there.dimensions));
  }

  async deleteSpace(name: string): Promise<void> {
    await this.#write(async (_, transaction) => {
      const sql = `DELETE FROM ${this.#schema}.spaces WHERE collection = $1 AND name = $2 RETURNING key`;
      const row = await transaction.first(sql, [this.#key, name]);
      if (row) await transaction.run(`DROP TABLE ${this.#schema}.vectors_${Number(row.key)}`);
    });
  }

  async missing(space: string, limit: number): Promise<readonly { id: string; indexText: string }[]> {
    checkCount(limit);
    return this.#read(async transaction => {
      const { key } = await this.#space(transaction, space);
      const values = new Values();
      const where = condition(values, this.#key, this.access);
      const rows = await transaction.all(
        `SELECT c.id, coalesce(c.index_text, c.text) AS text FROM ${this.#chunksOfDocuments} WHERE ${where}
           AND NOT EXISTS (SELECT 1 FROM ${this.#schema}.vectors_${key} v WHERE v.chunk = c.key) ORDER BY c.key LIMIT ${values.put(limit)}`,
        values.list,
      );
      return rows.map(row => ({ id: String(row.id), indexText: String(row.text) }));
    });
  }

  async putVectors(space: string, vectors: ReadonlyMap<string, Float32Array>): Promise<number> {
    return this.#write(async (writer, transaction) => {
      const into = await this.#space(transaction, space);
      const values = new Values();
      const where = condition(values, this.#key, this.access);
      const rows = await transaction.all(
        `SELECT c.id, c.key, c.document, c.tenant, c.open, c.access FROM ${this.#chunksOfDocuments} WHERE ${where}
           AND c.id = ANY(${values.put([...vectors.keys()])}::text[])
           AND NOT EXISTS (SELECT 1 FROM ${this.#schema}.vectors_${into.key} v WHERE v.chunk = c.key) ORDER BY c.key`,
        values.list,
      );
      await writer.insertVectors(
        into,
        rows.map(({ id, key, document, tenant, open, access }) => ({
          chunk: Number(key),
          document: Number(document),
          tenant: String(tenant),
          open: open === true,
          access: access as string[],
          vector: vectors.get(String(id))!,
        })),
      );
      return rows.length;
    });
  }

  async vectorsByHash(space: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#vectorsBy('hash', space, hashes);
  }

  async vectors(space: string, chunkIds: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#vectorsBy('id', space, chunkIds);
  }

  #vectorsBy(column: 'hash' | 'id', space: string, names: readonly string[]): Promise<Map<string, Float32Array>> {
    return this.#read(async transaction => {
      const { key } = await this.#space(transaction, space);
      const values = new Values();
      const where = condition(values, this.#key, this.access);
      const rows = await transaction.all(
        `SELECT c.${column} AS name, v.embedding::real[] AS vector FROM ${this.#chunksOfDocuments}
         JOIN ${this.#schema}.vectors_${key} v ON v.chunk = c.key
         WHERE ${where} AND c.collection = d.collection AND c.${column} = ANY(${values.put([...names])}::text[])`,
        values.list,
      );
      return new Map(rows.map(row => [String(row.name), Float32Array.from(row.vector as number[])]));
    });
  }

  get #chunksOfDocuments(): string {
    return `${this.#schema}.chunks c JOIN ${this.#schema}.documents d ON d.key = c.document`;
  }

  #read<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#connection.read(this.access, work);
  }

  #write<Result>(work: (writer: CollectionWriter, transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#connection.write(this.access, async transaction => {
      const writer = new CollectionWriter(transaction, this.#schema, this.#key, this.access);
      await writer.begin();
      return work(writer, transaction);
    });
  }

  async #counts(transaction: Transaction, filter: Filter | undefined): Promise<Row> {
    const values = new Values();
    const where = condition(values, this.#key, this.access, filter);
    const sql = `SELECT count(*) AS documents, coalesce(sum(d.chunk_count), 0) AS chunks FROM ${this.#schema}.documents d WHERE ${where}`;
    return (await transaction.first(sql, values.list))!;
  }

  #documentRow(
    transaction: Transaction,
    { id, tenant = tenantOf(this.access) }: DocumentKey,
    columns: string,
  ): Promise<Row | undefined> {
    const values = new Values();
    const where = condition(values, this.#key, this.access);
    const sql = `SELECT ${columns} FROM ${this.#schema}.documents d WHERE ${where} AND d.tenant = ${values.put(tenant)} AND d.id = ${values.put(id)}`;
    return transaction.first(sql, values.list);
  }

  async #space(transaction: Transaction, name: string): Promise<Space> {
    return CollectionWriter.space(transaction, this.#schema, this.#key, name);
  }
}

/** The most that pgvector stores, and that its HNSW indexes take. */
const mostDimensions = 16_000;
const mostIndexed = 2000;

const readHits = (rows: readonly Row[]): Hit[] =>
  rows.map(row => ({ chunk: readChunk(row), score: Number(row.score) }));

const documentOf = (row: Row): StoredDocument => readDocument(row, row.access as string[], row.metadata as Metadata);

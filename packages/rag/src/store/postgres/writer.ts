// Writes of one transaction to one collection, many rows at a time.
import { invalidInput } from '@modeshift/core';
import { searchTerms } from '../../tokenize-for-search.ts';
import { type Access, maySee, notYours, tenantOf } from '../access.ts';
import { checkWrite, mostOften, noSpace, prepareChunks, structureText, unitVector } from '../prepare-write.ts';
import type { DocumentWrite } from '../store.ts';
import type { Row, Transaction } from './connection.ts';

/** A space of vectors. */
export interface Space {
  readonly key: number;
  readonly dimensions: number;
}

/** A vector with what says who may see it. */
export interface VectorRow {
  readonly chunk: number;
  readonly document: number;
  readonly tenant: string;
  readonly open: boolean;
  readonly access: readonly string[];
  readonly vector: Float32Array;
}

/** Rows of one statement. */
const rowsAtOnce = 20_000;

export class CollectionWriter {
  readonly #transaction: Transaction;
  readonly #schema: string;
  readonly #collection: number;
  readonly #access: Access;

  constructor(transaction: Transaction, schema: string, collection: number, access: Access) {
    this.#transaction = transaction;
    this.#schema = schema;
    this.#collection = collection;
    this.#access = access;
  }

  static async space(transaction: Transaction, schema: string, collection: number, name: string): Promise<Space> {
    const row = await transaction.first(
      `SELECT key, dimensions FROM ${schema}.spaces WHERE collection = $1 AND name = $2`,
      [collection, name],
    );
    if (!row) throw noSpace(name);
    return { key: Number(row.key), dimensions: Number(row.dimensions) };
  }

  /** Waits until other writers of the collection are done: they write in turn. */
  async begin(): Promise<void> {
    const sql = `SELECT key FROM ${this.#schema}.collections WHERE key = $1 FOR UPDATE`;
    if (!(await this.#transaction.first(sql, [this.#collection])))
      throw invalidInput('The collection was deleted. Open it again.');
  }

  async put(given: readonly DocumentWrite[]): Promise<void> {
    const writes = new Map<string, { readonly write: DocumentWrite; readonly tenant: string }>();
    const own = tenantOf(this.#access);
    for (const write of given) {
      checkWrite(write);
      refuseNul(write);
      const { id, tenant = own } = write.document;
      if (this.#access !== 'all' && tenant !== own) throw notYours(id);
      // Of two of one id the later replaces the earlier.
      writes.set(JSON.stringify([tenant, id]), { write, tenant });
    }
    const list = [...writes.values()];
    await this.remove(await this.#replaced(list));
    const documents = await this.#insertDocuments(list);
    await this.#insertChunks(list, documents);
  }

  /** Removes documents with all that was made of them. */
  async remove(documents: readonly number[]): Promise<void> {
    if (documents.length === 0) return;
    const chunks = `${this.#schema}.chunks WHERE document = ANY($1::bigint[])`;
    await this.#transaction.run(
      `DELETE FROM ${this.#schema}.postings p USING (SELECT key, unnest(terms) AS term FROM ${chunks}) c
       WHERE p.collection = $2 AND p.term = c.term AND p.chunk = c.key`,
      [documents, this.#collection],
    );
    await this.#transaction.run(
      `UPDATE ${this.#schema}.collections o SET chunks = o.chunks - s.chunks, terms = o.terms - s.terms
       FROM (SELECT count(*) AS chunks, coalesce(sum(length), 0) AS terms FROM ${chunks}) s WHERE o.key = $2`,
      [documents, this.#collection],
    );
    await this.#transaction.run(`DELETE FROM ${this.#schema}.documents WHERE key = ANY($1::bigint[])`, [documents]);
  }

  async insertVectors(space: Space, rows: readonly VectorRow[]): Promise<void> {
    const units = rows.map(row => vectorText(unitVector(row.vector, space.dimensions)));
    for (let from = 0; from < rows.length; from += 1000) {
      const part = rows.slice(from, from + 1000);
      await this.#transaction.run(
        `INSERT INTO ${this.#schema}.vectors_${space.key} (chunk, document, tenant, open, access, embedding)
         SELECT r.chunk, r.document, r.tenant, r.open, ARRAY(SELECT json_array_elements_text(r.access)), r.vector::vector
         FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::boolean[], $5::json[], $6::text[])
           AS r(chunk, document, tenant, open, access, vector)`,
        [
          part.map(row => row.chunk),
          part.map(row => row.document),
          part.map(row => row.tenant),
          part.map(row => row.open),
          part.map(row => JSON.stringify(row.access)),
          units.slice(from, from + 1000),
        ],
      );
    }
  }

  /** The documents that are there already; one that may not be seen may not be replaced either. */
  async #replaced(list: readonly { readonly write: DocumentWrite; readonly tenant: string }[]): Promise<number[]> {
    await this.#transaction.become('all');
    const rows = await this.#transaction.all(
      `SELECT d.key, d.tenant, d.id, d.access FROM unnest($2::text[], $3::text[]) AS w(tenant, id)
       JOIN ${this.#schema}.documents d ON d.collection = $1 AND d.tenant = w.tenant AND d.id = w.id`,
      [this.#collection, list.map(one => one.tenant), list.map(one => one.write.document.id)],
    );
    await this.#transaction.become(this.#access);
    for (const row of rows)
      if (!maySee(this.#access, { tenant: String(row.tenant), access: row.access as string[] }))
        throw notYours(String(row.id));
    return rows.map(row => Number(row.key));
  }

  async #insertDocuments(
    list: readonly { readonly write: DocumentWrite; readonly tenant: string }[],
  ): Promise<number[]> {
    const keys = await this.#nextKeys('documents', list.length);
    const rows = list.map(({ write, tenant }, i) => {
      const { document, chunks, contentHash = null, pipeline = null } = write;
      const { id, text, title = null, uri = null, metadata = {}, access = [] } = document;
      return {
        ...{ key: keys[i], tenant, id, open: access.length === 0, access, title, uri, metadata, pipeline, text },
        content_hash: contentHash,
        chunk_count: chunks.length,
        structure: structureText(document),
      };
    });
    await this.#transaction.run(
      `INSERT INTO ${this.#schema}.documents
         (key, collection, tenant, id, open, access, title, uri, metadata, content_hash, pipeline, chunk_count, structure, text)
       SELECT key, $2, tenant, id, open, ARRAY(SELECT json_array_elements_text(access)), title, uri, metadata, content_hash, pipeline,
         chunk_count, structure, text
       FROM json_to_recordset($1::json) AS r(key bigint, tenant text, id text, open boolean, access json, title text, uri text,
         metadata jsonb, content_hash text, pipeline text, chunk_count integer, structure text, text text)`,
      [JSON.stringify(rows), this.#collection],
    );
    return keys;
  }

  async #insertChunks(
    list: readonly { readonly write: DocumentWrite; readonly tenant: string }[],
    documents: readonly number[],
  ): Promise<void> {
    const chunks = list.flatMap(({ write, tenant }, i) =>
      prepareChunks(write, tenant).map(one => {
        const { access = [] } = write.document;
        const terms = searchTerms(one.indexed);
        return { ...one, document: documents[i]!, tenant, access, terms, times: countTimes(terms) };
      }),
    );
    const keys = await this.#nextKeys('chunks', chunks.length);
    const rows = chunks.map(({ write, document, tenant, access, id, hash, standing, indexed, terms, times }, i) => ({
      ...{ key: keys[i], document, tenant, open: access.length === 0, access, id, hash, ordinal: write.ordinal },
      ...{
        start: write.start,
        end: write.end,
        place: standing,
        text: write.text,
        terms: [...times.keys()],
        length: terms.length,
      },
      index_text: indexed === write.text ? null : indexed,
    }));
    await this.#transaction.run(
      `INSERT INTO ${this.#schema}.chunks
         (key, collection, document, tenant, open, access, id, hash, ordinal, start, "end", place, text, index_text, terms, length)
       SELECT key, $2, document, tenant, open, ARRAY(SELECT json_array_elements_text(access)), id, hash, ordinal, start, "end", place, text,
         index_text, ARRAY(SELECT json_array_elements_text(terms)), length
       FROM json_to_recordset($1::json) AS r(key bigint, document bigint, tenant text, open boolean, access json, id text, hash text,
         ordinal integer, start integer, "end" integer, place text, text text, index_text text, terms json, length integer)`,
      [JSON.stringify(rows), this.#collection],
    );
    await this.#insertPostings(
      chunks.flatMap(({ times, terms }, i) =>
        [...times].map(([term, often]) => ({ term, chunk: keys[i]!, often, length: terms.length })),
      ),
    );
    await this.#transaction.run(
      `UPDATE ${this.#schema}.collections SET chunks = chunks + $2, terms = terms + $3 WHERE key = $1`,
      [this.#collection, chunks.length, chunks.reduce((sum, one) => sum + one.terms.length, 0)],
    );
    const spaces = new Map<string, VectorRow[]>();
    for (const [i, { write, document, tenant, access }] of chunks.entries())
      for (const [space, vector] of Object.entries(write.vectors ?? {})) {
        const rows = spaces.get(space) ?? [];
        spaces.set(space, rows);
        rows.push({ chunk: keys[i]!, document, tenant, open: access.length === 0, access, vector });
      }
    for (const [name, vectors] of spaces)
      await this.insertVectors(
        await CollectionWriter.space(this.#transaction, this.#schema, this.#collection, name),
        vectors,
      );
  }

  async #insertPostings(
    postings: readonly {
      readonly term: string;
      readonly chunk: number;
      readonly often: number;
      readonly length: number;
    }[],
  ): Promise<void> {
    for (let from = 0; from < postings.length; from += rowsAtOnce) {
      const part = postings.slice(from, from + rowsAtOnce);
      await this.#transaction.run(
        `INSERT INTO ${this.#schema}.postings (collection, term, chunk, times, length)
         SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::smallint[], $5::integer[])`,
        [
          this.#collection,
          part.map(one => one.term),
          part.map(one => one.chunk),
          part.map(one => one.often),
          part.map(one => one.length),
        ],
      );
    }
  }

  /** Keys that nobody else gets. They are asked for first because a row that its writer may not see cannot be given back. */
  async #nextKeys(table: 'documents' | 'chunks', count: number): Promise<number[]> {
    const rows: Row[] = await this.#transaction.all(
      `SELECT nextval(pg_get_serial_sequence($1, 'key')) AS key FROM generate_series(1, $2)`,
      [`${this.#schema}.${table}`, count],
    );
    return rows.map(row => Number(row.key));
  }
}

function countTimes(terms: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const term of terms) times.set(term, Math.min(mostOften, (times.get(term) ?? 0) + 1));
  return times;
}

/** Postgres has no place for the character NUL. */
function refuseNul({ document }: DocumentWrite): void {
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(JSON.stringify(document)))
    throw invalidInput(`Document "${document.id}": Postgres does not store the character U+0000. Remove it.`);
}

/** A vector as pgvector reads it. */
export const vectorText = (vector: Float32Array): string => `[${vector.join(',')}]`;

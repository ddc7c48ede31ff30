// A collection in LanceDB, as one principal sees it.
import { invalidInput } from '@modeshift/core';
import { type Access, maySee, notYours, tenantOf } from '../access.ts';
import type { Filter } from '../filter.ts';
import {
  checkCount,
  checkLimit,
  checkSpace,
  checkWrite,
  noSpace,
  queryTerms,
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
import { condition, isOneOf, ofDocuments, quote } from './conditions.ts';
import type { LancePackages, Row } from './lance-packages.ts';
import type { LanceTable } from './lance-table.ts';
import {
  chunkColumns,
  documentColumns,
  documentRows,
  hits,
  storedChunk,
  storedDocument,
  vectorColumn,
  vectorOf,
} from './rows.ts';

/** How many parts of an index are looked into, and how many times as many candidates as wanted are compared by their whole vectors. */
const [probes, refinement] = [128, 20];

/** A collection of {@link openLanceStore}. */
export class LanceCollection implements Collection {
  readonly name: string;
  readonly access: Access;
  readonly #table: LanceTable;
  readonly #packages: LancePackages;

  constructor(table: LanceTable, packages: LancePackages, name: string, access: Access) {
    this.#table = table;
    this.#packages = packages;
    this.name = name;
    this.access = access;
  }

  async put(given: readonly DocumentWrite[]): Promise<void> {
    const writes = new Map<string, { readonly write: DocumentWrite; readonly tenant: string }>();
    const own = tenantOf(this.access);
    for (const write of given) {
      checkWrite(write);
      const { id, tenant = own } = write.document;
      if (this.access !== 'all' && tenant !== own) throw notYours(id);
      // Of two of one id the later replaces the earlier.
      writes.set(JSON.stringify([tenant, id]), { write, tenant });
    }
    if (writes.size === 0) return;
    const list = [...writes.values()];
    const replaced = ofDocuments(
      list.map(({ write, tenant }) => ({ id: write.document.id, tenant })),
      this.access,
    );
    await this.#table.write(async table => {
      if (this.access !== 'all') {
        const there = table.query().where(`kind = 'document' AND ${replaced}`);
        for (const row of await there.select(['document', 'tenant', 'access']).toArray())
          if (!maySee(this.access, { tenant: String(row.tenant), access: [...(row.access as Iterable<string>)] }))
            throw notYours(String(row.document));
      }
      const spaces = await this.#table.spaces();
      const rows = list.flatMap(({ write, tenant }) => documentRows(write, tenant, spaces));
      await table
        .mergeInsert('row')
        .whenMatchedUpdateAll()
        .whenNotMatchedInsertAll()
        .whenNotMatchedBySourceDelete({ where: replaced })
        .execute(this.#table.rows.table([...rows, this.#table.rows.lock()], spaces));
    });
  }

  async delete(which: { readonly documents: readonly DocumentKey[] } | { readonly filter: Filter }): Promise<number> {
    const where = (kind: 'document' | 'chunk'): string =>
      'filter' in which
        ? condition(kind, this.access, which.filter)
        : `${condition(kind, this.access)} AND ${ofDocuments(which.documents, this.access)}`;
    const [documents, chunks] = [where('document'), where('chunk')];
    return this.#table.write(async table => {
      const count = await table.countRows(documents);
      if (count > 0) await table.delete(`(${documents}) OR (${chunks})`);
      return count;
    });
  }

  async document(key: DocumentKey): Promise<FullDocument | undefined> {
    const where = `${condition('document', this.access)} AND ${ofDocuments([key], this.access)}`;
    const [row] = await this.#rows(where, [...documentColumns, 'structure', 'text']);
    return row && { ...storedDocument(row), text: String(row.text), ...readStructure(row.structure) };
  }

  async documents(
    options: { readonly filter?: Filter; readonly after?: DocumentKey; readonly limit?: number } = {},
  ): Promise<readonly StoredDocument[]> {
    const { filter, after, limit = 100 } = options;
    checkLimit(limit);
    let where = condition('document', this.access, filter);
    if (after) {
      const [tenant, id] = [after.tenant ?? tenantOf(this.access), after.id].map(quote);
      where += ` AND (tenant > ${tenant} OR (tenant = ${tenant} AND document > ${id}))`;
    }
    const rows = await this.#table.read(table =>
      table
        .query()
        .where(where)
        .orderBy([{ columnName: 'tenant' }, { columnName: 'document' }])
        .limit(Math.min(limit, mostRows))
        .select(documentColumns)
        .toArray(),
    );
    return rows.map(storedDocument);
  }

  async chunks(key: DocumentKey): Promise<readonly StoredChunk[]> {
    const where = `${condition('chunk', this.access)} AND ${ofDocuments([key], this.access)}`;
    const rows = await this.#rows(where, chunkColumns);
    return rows.map(storedChunk).sort((a, b) => a.ordinal - b.ordinal);
  }

  async count(filter?: Filter): Promise<{ documents: number; chunks: number }> {
    // Of one query, so that both are of the same moment.
    const rows = await this.#rows(condition('document', this.access, filter), ['chunk_count']);
    return { documents: rows.length, chunks: rows.reduce((sum, row) => sum + Number(row.chunk_count), 0) };
  }

  async searchText(query: string, { k, filter }: SearchOptions): Promise<readonly Hit[]> {
    checkCount(k);
    const where = condition('chunk', this.access, filter);
    const terms = queryTerms(query);
    if (terms.length === 0) return [];
    const words = new this.#packages.lance.MatchQuery(terms.join(' '), 'terms');
    const rows = await this.#table.read(table =>
      table
        .query()
        .fullTextSearch(words)
        .where(where)
        .limit(Math.min(k, mostRows))
        .select([...chunkColumns, '_score'])
        .toArray(),
    );
    return hits(rows, row => Number(row._score));
  }

  async searchVector(vector: Float32Array, options: VectorSearchOptions): Promise<readonly Hit[]> {
    const { k, filter, space: name, exact = false } = options;
    checkCount(k);
    const where = condition('chunk', this.access, filter);
    const { dimensions } = await this.#space(name);
    const unit = unitVector(vector, dimensions);
    const rows = await this.#table.read(table => {
      const query = table.query().nearestTo(unit).column(vectorColumn(name)).distanceType('dot').where(where);
      if (exact) query.bypassVectorIndex();
      else query.nprobes(probes).refineFactor(refinement);
      return query
        .limit(Math.min(k, mostRows))
        .select([...chunkColumns, '_distance'])
        .toArray();
    });
    // LanceDB's distance of vectors of length one is 1 minus their cosine; chunks without a vector have none.
    return hits(
      rows.filter(row => row._distance !== null),
      row => 1 - Number(row._distance),
    );
  }

  async spaces(): Promise<readonly EmbeddingSpace[]> {
    return this.#table.spaces();
  }

  async addSpace(space: EmbeddingSpace): Promise<void> {
    const { name, dimensions } = space;
    if (!(Number.isSafeInteger(dimensions) && dimensions >= 1 && dimensions <= mostRows))
      throw invalidInput(`The space "${name}" has ${dimensions} dimensions. Give a whole number of at least 1.`);
    await this.#table.write(async table => {
      const there = (await this.#table.spaces()).find(one => one.name === name);
      if (there) checkSpace(space, there.dimensions);
      else await table.addColumns(this.#table.rows.vectorField(space));
    });
  }

  async deleteSpace(name: string): Promise<void> {
    await this.#table.write(async table => {
      if ((await this.#table.spaces()).some(one => one.name === name)) await table.dropColumns([vectorColumn(name)]);
    });
  }

  async missing(space: string, limit: number): Promise<readonly { readonly id: string; readonly indexText: string }[]> {
    checkLimit(limit);
    await this.#space(space);
    const where = `${condition('chunk', this.access)} AND ${vectorColumn(space)} IS NULL`;
    const rows = await this.#rows(where, ['row', 'text', 'index_text'], limit);
    return rows.map(row => ({ id: String(row.row), indexText: String(row.index_text ?? row.text) }));
  }

  async putVectors(name: string, vectors: ReadonlyMap<string, Float32Array>): Promise<number> {
    return this.#table.write(async table => {
      const space = await this.#space(name);
      const isMissing = `${vectorColumn(name)} IS NULL`;
      // The condition of a merge takes no functions, and access needs one.
      const where = `${condition('chunk', this.access)} AND ${isOneOf('row', [...vectors.keys()])} AND ${isMissing}`;
      const chunks = (await this.#rows(where, ['row'])).map(row => String(row.row));
      if (chunks.length === 0) return 0;
      const merge = table.mergeInsert('row').whenMatchedUpdateAll({ where: `target.${isMissing}` });
      const added = new Map(chunks.map(chunk => [chunk, vectors.get(chunk)!]));
      return (await merge.execute(this.#table.rows.vectors(space, added))).numUpdatedRows;
    });
  }

  async vectorsByHash(space: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#vectorsBy('hash', space, hashes);
  }

  async vectors(space: string, chunkIds: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#vectorsBy('row', space, chunkIds);
  }

  async #vectorsBy(by: 'hash' | 'row', space: string, names: readonly string[]): Promise<Map<string, Float32Array>> {
    await this.#space(space);
    const column = vectorColumn(space);
    const where = `${condition('chunk', this.access)} AND ${isOneOf(by, names)} AND ${column} IS NOT NULL`;
    const rows = await this.#rows(where, [by, column]);
    return new Map(rows.map(row => [String(row[by]), vectorOf(row, column)]));
  }

  #rows(where: string, columns: readonly string[], limit = mostRows): Promise<Row[]> {
    return this.#table.read(table =>
      table.query().where(where).limit(Math.min(limit, mostRows)).select(columns).toArray(),
    );
  }

  async #space(name: string): Promise<EmbeddingSpace> {
    const space = (await this.#table.spaces()).find(one => one.name === name);
    if (!space) throw noSpace(name);
    return space;
  }
}

/** LanceDB counts rows of an answer in 32 bits. */
const mostRows = 2 ** 31 - 1;

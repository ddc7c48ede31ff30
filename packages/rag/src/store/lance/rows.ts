// The rows of a table. One table is one collection: a row for each document, one for each chunk, and one that all writers change, so
// that LanceDB sees their conflict. Whatever belongs to a document is written in one commit, since LanceDB commits tables one by one.
import type { Metadata } from '../../chunk/document.ts';
import { searchTerms } from '../../tokenize-for-search.ts';
import { noSpace, prepareChunks, readChunk, readDocument, structureText, unitVector } from '../prepare-write.ts';
import type { DocumentWrite, EmbeddingSpace, Hit, StoredChunk, StoredDocument } from '../store.ts';
import { filterColumns } from './conditions.ts';
import type { ArrowTable, LancePackages, Row } from './lance-packages.ts';

/** The version of the columns, in the metadata of a table's schema. */
export const layout = { key: 'modeshift', version: '1' } as const;

const texts = ['title', 'uri', 'metadata', 'content_hash', 'pipeline', 'structure', 'text'] as const;
const chunkTexts = ['hash', 'place', 'index_text', 'terms'] as const;
const numbers = ['chunk_count', 'ordinal', 'start_at', 'end_at'] as const;
const lists = ['access', 'facts', 'number_fields', 'string_fields', 'strings'] as const;

/** The columns of {@link storedDocument}. */
export const documentColumns = [
  'tenant',
  'document',
  'access',
  'title',
  'uri',
  'metadata',
  'content_hash',
  'pipeline',
  'chunk_count',
];
/** The columns of {@link storedChunk}. */
export const chunkColumns = ['row', 'hash', 'ordinal', 'start_at', 'end_at', 'place', 'text', 'document', 'tenant'];

const vectorPrefix = 'vector_';

/** The column of a space: any name, in letters that every tool takes. */
export const vectorColumn = (space: string): string => vectorPrefix + Buffer.from(space).toString('hex');

/** The space of a column, if it is one's. */
export function spaceOf({
  name,
  type,
}: {
  readonly name: string;
  readonly type: { readonly listSize?: number };
}): EmbeddingSpace | undefined {
  if (!name.startsWith(vectorPrefix)) return undefined;
  return { name: Buffer.from(name.slice(vectorPrefix.length), 'hex').toString(), dimensions: type.listSize! };
}

/** Makes tables of Arrow with the columns of a collection. */
export class RowWriter {
  readonly #packages: LancePackages;

  constructor(packages: LancePackages) {
    this.#packages = packages;
  }

  /** The row that every write changes. */
  lock(): Row {
    return { row: 'lock', kind: 'lock', tenant: '', document: '', open: false, ...emptyLists };
  }

  /** Rows with all columns and those of the spaces. */
  table(rows: readonly Row[], spaces: readonly EmbeddingSpace[]): ArrowTable {
    const { Schema, Utf8, Bool, Int32, Float64 } = this.#packages.arrow;
    const fields = [
      ...['row', 'kind', 'tenant', 'document'].map(name => this.#field(name, new Utf8(), false)),
      this.#field('open', new Bool(), false),
      ...lists.map(name => this.#list(name, new Utf8())),
      this.#list('numbers', new Float64()),
      ...[...texts, ...chunkTexts].map(name => this.#field(name, new Utf8())),
      ...numbers.map(name => this.#field(name, new Int32())),
      ...spaces.map(space => this.vectorField(space)),
    ];
    const full = rows.map(row => ({
      ...Object.fromEntries(fields.map(field => [(field as Named).name, null])),
      ...row,
    }));
    return this.#make(full, new Schema(fields, new Map([[layout.key, layout.version]])));
  }

  /** Vectors alone, by row. */
  vectors(space: EmbeddingSpace, vectors: ReadonlyMap<string, Float32Array>): ArrowTable {
    const { Schema, Utf8 } = this.#packages.arrow;
    const column = vectorColumn(space.name);
    const rows = [...vectors].map(([row, vector]) => ({ row, [column]: unitVector(vector, space.dimensions) }));
    return this.#make(rows, new Schema([this.#field('row', new Utf8(), false), this.vectorField(space)]));
  }

  vectorField({ name, dimensions }: EmbeddingSpace): object {
    const { FixedSizeList, Float32 } = this.#packages.arrow;
    return this.#field(vectorColumn(name), new FixedSizeList(dimensions, this.#field('item', new Float32())));
  }

  #field(name: string, type: object, nullable = true): object {
    return new this.#packages.arrow.Field(name, type, nullable);
  }

  #list(name: string, item: object): object {
    return this.#field(name, new this.#packages.arrow.List(this.#field('item', item)), false);
  }

  #make(rows: readonly Row[], schema: object): ArrowTable {
    return this.#packages.lance.makeArrowTable(rows, { schema });
  }
}

interface Named {
  readonly name: string;
}

const emptyLists = Object.fromEntries([...lists, 'numbers'].map(name => [name, []]));

/** The rows of a document and its chunks. */
export function documentRows(write: DocumentWrite, tenant: string, spaces: readonly EmbeddingSpace[]): Row[] {
  const { document, chunks, contentHash, pipeline } = write;
  const { id, text, title, uri, metadata = {}, access = [] } = document;
  const shared = { tenant, document: id, open: access.length === 0, access, ...filterColumns(metadata) };
  const rows: Row[] = [
    {
      ...shared,
      row: `document:${JSON.stringify([tenant, id])}`,
      kind: 'document',
      title,
      uri,
      metadata: JSON.stringify(metadata),
      content_hash: contentHash,
      pipeline,
      chunk_count: chunks.length,
      structure: structureText(document),
      text,
    },
  ];
  for (const { write: chunk, id: row, hash, standing, indexed } of prepareChunks(write, tenant))
    rows.push({
      ...shared,
      row,
      kind: 'chunk',
      hash,
      ordinal: chunk.ordinal,
      start_at: chunk.start,
      end_at: chunk.end,
      place: standing,
      text: chunk.text,
      index_text: indexed === chunk.text ? null : indexed,
      terms: searchTerms(indexed).join(' '),
      ...vectorsOf(chunk.vectors ?? {}, spaces),
    });
  return rows;
}

function vectorsOf(vectors: Readonly<Record<string, Float32Array>>, spaces: readonly EmbeddingSpace[]): Row {
  const row: Row = {};
  for (const [name, vector] of Object.entries(vectors)) {
    const space = spaces.find(one => one.name === name);
    if (!space) throw noSpace(name);
    row[vectorColumn(name)] = unitVector(vector, space.dimensions);
  }
  return row;
}

/** A document of a row with {@link documentColumns}. */
export function storedDocument(row: Row): StoredDocument {
  const access = [...(row.access as Iterable<string>)];
  return readDocument({ ...columns(row, documentColumns), id: row.document }, access, readMetadata(row));
}

const readMetadata = (row: Row): Metadata => JSON.parse(String(row.metadata)) as Metadata;

/** A chunk of a row with {@link chunkColumns}. */
export function storedChunk(row: Row): StoredChunk {
  const { start_at: start, end_at: end, document: document_id, row: id, ...rest } = columns(row, chunkColumns);
  return readChunk({ ...rest, id, start, end, document_id });
}

/** Chunks with their scores, the best first. */
export function hits(rows: readonly Row[], score: (row: Row) => number): Hit[] {
  return rows
    .map(row => ({ chunk: storedChunk(row), score: score(row) }))
    .sort((a, b) => b.score - a.score || (a.chunk.id < b.chunk.id ? -1 : 1));
}

/** Rows of Arrow read each value when it is asked for; this is a plain one. */
const columns = (row: Row, names: readonly string[]): Row => Object.fromEntries(names.map(name => [name, row[name]]));

/** A vector of a row, its own copy. */
export const vectorOf = (row: Row, column: string): Float32Array => Float32Array.from(row[column] as Iterable<number>);

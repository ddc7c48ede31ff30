// Documents and chunks between objects and rows: checked, written, deleted, read.
import { createHash } from 'node:crypto';
import { invalidInput } from '@modeshift/core';
import { indexText, textHash } from '../../chunk/chunk.ts';
import type { Metadata, MetadataValue, SourceDocument } from '../../chunk/document.ts';
import { searchTerms } from '../../tokenize-for-search.ts';
import type { ChunkWrite, DocumentWrite, FullDocument, StoredChunk, StoredDocument } from '../store.ts';
import { kindOf, stored } from './conditions.ts';
import type { Database, Row, SqlValue } from './database.ts';
import { Segments } from './segments.ts';
import type { TermWriter } from './term-index.ts';

/** A chunk that was written: its key and what was indexed. */
export interface WrittenChunk {
  readonly key: number;
  readonly write: ChunkWrite;
}

/** Refuses what cannot be stored exactly, before anything is written. */
export function checkWrite({ document, chunks }: DocumentWrite): void {
  const place = `Document "${document.id}"`;
  if (typeof document.id !== 'string' || document.id === '') throw invalidInput('A document needs an "id".');
  if (!document.text.isWellFormed())
    throw invalidInput(`${place}: the text has half of a surrogate pair. Use toWellFormed().`);
  for (const [field, value] of Object.entries(document.metadata ?? {}))
    if (!isMetadata(value))
      throw invalidInput(
        `${place}: metadata "${field}" must be a string, a finite number, a boolean or a list of strings.`,
      );
  for (const [i, chunk] of chunks.entries()) {
    if (document.text.slice(chunk.start, chunk.end) !== chunk.text || chunk.text === '')
      throw invalidInput(`${place}: chunk ${i} is not the text between ${chunk.start} and ${chunk.end}.`);
    if (chunk.ordinal !== i) throw invalidInput(`${place}: chunk ${i} has the ordinal ${chunk.ordinal}.`);
  }
}

const isMetadata = (value: MetadataValue): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (Array.isArray(value) && value.every(one => typeof one === 'string'));

/** Writes a document that is not there, with its chunks and their terms. */
export function insertDocument(
  db: Database,
  collection: number,
  write: DocumentWrite,
  tenant: string,
  terms: TermWriter,
): { readonly key: number; readonly chunks: readonly WrittenChunk[] } {
  const { document, chunks, contentHash = null, pipeline = null } = write;
  const { id, text, title = null, uri = null, metadata = {}, access = [], blocks, pages, places } = document;
  const structure = JSON.stringify({ blocks, pages, places });
  const { key } = db.run(
    `INSERT INTO documents (collection, tenant, id, open, access, title, uri, metadata, content_hash, pipeline, chunk_count, structure, text)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[
      collection,
      tenant,
      id,
      access.length === 0 ? 1 : 0,
      JSON.stringify(access),
      title,
      uri,
      JSON.stringify(metadata),
    ],
    ...[contentHash, pipeline, chunks.length, structure, text],
  );
  for (const label of new Set(access)) db.run('INSERT INTO document_access VALUES (?, ?)', key, label);
  insertMetadata(db, collection, key, metadata);
  const times = new Map<string, number>();
  const written = chunks.map(chunk => {
    const indexed = chunk.indexText ?? indexText(chunk);
    const hash = textHash(indexed);
    const occurrence = times.get(hash) ?? 0;
    times.set(hash, occurrence + 1);
    const { headings, line, page, place, tableHeader, context } = chunk;
    const standing = JSON.stringify({ headings, line, page, place, tableHeader, context });
    const inserted = db.run(
      `INSERT INTO chunks (collection, document, id, hash, ordinal, start, "end", place, text, index_text)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[
        collection,
        key,
        chunkId(tenant, id, hash, occurrence),
        hash,
        chunk.ordinal,
        chunk.start,
        chunk.end,
        standing,
      ],
      ...[chunk.text, indexed === chunk.text ? null : indexed],
    );
    terms.add({ key: inserted.key, document: key, terms: searchTerms(indexed) });
    return { key: inserted.key, write: chunk };
  });
  return { key, chunks: written };
}

function insertMetadata(db: Database, collection: number, document: number, metadata: Metadata): void {
  const insert = (field: string, kind: string, value: SqlValue): void => {
    db.run('INSERT OR IGNORE INTO metadata_values VALUES (?, ?, ?, ?, ?)', collection, field, kind, value, document);
  };
  for (const [field, value] of Object.entries(metadata)) {
    if (Array.isArray(value)) for (const one of value) insert(field, 'list', one);
    else insert(field, kindOf(value), stored(value));
  }
}

/** An id that a chunk keeps as long as its document has the same text there. */
function chunkId(tenant: string, document: string, hash: string, occurrence: number): string {
  const name = JSON.stringify([tenant, document, hash, occurrence]);
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** Deletes a document with everything that was made of it. */
export function removeDocument(db: Database, key: number, terms: TermWriter): void {
  const vectors = db.all(
    'SELECT v.space, v.key FROM vectors v JOIN chunks c ON c.key = v.chunk WHERE c.document = ? ORDER BY v.space',
    key,
  );
  for (const space of new Set(vectors.map(row => Number(row.space)))) {
    const own = vectors.filter(row => row.space === space).map(row => Number(row.key));
    new Segments(db, 'codes', space).remove(own);
    db.run('UPDATE spaces SET size = size - ? WHERE key = ?', own.length, space);
  }
  db.run(
    'DELETE FROM vectors WHERE key IN (SELECT value FROM json_each(?))',
    JSON.stringify(vectors.map(row => row.key)),
  );
  terms.remove(db.all('SELECT key FROM chunks WHERE document = ?', key).map(row => Number(row.key)));
  for (const table of ['chunks', 'document_access', 'metadata_values'])
    db.run(`DELETE FROM ${table} WHERE document = ?`, key);
  db.run('DELETE FROM documents WHERE key = ?', key);
}

/** The columns of a document without its text. */
export const documentColumns =
  'd.tenant, d.id, d.access, d.title, d.uri, d.metadata, d.content_hash, d.pipeline, d.chunk_count';

export function readDocument(row: Row): StoredDocument {
  const { title, uri, content_hash: contentHash, pipeline } = row;
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    access: JSON.parse(String(row.access)) as string[],
    ...(title !== null && { title: String(title) }),
    ...(uri !== null && { uri: String(uri) }),
    metadata: JSON.parse(String(row.metadata)) as Metadata,
    ...(contentHash !== null && { contentHash: String(contentHash) }),
    ...(pipeline !== null && { pipeline: String(pipeline) }),
    chunks: Number(row.chunk_count),
  };
}

export function readFullDocument(row: Row): FullDocument {
  const structure = JSON.parse(String(row.structure)) as Pick<SourceDocument, 'blocks' | 'pages' | 'places'>;
  return { ...readDocument(row), text: String(row.text), ...structure };
}

/** The columns of a chunk, with those of its document. */
export const chunkColumns =
  'c.key, c.id, c.hash, c.ordinal, c.start, c."end", c.place, c.text, d.id AS document_id, d.tenant';

export function readChunk(row: Row): StoredChunk {
  const place = JSON.parse(String(row.place)) as Pick<
    StoredChunk,
    'headings' | 'line' | 'page' | 'place' | 'tableHeader' | 'context'
  >;
  return {
    id: String(row.id),
    documentId: String(row.document_id),
    tenant: String(row.tenant),
    hash: String(row.hash),
    ordinal: Number(row.ordinal),
    start: Number(row.start),
    end: Number(row.end),
    text: String(row.text),
    ...place,
  };
}

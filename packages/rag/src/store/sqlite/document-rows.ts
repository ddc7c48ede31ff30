// Documents and chunks between objects and rows: written, deleted, read.
import type { Metadata } from '../../chunk/document.ts';
import { prepareChunks, readDocument, readStructure, structureText } from '../prepare-write.ts';
import type { ChunkWrite, DocumentWrite, FullDocument, StoredDocument } from '../store.ts';
import { kindOf, stored } from './conditions.ts';
import type { Database, Row, SqlValue } from './database.ts';
import { Segments } from './segments.ts';
import type { TermWriter } from './term-index.ts';

/** A chunk that was written: its key and what was indexed. */
export interface WrittenChunk {
  readonly key: number;
  readonly write: ChunkWrite;
}

/** Writes a document that is not there, with its chunks and their terms. */
export function insertDocument(
  db: Database,
  collection: number,
  write: DocumentWrite,
  tenant: string,
  terms: TermWriter,
): { readonly key: number; readonly chunks: readonly WrittenChunk[] } {
  const { document, chunks, contentHash = null, pipeline = null } = write;
  const { id, text, title = null, uri = null, metadata = {}, access = [] } = document;
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
    ...[contentHash, pipeline, chunks.length, structureText(document), text],
  );
  for (const label of new Set(access)) db.run('INSERT INTO document_access VALUES (?, ?)', key, label);
  insertMetadata(db, collection, key, metadata);
  const written = prepareChunks(write, tenant).map(({ write: chunk, id: chunkId, hash, standing, indexed }) => {
    const inserted = db.run(
      `INSERT INTO chunks (collection, document, id, hash, ordinal, start, "end", place, text, index_text)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[collection, key, chunkId, hash, chunk.ordinal, chunk.start, chunk.end, standing],
      ...[chunk.text, indexed === chunk.text ? null : indexed],
    );
    terms.add(inserted.key, key, indexed);
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

export function documentOf(row: Row): StoredDocument {
  return readDocument(row, JSON.parse(String(row.access)) as string[], JSON.parse(String(row.metadata)) as Metadata);
}

export function fullDocumentOf(row: Row): FullDocument {
  return { ...documentOf(row), text: String(row.text), ...readStructure(row.structure) };
}

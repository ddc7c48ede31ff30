// What is the same for every store: documents and chunks on their way in and out, checked, named, cut into terms; the errors of wrong use.
import { invalidInput, type ModeshiftError } from '@modeshift/core';
import { indexText, textHash } from '../chunk/chunk.ts';
import type { Metadata, MetadataValue, SourceDocument } from '../chunk/document.ts';
import { searchTerms } from '../tokenize-for-search.ts';
import type { ChunkWrite, DocumentWrite, EmbeddingSpace, FullDocument, StoredChunk, StoredDocument } from './store.ts';

/** Refuses what cannot be stored exactly, before anything is written. */
export function checkWrite({ document, chunks }: DocumentWrite): void {
  const place = `Document "${document.id}"`;
  if (typeof document.id !== 'string' || document.id === '') throw invalidInput('A document needs an "id".');
  const { id, tenant = '', text, access = [], metadata = {} } = document;
  const texts = {
    id: [id],
    tenant: [tenant],
    text: [text],
    access,
    metadata: stringsOf(metadata),
  };
  // UTF-8 has no halves: two names that differ in them would be stored as one.
  for (const [name, values] of Object.entries(texts))
    if (values.some(value => !value.isWellFormed()))
      throw invalidInput(`${place}: the ${name} has half of a surrogate pair. Use toWellFormed().`);
  for (const [field, value] of Object.entries(metadata))
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

const stringsOf = (metadata: Metadata): string[] =>
  Object.entries(metadata)
    .flat(2)
    .filter(one => typeof one === 'string');

const isMetadata = (value: MetadataValue): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (Array.isArray(value) && value.every(one => typeof one === 'string'));

/** A chunk to be stored. */
export interface PreparedChunk {
  readonly write: ChunkWrite;
  /** Stays as long as its document has the same text there. */
  readonly id: string;
  readonly hash: string;
  /** Where it stands, as JSON. */
  readonly standing: string;
  readonly indexed: string;
}

export function prepareChunks({ document, chunks }: DocumentWrite, tenant: string): PreparedChunk[] {
  const times = new Map<string, number>();
  return chunks.map(write => {
    const indexed = write.indexText ?? indexText(write);
    const hash = textHash(indexed);
    const occurrence = times.get(hash) ?? 0;
    times.set(hash, occurrence + 1);
    const { headings, line, page, place, tableHeader, context } = write;
    const name = JSON.stringify([tenant, document.id, hash, occurrence]);
    return {
      write,
      id: textHash(name).slice(0, 32),
      hash,
      standing: JSON.stringify({ headings, line, page, place, tableHeader, context }),
      indexed,
    };
  });
}

/** The columns of a document `d` without its text, as {@link readDocument} takes them. */
export const documentColumns =
  'd.tenant, d.id, d.access, d.title, d.uri, d.metadata, d.content_hash, d.pipeline, d.chunk_count';

/** The columns of a chunk `c` with those of its document `d`, as {@link readChunk} takes them. */
export const chunkColumns = 'c.id, c.hash, c.ordinal, c.start, c."end", c.place, c.text, d.id AS document_id, d.tenant';

/** A document of a row; what a database holds as lists and objects is given apart. */
export function readDocument(
  row: Readonly<Record<string, unknown>>,
  access: readonly string[],
  metadata: Metadata,
): StoredDocument {
  const { title, uri, content_hash: contentHash, pipeline } = row;
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    access,
    ...(title !== null && { title: String(title) }),
    ...(uri !== null && { uri: String(uri) }),
    metadata,
    ...(contentHash !== null && { contentHash: String(contentHash) }),
    ...(pipeline !== null && { pipeline: String(pipeline) }),
    chunks: Number(row.chunk_count),
  };
}

/** A chunk of a row with `document_id` and `tenant`. */
export function readChunk(row: Readonly<Record<string, unknown>>): StoredChunk {
  const standing = JSON.parse(String(row.place)) as Pick<
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
    ...standing,
  };
}

/** What is kept of a document's structure, as JSON. */
export function structureText({ blocks, pages, places }: SourceDocument): string {
  return JSON.stringify({ blocks, pages, places });
}

/** The structure of a document from its JSON. */
export function readStructure(text: unknown): Pick<FullDocument, 'blocks' | 'pages' | 'places'> {
  return JSON.parse(String(text)) as Pick<FullDocument, 'blocks' | 'pages' | 'places'>;
}

/** A term counts up to this often in a chunk. */
export const mostOften = 255;

/** The terms of a question that are searched for. */
export function queryTerms(query: string): string[] {
  return [...new Set(searchTerms(query))].slice(0, 256);
}

/** A vector of length one. */
export function unitVector(vector: Float32Array, dimensions: number): Float32Array {
  if (vector.length !== dimensions)
    throw invalidInput(
      `A vector has ${vector.length} numbers, this space ${dimensions}. Embed with the space's own model.`,
    );
  let square = 0;
  for (const value of vector) square += value * value;
  if (!(square > 0 && Number.isFinite(square)))
    throw invalidInput('A vector is zero, or has a number that is not finite.');
  const scale = 1 / Math.sqrt(square);
  return vector.map(value => value * scale);
}

/** Refuses what is no number of results. */
export function checkCount(k: number): void {
  if (!(Number.isSafeInteger(k) && k >= 1))
    throw invalidInput(`${k} is no number of results. Give a whole number of at least 1.`);
}

/** Refuses what is no number of documents to list. */
export function checkLimit(limit: number): void {
  if (!(Number.isSafeInteger(limit) && limit >= 1))
    throw invalidInput(`"limit" is ${limit}. Give a whole number of at least 1.`);
}

/** Refuses what is no name of a collection. */
export function checkName(name: string): void {
  if (typeof name !== 'string' || name === '') throw invalidInput('A collection needs a name.');
}

/** Refuses a space that is there with other dimensions. */
export function checkSpace({ name, dimensions }: EmbeddingSpace, there: number): void {
  if (there !== dimensions)
    throw invalidInput(
      `The space "${name}" has ${there} dimensions, not ${dimensions}. Name the new model's space otherwise.`,
    );
}

/** The error of a space that is not there. */
export function noSpace(name: string): ModeshiftError {
  return invalidInput(`There is no embedding space "${name}" in this collection. Add it with addSpace().`);
}

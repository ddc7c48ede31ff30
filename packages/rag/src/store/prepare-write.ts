// Documents and chunks on their way into a store and out of it: checked, named, cut into terms; the same for every store.
import { createHash } from 'node:crypto';
import { invalidInput } from '@modeshift/core';
import { indexText, textHash } from '../chunk/chunk.ts';
import type { MetadataValue, SourceDocument } from '../chunk/document.ts';
import { searchTerms } from '../tokenize-for-search.ts';
import type { ChunkWrite, DocumentWrite, FullDocument, StoredChunk } from './store.ts';

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

/** A chunk to be stored. */
export interface PreparedChunk {
  readonly write: ChunkWrite;
  /** Stays as long as its document has the same text there. */
  readonly id: string;
  readonly hash: string;
  /** Where it stands, as JSON. */
  readonly standing: string;
  readonly indexed: string;
  readonly terms: readonly string[];
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
      id: createHash('sha256').update(name).digest('hex').slice(0, 32),
      hash,
      standing: JSON.stringify({ headings, line, page, place, tableHeader, context }),
      indexed,
      terms: searchTerms(indexed),
    };
  });
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

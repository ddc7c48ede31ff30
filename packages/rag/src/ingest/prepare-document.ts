// A document cut into chunks, ready to be embedded and written.
import { type Chunker, indexText } from '../chunk/chunk.ts';
import type { SourceDocument } from '../chunk/document.ts';
import type { ChunkWrite, DocumentWrite } from '../store/store.ts';

/** A chunk with the text that is indexed for it. */
export type PreparedChunk = ChunkWrite & Required<Pick<ChunkWrite, 'indexText'>>;

/** A document that is new or changed. */
export interface PreparedDocument {
  readonly write: Omit<DocumentWrite, 'chunks'>;
  readonly chunks: readonly PreparedChunk[];
  /** Whether the collection has an earlier version. */
  readonly isKnown: boolean;
}

export function prepareDocument(
  document: SourceDocument,
  chunker: Chunker,
  contentHash: string,
  pipeline: string,
  isKnown: boolean,
): PreparedDocument {
  const chunks = chunker.chunk(document).map(chunk => ({ ...chunk, indexText: indexText(chunk) }));
  return { write: { document, contentHash, pipeline }, chunks, isKnown };
}

/** The chunk with a line before its indexed text. */
export const prefixed = (chunk: PreparedChunk, prefix: string): PreparedChunk =>
  prefix === '' ? chunk : { ...chunk, indexText: `${prefix}\n${chunk.indexText}` };

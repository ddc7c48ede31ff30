// A document cut into chunks, ready to be embedded and written.
import { type Chunker, indexText, textHash } from '../chunk/chunk.ts';
import type { SourceDocument } from '../chunk/document.ts';
import type { ChunkWrite, DocumentWrite } from '../store/store.ts';

/** A chunk and the text that is indexed for it. */
export interface PreparedChunk {
  readonly write: ChunkWrite;
  readonly hash: string;
  readonly indexText: string;
}

/** A document that is new or changed. */
export interface PreparedDocument {
  readonly write: DocumentWrite;
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
  const chunks = chunker.chunk(document).map(chunk => prepared(chunk, indexText(chunk)));
  return { write: { document, chunks: chunks.map(one => one.write), contentHash, pipeline }, chunks, isKnown };
}

const prepared = (write: ChunkWrite, indexed: string): PreparedChunk => ({
  write: { ...write, indexText: indexed },
  hash: textHash(indexed),
  indexText: indexed,
});

/** The chunk with a line before its indexed text. */
export const prefixed = (chunk: PreparedChunk, prefix: string): PreparedChunk =>
  prefix === '' ? chunk : prepared(chunk.write, `${prefix}\n${chunk.indexText}`);

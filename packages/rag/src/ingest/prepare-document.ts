// A document cut into chunks, ready to be embedded and written.
import { type Chunker, indexText, textHash } from '../chunk/chunk.ts';
import type { SourceDocument } from '../chunk/document.ts';
import type { ChunkWrite, DocumentWrite } from '../store/store.ts';

/** A document that is new or changed. */
export interface PreparedDocument {
  readonly write: DocumentWrite;
  readonly chunks: readonly { readonly write: ChunkWrite; readonly hash: string; readonly indexText: string }[];
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
  const chunks = chunker.chunk(document).map(chunk => {
    const indexed = indexText(chunk);
    return { write: { ...chunk, indexText: indexed }, hash: textHash(indexed), indexText: indexed };
  });
  return { write: { document, chunks: chunks.map(one => one.write), contentHash, pipeline }, chunks, isKnown };
}

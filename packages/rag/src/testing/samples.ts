// What the cases write: documents with chunks, and vectors drawn from a seed.
import { type Random, random } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import { structureChunker } from '../chunk/structure-chunker.ts';
import type { Collection, DocumentWrite, KnowledgeStore } from '../store/store.ts';
import type { StoreUnderTest } from './test-store.ts';

const chunker = structureChunker({ maxTokens: 24 });

/** A document cut into chunks of a sentence or two. */
export function written(document: SourceDocument): DocumentWrite {
  return { document, chunks: chunker.chunk(document), contentHash: `${document.text.length}`, pipeline: chunker.id };
}

/** Documents of one chunk each, with a vector. */
export function withVector(id: string, vector: Float32Array, rest: Partial<SourceDocument> = {}): DocumentWrite {
  const document = { id, text: `文档 ${id}`, ...rest };
  const [chunk] = chunker.chunk(document);
  return { document, chunks: [{ ...chunk!, vectors: { main: vector } }] };
}

/** Vectors around a few centres, of length one. */
export function clusteredVectors(source: Random, count: number, dimensions: number): Float32Array[] {
  const draw = (): Float32Array => Float32Array.from({ length: dimensions }, () => source.normal());
  const centres = Array.from({ length: 40 }, draw);
  return Array.from({ length: count }, () => {
    const centre = centres[source.integer(centres.length)]!;
    return unit(draw().map((value, i) => value + centre[i]!));
  });
}

export function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  return vector.map(value => value / norm);
}

let made = 0;

/** Runs with a fresh store and closes it. */
export async function withStore(
  store: StoreUnderTest,
  use: (opened: KnowledgeStore, name: string) => Promise<void>,
): Promise<void> {
  const name = `case-${++made}-${random(made).integer(1e9)}`;
  const opened = await store.open(name);
  try {
    await use(opened, name);
  } finally {
    await opened.close();
  }
}

/** Runs with a collection that is open to all. */
export function withCollection(
  store: StoreUnderTest,
  use: (collection: Collection) => Promise<void>,
): () => Promise<void> {
  return () => withStore(store, async opened => use(await opened.collection('main', 'all')));
}

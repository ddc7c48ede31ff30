// What every store of knowledge does: one interface for a file, a server, or anything else.
import type { Chunk } from '../chunk/chunk.ts';
import type { Block, Metadata, Place, SourceDocument } from '../chunk/document.ts';
import type { Access } from './access.ts';
import type { Filter } from './filter.ts';

/** A place for collections of documents. */
export interface KnowledgeStore {
  /** The names of the collections. */
  collections(): Promise<readonly string[]>;
  /**
   * Opens a collection for somebody, and makes it if it is new. Everything that is read or written through it keeps to `access`,
   * in the store itself: no query can leave it out.
   *
   * @throws ModeshiftError `invalid-input` where `access` is missing.
   */
  collection(name: string, access: Access): Promise<Collection>;
  /** Deletes a collection with everything in it; one that is not there is no error. */
  deleteCollection(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Vectors of one model side by side with those of others. */
export interface EmbeddingSpace {
  /** E.g. the model with its prompt and size; a name stands for one way to embed. */
  readonly name: string;
  readonly dimensions: number;
}

/** A document to write, with all its chunks. */
export interface DocumentWrite {
  readonly document: SourceDocument;
  readonly chunks: readonly ChunkWrite[];
  /** What the document was when it was cut, to see later whether it changed. */
  readonly contentHash?: string;
  /** How it was cut. */
  readonly pipeline?: string;
}

/** A chunk to write. */
export interface ChunkWrite extends Chunk {
  /** The text that is indexed and embedded. Left out: `indexText(chunk)`. */
  readonly indexText?: string;
  /** Vectors by space. They are scaled to length one: scores are cosines. */
  readonly vectors?: Readonly<Record<string, Float32Array>>;
}

/** A document as listed: without its text. */
export interface StoredDocument {
  readonly id: string;
  readonly tenant: string;
  readonly access: readonly string[];
  readonly title?: string;
  readonly uri?: string;
  readonly metadata: Metadata;
  readonly contentHash?: string;
  readonly pipeline?: string;
  /** How many chunks it has. */
  readonly chunks: number;
}

/** A whole document. */
export interface FullDocument extends StoredDocument {
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly pages?: readonly number[];
  readonly places?: readonly Place[];
}

/** A chunk in a store. */
export interface StoredChunk extends Chunk {
  /** Made of the document, the text and which of its kind it is: the same chunk keeps its id over ingestions. */
  readonly id: string;
  readonly documentId: string;
  readonly tenant: string;
  /** SHA-256 of the indexed text. */
  readonly hash: string;
}

/** A chunk that was found. */
export interface Hit {
  readonly chunk: StoredChunk;
  /** Higher is better; of `searchText` a BM25 score, of `searchVector` a cosine. */
  readonly score: number;
}

/** What every search takes. */
export interface SearchOptions {
  /** How many to find, at least 1. */
  readonly k: number;
  /** Conditions on the metadata of documents, fulfilled exactly. */
  readonly filter?: Filter;
}

/** What a search by vector takes. */
export interface VectorSearchOptions extends SearchOptions {
  readonly space: string;
  /** Compare with every vector instead of estimating first. Default false. */
  readonly exact?: boolean;
}

/** A document by its id, and its tenant where the collection is open to all. */
export interface DocumentKey {
  readonly id: string;
  readonly tenant?: string;
}

/** A collection as one principal sees it. */
export interface Collection {
  readonly name: string;
  readonly access: Access;
  /**
   * Writes documents, each whole, replacing those of the same id and tenant: all of them or none.
   *
   * @throws ModeshiftError `refused` for a document that the principal may not write; `invalid-input` for chunks that are not of
   * the text, vectors of another size, and spaces that are not there.
   */
  put(writes: readonly DocumentWrite[]): Promise<void>;
  /** Deletes documents by key or by filter, those that can be seen; says how many. One that is not there is no error. */
  delete(which: { readonly documents: readonly DocumentKey[] } | { readonly filter: Filter }): Promise<number>;
  document(key: DocumentKey): Promise<FullDocument | undefined>;
  /** Documents in the order of tenant and id, from after a key on. */
  documents(options?: {
    readonly filter?: Filter;
    readonly after?: DocumentKey;
    /** Left out: 100. */
    readonly limit?: number;
  }): Promise<readonly StoredDocument[]>;
  /** The chunks of a document in order. */
  chunks(key: DocumentKey): Promise<readonly StoredChunk[]>;
  count(filter?: Filter): Promise<{ readonly documents: number; readonly chunks: number }>;
  /** The best chunks for words. */
  searchText(query: string, options: SearchOptions): Promise<readonly Hit[]>;
  /** The chunks nearest to a vector. */
  searchVector(vector: Float32Array, options: VectorSearchOptions): Promise<readonly Hit[]>;
  /** The spaces of the collection. */
  spaces(): Promise<readonly EmbeddingSpace[]>;
  /** Adds a space; the same again is no error. */
  addSpace(space: EmbeddingSpace): Promise<void>;
  /** Deletes a space with its vectors. */
  deleteSpace(name: string): Promise<void>;
  /** Chunks without a vector in a space, in order, at most `limit`. */
  missing(space: string, limit: number): Promise<readonly { readonly id: string; readonly indexText: string }[]>;
  /** Adds vectors to chunks that are there; others are left out. Says how many were added. */
  putVectors(space: string, vectors: ReadonlyMap<string, Float32Array>): Promise<number>;
  /** Vectors of a space by the hash of the text they were made from. */
  vectorsByHash(space: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  /** The vectors of chunks, by id. */
  vectors(space: string, chunkIds: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
}

// Labelled examples in a store on disk, and the nearest ones to a text.
import path from 'node:path';
import type { EmbeddingModel } from '@modeshift/core';
import type { VoteSettings } from '../neighbour-vote.ts';
import { createRetriever, type Retriever } from '../retrieve/retriever.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import type { KnowledgeStore } from '../store/store.ts';

/** The knowledge base of a solution, in its folder. */
export const storeFile = 'knowledge.db';

/** What a saved solution holds beside the store. */
export interface StoredRetrieved {
  readonly version: 1;
  readonly labels: readonly string[];
  readonly instruction: string;
  /** In the order of the store's document ids 0, 1, 2 … */
  readonly examples: readonly { readonly text: string; readonly label: string }[];
  readonly search: 'lexical' | 'vector' | 'hybrid';
  /** How many examples vote or are shown. */
  readonly k: number;
  /** How they vote, where they do. */
  readonly vote?: VoteSettings;
}

/** An example that was found. */
export interface NearExample {
  readonly place: number;
  readonly text: string;
  readonly label: string;
  /** Above 0; comparable for one input only. */
  readonly score: number;
}

/** How a base is searched. */
export interface ExampleBaseOptions {
  readonly search: StoredRetrieved['search'];
  readonly embedder: EmbeddingModel | undefined;
}

/** Examples that can be searched. */
export class ExampleBase {
  readonly #store: KnowledgeStore;
  readonly #retriever: Retriever;
  readonly #examples: StoredRetrieved['examples'];

  private constructor(store: KnowledgeStore, retriever: Retriever, examples: StoredRetrieved['examples']) {
    this.#store = store;
    this.#retriever = retriever;
    this.#examples = examples;
  }

  static async open(
    folder: string,
    { examples }: StoredRetrieved,
    { search, embedder }: ExampleBaseOptions,
  ): Promise<ExampleBase> {
    const store = await openStore(path.join(folder, storeFile));
    const collection = await store.collection('examples', 'all');
    const retriever = createRetriever({ collection, mode: search, ...(embedder && { embedder }) });
    return new ExampleBase(store, retriever, examples);
  }

  /** The nearest examples, best first. */
  async nearest(text: string, k: number, signal: AbortSignal | undefined): Promise<NearExample[]> {
    const { passages } = await this.#retriever.retrieve(text, { k, ...(signal && { signal }) });
    return passages.map(({ chunk, score }) => {
      const place = Number(chunk.documentId);
      // A cosine may be 0 or below: still further away than every other.
      return { place, ...this.#examples[place]!, score: Math.max(score, 1e-6) };
    });
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

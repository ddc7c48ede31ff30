// Labelled examples in a store on disk, and the nearest ones to a text.
import path from 'node:path';
import { addUsage, costOf, type EmbeddingModel, type Usage } from '@modeshift/core';
import type { VoteSettings } from '../neighbour-vote.ts';
import { createRetriever, spaceName } from '../retrieve/retriever.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import type { Collection, KnowledgeStore } from '../store/store.ts';

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
  readonly #collection: Collection;
  readonly #examples: StoredRetrieved['examples'];
  readonly #options: ExampleBaseOptions;

  private constructor(
    store: KnowledgeStore,
    collection: Collection,
    examples: StoredRetrieved['examples'],
    options: ExampleBaseOptions,
  ) {
    this.#store = store;
    this.#collection = collection;
    this.#examples = examples;
    this.#options = options;
  }

  static async open(folder: string, { examples }: StoredRetrieved, options: ExampleBaseOptions): Promise<ExampleBase> {
    const store = await openStore(path.join(folder, storeFile));
    return new ExampleBase(store, await store.collection('examples', 'all'), examples, options);
  }

  /** The nearest examples, best first, and what embedding the text cost. */
  async nearest(
    text: string,
    k: number,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly examples: NearExample[]; readonly usd: number | undefined }> {
    const { search: mode, embedder } = this.#options;
    const usages: Usage[] = [];
    const retriever = createRetriever({
      ...{ collection: this.#collection, mode },
      ...(embedder && { embedder: counted(embedder, usages), space: spaceName(embedder) }),
    });
    const { passages } = await retriever.retrieve(text, { k, ...(signal && { signal }) });
    const examples = passages.map(({ chunk, score }) => {
      const place = Number(chunk.documentId);
      // A cosine may be 0 or below: still further away than every other.
      return { place, ...this.#examples[place]!, score: Math.max(score, 1e-6) };
    });
    return { examples, usd: usages.length === 0 ? 0 : costOf(addUsage(usages), embedder!.price) };
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** The model, noting what it used. */
function counted(model: EmbeddingModel, usages: Usage[]): EmbeddingModel {
  const { provider, modelId, dimensions, limits } = model;
  return {
    ...{ provider, modelId, dimensions },
    ...(limits && { limits }),
    async embed(texts, ctx) {
      const result = await model.embed(texts, ctx);
      usages.push(result.usage);
      return result;
    },
  };
}

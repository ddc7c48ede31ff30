// From a question to passages: words, vectors, both; reranked, spread out, widened. Every step is timed and can be looked at.
import { type EmbeddingModel, embedMany, invalidInput, type RerankModel, rerank, type Tracer } from '@modeshift/core';
import { indexText } from '../chunk/chunk.ts';
import type { Filter } from '../store/filter.ts';
import type { Collection, Hit, StoredChunk } from '../store/store.ts';
import { closerByCharacters } from './character-closeness.ts';
import { contentWords } from './content-words.ts';
import type { QueryExpander, SearchQueries } from './expand-query.ts';
import { checkFusion, type Fusion, fuse, type Scored } from './fuse.ts';
import { maximalMarginalRelevance } from './maximal-marginal-relevance.ts';
import { StepRecorder, type StepReport } from './step-recorder.ts';

/** Options of {@link createRetriever}. */
export interface RetrieverOptions {
  /** Where to search, opened for whoever asks. */
  readonly collection: Collection;
  /** Embeds questions: the model of the space, with its prompt for questions where it has one. */
  readonly embedder?: EmbeddingModel;
  /** The space of its vectors. Left out: `spaceName(embedder)`. */
  readonly space?: string;
  /** Left out: `hybrid` with an embedder, else `lexical`. */
  readonly mode?: 'lexical' | 'vector' | 'hybrid';
  /** What to search for in place of the question, or beside it: `rewriteQuery`, `multiQuery`, `hypotheticalAnswer`, or your own. */
  readonly expandQuery?: QueryExpander;
  /**
   * Whether the first 50 of a search by words are ordered by the characters that they share with the question, too: that finds other
   * endings and compounds, in any language. Default true; `false` for the scores of BM25 alone.
   */
  readonly characters?: boolean;
  /** How the lists of a hybrid search are joined. Left out: reciprocal rank. */
  readonly fusion?: Fusion;
  /** How many passages to give. Left out: 5. */
  readonly k?: number;
  /** How many each search finds, before joining and reranking. Left out: 50, or `k` if that is more. */
  readonly candidates?: number;
  /** Orders the best candidates anew by reading them with the question. */
  readonly rerank?: RerankModel;
  /** Spreads the passages out: 1 is relevance alone, 0 difference alone; usual is 0.5 to 0.8. Needs an embedder. */
  readonly diversity?: { readonly lambda: number };
  /** Whether to give the context of a chunk (its parent or window) where it has one. Left out: `true`. */
  readonly expand?: boolean;
  /** Gets a span for every step. */
  readonly tracer?: Tracer;
}

/** What one question may change. */
export interface RetrieveOptions {
  readonly k?: number;
  readonly filter?: Filter;
  readonly signal?: AbortSignal;
}

/** The place of a passage after one step. */
export interface StepScore {
  /** From 1. */
  readonly rank: number;
  readonly score: number;
}

/** The steps of a retrieval, in their order. */
export type StepName = 'rewrite' | 'lexical' | 'embed' | 'vector' | 'fuse' | 'rerank' | 'diversify' | 'expand';

/** A passage that was found. */
export interface Passage {
  /** The chunk that was found. */
  readonly chunk: StoredChunk;
  /** What to read: the chunk, or its context. `document.text.slice(start, end)`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Of the last step that ranks. */
  readonly score: number;
  /** Where it stood after each step that ranks. */
  readonly steps: Readonly<Partial<Record<StepName, StepScore>>>;
}

/** What a question found. */
export interface Retrieved {
  readonly passages: readonly Passage[];
  readonly steps: readonly StepReport[];
}

/** Finds passages for questions. */
export interface Retriever {
  /** Where it searches. */
  readonly collection: Collection;
  retrieve(question: string, options?: RetrieveOptions): Promise<Retrieved>;
}

/** The usual name of a model's space. */
export function spaceName(model: Pick<EmbeddingModel, 'provider' | 'modelId'>): string {
  return `${model.provider}/${model.modelId}`;
}

/**
 * A retriever over a collection. Who may see what, and the filter, are decided in the store: no step sees more.
 *
 * @throws ModeshiftError `invalid-input` for options that do not go together. `retrieve` throws what the store and the models do.
 * @example
 * ```ts
 * import { createRetriever, openStore, structureChunker } from '@modeshift/rag';
 *
 * const store = await openStore(':memory:');
 * const collection = await store.collection('rules', 'all');
 * for (const [id, text] of Object.entries({ a: '七天内可以退款。', b: '运费由买家承担。' })) {
 *   await collection.put([{ document: { id, text }, chunks: structureChunker().chunk({ id, text }) }]);
 * }
 * const { passages, steps } = await createRetriever({ collection, k: 1 }).retrieve('几天内能退款？');
 * console.log(passages[0]?.text, passages[0]?.steps.lexical?.rank); // 七天内可以退款。 1
 * console.log(steps.map(step => step.name)); // [ 'lexical', 'expand' ]
 * await store.close();
 * ```
 */
export function createRetriever(options: RetrieverOptions): Retriever {
  const { embedder, mode = embedder ? 'hybrid' : 'lexical', fusion = { kind: 'rrf' }, diversity, k = 5 } = options;
  const { candidates = Math.max(50, k) } = options;
  checkFusion(fusion);
  if (mode !== 'lexical' && !embedder)
    throw invalidInput(`The mode "${mode}" needs an "embedder". Give the model of the collection's vectors.`);
  if (diversity && !embedder) throw invalidInput('"diversity" compares vectors and needs an "embedder".');
  if (diversity && !(diversity.lambda >= 0 && diversity.lambda <= 1))
    throw invalidInput('"diversity.lambda" is a number from 0 to 1, usually 0.5 to 0.8.');
  for (const [name, value] of Object.entries({ k, candidates }))
    if (!(Number.isSafeInteger(value) && value >= 1)) throw invalidInput(`"${name}" is ${value}. Give at least 1.`);
  return {
    collection: options.collection,
    retrieve: (question, { k: wanted = k, ...rest } = {}) =>
      new Retrieval(
        { ...options, mode, fusion, candidates: Math.max(candidates, wanted) },
        question,
        wanted,
        rest,
      ).run(),
  };
}

interface Ranked extends Scored<StoredChunk> {
  readonly steps: Partial<Record<StepName, StepScore>>;
}

type Settled = RetrieverOptions & Required<Pick<RetrieverOptions, 'mode' | 'fusion' | 'candidates'>>;

/** One question under way. */
class Retrieval {
  readonly #options: Settled;
  readonly #question: string;
  readonly #k: number;
  readonly #rest: Omit<RetrieveOptions, 'k'>;
  readonly #recorder: StepRecorder;
  readonly #scores = new Map<string, Partial<Record<StepName, StepScore>>>();
  #queries: SearchQueries;
  #queryVector: Float32Array | undefined;

  constructor(options: Settled, question: string, k: number, rest: Omit<RetrieveOptions, 'k'>) {
    this.#options = options;
    this.#question = question;
    this.#k = k;
    this.#rest = rest;
    this.#recorder = new StepRecorder(options.tracer, rest.signal);
    this.#queries = { queries: [question] };
  }

  async run(): Promise<Retrieved> {
    const { mode, fusion, rerank: reranker, diversity } = this.#options;
    if (this.#question.trim() === '') return { passages: [], steps: [] };
    await this.#expandQuery();
    const lexical = mode === 'vector' ? [] : await this.#ranking('lexical', () => this.#byWords());
    const vector = mode === 'lexical' ? [] : await this.#byVector();
    let ranked = mode === 'vector' ? vector : lexical;
    if (mode === 'hybrid')
      ranked = await this.#ranking('fuse', async () => {
        const { lexical: words = 1, vector: meaning = 1 } = fusion.weights ?? {};
        const lists = [
          { list: lexical, weight: words },
          { list: vector, weight: meaning },
        ];
        return fuse(lists, fusion, chunk => chunk.id);
      });
    if (reranker && ranked.length > 0) ranked = await this.#ranking('rerank', () => this.#reranked(reranker, ranked));
    if (diversity && ranked.length > 0)
      ranked = await this.#ranking('diversify', () => this.#diversified(diversity.lambda, ranked));
    const passages = await this.#recorder.step('expand', () => this.#expanded(ranked));
    return { passages, steps: this.#recorder.reports };
  }

  async #expandQuery(): Promise<void> {
    const { expandQuery } = this.#options;
    if (!expandQuery) return;
    const { signal } = this.#rest;
    const written = (queries: SearchQueries): readonly string[] => [...queries.queries, ...(queries.passages ?? [])];
    const work = (): Promise<SearchQueries> => expandQuery(this.#question, signal ? { signal } : {});
    const expanded = await this.#recorder.step('rewrite', work, written);
    const queries = expanded.queries.filter(query => query.trim() !== '');
    this.#queries = { ...expanded, queries: queries.length > 0 ? queries : [this.#question] };
  }

  async #byWords(): Promise<Scored<StoredChunk>[]> {
    const { queries } = this.#queries;
    const { collection, characters = true } = this.#options;
    const search = async (query: string): Promise<readonly Hit[]> => {
      const words = contentWords(query);
      const hits = await collection.searchText(words, this.#search());
      return characters ? closerByCharacters(words, hits) : hits;
    };
    return joined(await Promise.all(queries.map(search)));
  }

  async #byVector(): Promise<Ranked[]> {
    const { collection, embedder, space = spaceName(embedder!) } = this.#options;
    const vectors = await this.#embedded();
    const search = (vector: Float32Array) => collection.searchVector(vector, { ...this.#search(), space });
    return this.#ranking('vector', async () => joined(await Promise.all(vectors.map(search))));
  }

  /** A vector for each query; the first one's is the mean with the passages that were made up, as in HyDE. */
  async #embedded(): Promise<readonly Float32Array[]> {
    const model = this.#options.embedder!;
    const { signal } = this.#rest;
    const { queries, passages = [] } = this.#queries;
    return this.#recorder.step('embed', async () => {
      const { embeddings } = await embedMany({ model, texts: [...queries, ...passages], ...(signal && { signal }) });
      const vectors = embeddings.slice(0, queries.length);
      vectors[0] = meanOf([vectors[0]!, ...embeddings.slice(queries.length)]);
      this.#queryVector = vectors[0];
      return vectors;
    });
  }

  #search(): { k: number; filter?: Filter } {
    const { filter } = this.#rest;
    return { k: this.#options.candidates, ...(filter && { filter }) };
  }

  async #reranked(model: RerankModel, ranked: readonly Ranked[]): Promise<Scored<StoredChunk>[]> {
    const { signal } = this.#rest;
    const documents = ranked.slice(0, this.#options.candidates).map(one => one.item);
    const done = await rerank({
      model,
      query: this.#question,
      documents,
      text: indexText,
      ...(signal && { signal }),
    });
    return done.map(one => ({ item: one.document, score: one.score }));
  }

  async #diversified(lambda: number, ranked: readonly Ranked[]): Promise<Scored<StoredChunk>[]> {
    const { collection, embedder, space = spaceName(embedder!) } = this.#options;
    const query = unit(this.#queryVector ?? (await this.#embedded())[0]!);
    const vectors = await collection.vectors(
      space,
      ranked.map(one => one.item.id),
    );
    const known = ranked.filter(one => vectors.has(one.item.id));
    const order = maximalMarginalRelevance(
      query,
      known.map(one => vectors.get(one.item.id)!),
      this.#k,
      lambda,
    );
    const spread = order.map(({ index, score }) => ({ item: known[index]!.item, score }));
    // Chunks that have no vector yet come after those that can be compared.
    const unknown = ranked.filter(one => !vectors.has(one.item.id));
    const last = spread.at(-1)?.score ?? 0;
    return [...spread, ...unknown.map(({ item }) => ({ item, score: last }))];
  }

  /** The first `k` passages, as what to read; several chunks of one context are given once. */
  async #expanded(ranked: readonly Ranked[]): Promise<Passage[]> {
    const passages: Passage[] = [];
    const texts = new Map<string, string>();
    const seen = new Set<string>();
    for (const { item: chunk, score, steps } of ranked) {
      if (passages.length === this.#k) break;
      const context = this.#options.expand === false ? undefined : chunk.context;
      const { start, end } = context ?? chunk;
      const document = JSON.stringify([chunk.tenant, chunk.documentId]);
      if (context && !texts.has(document)) {
        const key = { id: chunk.documentId, tenant: chunk.tenant };
        texts.set(document, (await this.#options.collection.document(key))?.text ?? '');
      }
      const place = `${document}:${start}:${end}`;
      if (seen.has(place)) continue;
      seen.add(place);
      const text = context ? texts.get(document)!.slice(start, end) : chunk.text;
      // The document was replaced between search and reading: the chunk as it was found is still true.
      const whole = text.includes(chunk.text)
        ? { text, start, end }
        : { text: chunk.text, start: chunk.start, end: chunk.end };
      passages.push({ chunk, ...whole, score, steps });
    }
    return passages;
  }

  async #ranking(name: StepName, work: () => Promise<Scored<StoredChunk>[]>): Promise<Ranked[]> {
    const list = await this.#recorder.step(name, work);
    return list.map(({ item, score }, i) => {
      const steps = this.#scores.get(item.id) ?? {};
      steps[name] = { rank: i + 1, score };
      this.#scores.set(item.id, steps);
      return { item, score, steps };
    });
  }
}

/** Several searches as one list. */
function joined(searches: readonly (readonly Hit[])[]): Scored<StoredChunk>[] {
  const [only, ...others] = searches.map(asScored);
  if (others.length === 0) return only ?? [];
  const lists = [only!, ...others].map(list => ({ list, weight: 1 }));
  return fuse(lists, { kind: 'rrf' }, chunk => chunk.id);
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const [first, ...others] = vectors as [Float32Array, ...Float32Array[]];
  if (others.length === 0) return first;
  const units = vectors.map(unit);
  return first.map((_, i) => units.reduce((sum, one) => sum + one[i]!, 0) / units.length);
}

const asScored = (hits: readonly Hit[]): Scored<StoredChunk>[] =>
  hits.map(({ chunk, score }) => ({ item: chunk, score }));

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector) || 1;
  return vector.map(value => value / norm);
}

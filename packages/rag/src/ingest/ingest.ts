// Brings a collection up to date with its sources: only what changed is cut and embedded, what is gone is deleted.
import {
  type EmbeddingModel,
  embedMany,
  invalidInput,
  ModeshiftError,
  type RunContext,
  throwIfAborted,
  type Usage,
} from '@modeshift/core';
import { type Chunker, textHash } from '../chunk/chunk.ts';
import type { SourceDocument } from '../chunk/document.ts';
import { structureChunker } from '../chunk/structure-chunker.ts';
import { spaceName } from '../retrieve/retriever.ts';
import { tenantOf } from '../store/access.ts';
import type { Filter } from '../store/filter.ts';
import type { Collection, DocumentKey } from '../store/store.ts';
import { contentHash } from './content-hash.ts';
import type { Contextualizer } from './contextual-prefixes.ts';
import { ModelBill, tokensOf } from './model-bill.ts';
import { type PreparedChunk, type PreparedDocument, prefixed, prepareDocument } from './prepare-document.ts';

/** A source that could not be read. What the collection has of it stays. */
export interface FailedSource extends DocumentKey {
  readonly error: ModeshiftError;
}

/** Options of {@link ingest}. */
export interface IngestOptions extends RunContext {
  readonly collection: Collection;
  /** The sources as they are now. */
  readonly documents: Iterable<SourceDocument | FailedSource> | AsyncIterable<SourceDocument | FailedSource>;
  /** Left out: `structureChunker()`. */
  readonly chunker?: Chunker;
  /** Embeds chunks. Left out: documents are found by their words only. */
  readonly embedder?: EmbeddingModel;
  /** Writes a line before each chunk that says what it is about, see `contextualPrefixes`. Left out: none. */
  readonly contextualizer?: Contextualizer;
  /** The space of the vectors. Left out: `spaceName(embedder)`. */
  readonly space?: string;
  /**
   * Deletes documents of the collection that the sources no longer have; a filter restricts which ones. Only where all sources
   * were read to their end. Default false.
   */
  readonly deleteMissing?: boolean | Filter;
  /** Changes nothing and embeds nothing: says what would be done and what it would cost. Default false. */
  readonly dryRun?: boolean;
  /**
   * About how many texts are embedded and written in one transaction, fewer where they are long. Left out: 256, and 4096 without an
   * embedder and a contextualizer.
   */
  readonly batchTexts?: number;
  /** How many embedding requests run at once. Left out: 4. */
  readonly concurrency?: number;
}

/** What was done, or with `dryRun` would be. */
export interface IngestReport {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly failed: readonly FailedSource[];
  readonly chunks: {
    /** Of added and changed documents. */
    readonly written: number;
    /** Texts that were embedded: of new chunks, and of chunks that lacked a vector. */
    readonly embedded: number;
    /** Vectors taken over, since the same text had one. */
    readonly reused: number;
    /** Prefixes that the contextualizer's model wrote, without those it remembered. */
    readonly contextualized: number;
  };
  /** What models used; with `dryRun` estimated from the bytes. */
  readonly usage: Usage;
  /** US dollars; `undefined` where the price is unknown. */
  readonly usd: number | undefined;
}

/**
 * Ingests documents. A document whose content and way of cutting are unchanged is not touched; of a changed one only texts without a
 * vector are embedded, in batches. A document is written in one transaction with its vectors, so nobody sees it by half, and a run
 * that was killed is resumed by running it again: at most one batch is embedded twice. A document with more chunks than a batch is a
 * batch of its own. Chunks that lack a vector, as all do in a new space, get theirs at the end, while searches in other spaces go on.
 *
 * @throws ModeshiftError what the store, the sources and the embedder throw; what was written before stays. A document that cannot be
 * stored is reported in `failed`.
 * @example
 * ```ts
 * import { ingest, openStore } from '@modeshift/rag';
 *
 * const store = await openStore(':memory:');
 * const collection = await store.collection('rules', 'all');
 * const documents = [{ id: 'a', text: '七天内可以退款。' }, { id: 'b', text: '运费由买家承担。' }];
 * await ingest({ collection, documents });
 * const report = await ingest({ collection, documents: [{ id: 'a', text: '十天内可以退款。' }], deleteMissing: true });
 * console.log(report.added, report.changed, report.unchanged, report.deleted); // 0 1 0 1
 * await store.close();
 * ```
 */
export async function ingest(options: IngestOptions): Promise<IngestReport> {
  const asksModels = options.embedder !== undefined || options.contextualizer !== undefined;
  const { batchTexts = asksModels ? 256 : 4096, concurrency = 4 } = options;
  for (const [name, value] of Object.entries({ batchTexts, concurrency }))
    if (!(Number.isSafeInteger(value) && value >= 1)) throw invalidInput(`"${name}" is ${value}. Give at least 1.`);
  if (options.space !== undefined && !options.embedder)
    throw invalidInput('"space" names the vectors of an "embedder". Give one, or leave it out.');
  return new Ingestion(options, batchTexts, concurrency).run();
}

interface Known {
  readonly contentHash: string | undefined;
  readonly pipeline: string | undefined;
}

/** How many documents are listed or deleted at once. */
const page = 1000;
/** The texts of documents are held up to this many UTF-16 units, or one document. */
const mostUnits = 16e6;

class Ingestion {
  readonly #options: IngestOptions;
  readonly #batchTexts: number;
  readonly #concurrency: number;
  readonly #chunker: Chunker;
  readonly #pipeline: string;
  readonly #known = new Map<string, Known>();
  readonly #seen = new Set<string>();
  readonly #failed: FailedSource[] = [];
  readonly #counts = {
    added: 0,
    changed: 0,
    unchanged: 0,
    deleted: 0,
    written: 0,
    embedded: 0,
    reused: 0,
    contextualized: 0,
  };
  readonly #bill = new ModelBill();
  #batch: PreparedDocument[] = [];
  #held = 0;
  #units = 0;

  constructor(options: IngestOptions, batchTexts: number, concurrency: number) {
    this.#options = options;
    this.#batchTexts = batchTexts;
    this.#concurrency = concurrency;
    this.#chunker = options.chunker ?? structureChunker();
    const context = options.contextualizer ? ` ${options.contextualizer.id}` : '';
    this.#pipeline = `${this.#chunker.id} index/1${context}`;
  }

  async run(): Promise<IngestReport> {
    await this.#list(undefined, (key, known) => this.#known.set(key, known));
    for await (const source of this.#options.documents) {
      throwIfAborted(this.#options.signal);
      this.#take(source);
      if (this.#held >= this.#batchTexts || this.#units >= mostUnits) await this.#flush();
      this.#tell();
    }
    await this.#flush();
    await this.#deleteMissing();
    await this.#fillSpace();
    this.#tell();
    const { written, embedded, reused, contextualized, ...documents } = this.#counts;
    const chunks = { written, embedded, reused, contextualized };
    return { ...documents, failed: this.#failed, chunks, ...this.#bill.total() };
  }

  get #space(): string | undefined {
    const { embedder, space } = this.#options;
    return embedder && (space ?? spaceName(embedder));
  }

  #keyOf({ id, tenant }: DocumentKey): string {
    const { access } = this.#options.collection;
    return JSON.stringify([tenant ?? tenantOf(access), id]);
  }

  async #list(filter: Filter | undefined, take: (key: string, known: Known) => void): Promise<void> {
    for (let after: DocumentKey | undefined; ; ) {
      const documents = await this.#options.collection.documents({
        limit: page,
        ...(filter && { filter }),
        ...(after && { after }),
      });
      for (const { id, tenant, contentHash: hash, pipeline } of documents)
        take(this.#keyOf({ id, tenant }), { contentHash: hash, pipeline });
      after = documents.at(-1);
      if (documents.length < page) return;
    }
  }

  #take(source: SourceDocument | FailedSource): void {
    const key = this.#keyOf(source);
    if (this.#seen.has(key)) {
      const message = `The document "${source.id}" was given twice. Only the first was taken.`;
      this.#failed.push({ ...keyOnly(source), error: invalidInput(message) });
      return;
    }
    this.#seen.add(key);
    if ('error' in source) {
      this.#failed.push(source);
      return;
    }
    const hash = contentHash(source);
    const known = this.#known.get(key);
    if (known?.contentHash === hash && known.pipeline === this.#pipeline) {
      this.#counts.unchanged++;
      return;
    }
    try {
      const prepared = prepareDocument(source, this.#chunker, hash, this.#pipeline, known !== undefined);
      this.#batch.push(prepared);
      this.#held += Math.max(1, prepared.chunks.length);
      this.#units += source.text.length;
    } catch (error) {
      if (!ModeshiftError.is(error)) throw error;
      this.#failed.push({ ...keyOnly(source), error });
    }
  }

  /** Embeds and writes what is held. */
  async #flush(): Promise<void> {
    const held = this.#batch;
    this.#batch = [];
    this.#held = 0;
    this.#units = 0;
    if (held.length === 0) return;
    const batch = await this.#embedded(await this.#contextualize(held));
    if (this.#options.dryRun) for (const one of batch) this.#count(one);
    else await this.#put(batch);
  }

  /** Writes documents in one transaction; where one of them cannot be stored, in smaller ones, so that the others are. */
  async #put(batch: readonly PreparedDocument[]): Promise<void> {
    try {
      await this.#options.collection.put(batch.map(({ write, chunks }) => ({ ...write, chunks })));
    } catch (error) {
      if (!isOfDocument(error)) throw error;
      if (batch.length === 1) this.#failed.push({ ...keyOnly(batch[0]!.write.document), error });
      else {
        const half = batch.length >> 1;
        await this.#put(batch.slice(0, half));
        await this.#put(batch.slice(half));
      }
      return;
    }
    for (const one of batch) this.#count(one);
  }

  /** Documents whose chunks have their prefixes. */
  async #contextualize(batch: readonly PreparedDocument[]): Promise<readonly PreparedDocument[]> {
    const { contextualizer, dryRun, signal } = this.#options;
    if (!contextualizer) return batch;
    const inputs = batch.flatMap(({ write, chunks }) => chunks.map(chunk => ({ document: write.document, chunk })));
    if (dryRun) {
      for (const input of inputs) this.#bill.add(contextualizer.estimate(input), contextualizer.price);
      this.#counts.contextualized += inputs.length;
      return batch;
    }
    const prefixes: string[] = [];
    for (const one of await contextualizer.contextualize(inputs, {
      concurrency: this.#concurrency,
      ...(signal && { signal }),
    })) {
      prefixes.push(one.prefix);
      this.#bill.add(one.usage, contextualizer.price);
      if (!one.isRemembered) this.#counts.contextualized++;
    }
    let next = 0;
    return batch.map(one => ({ ...one, chunks: one.chunks.map(chunk => prefixed(chunk, prefixes[next++]!)) }));
  }

  #count({ isKnown, chunks }: PreparedDocument): void {
    this.#counts[isKnown ? 'changed' : 'added']++;
    this.#counts.written += chunks.length;
  }

  /** Documents whose chunks have their vectors: those that the collection has, and the rest from the model. */
  async #embedded(batch: readonly PreparedDocument[]): Promise<readonly PreparedDocument[]> {
    const space = this.#space;
    if (space === undefined) return batch;
    const hashes = batch.map(one => one.chunks.map(chunk => textHash(chunk.indexText)));
    const texts = new Map(batch.flatMap((one, d) => one.chunks.map((chunk, i) => [hashes[d]![i]!, chunk.indexText])));
    if (texts.size === 0) return batch;
    const { collection } = this.#options;
    const isThere = (await collection.spaces()).some(one => one.name === space);
    const vectors = new Map(isThere ? await collection.vectorsByHash(space, [...texts.keys()]) : []);
    this.#counts.reused += vectors.size;
    const missing = [...texts].filter(([hash]) => !vectors.has(hash));
    const made = await this.#embed(missing.map(one => one[1]));
    for (const [i, [hash]] of missing.entries()) if (made[i]) vectors.set(hash, made[i]);
    const withVector = (chunk: PreparedChunk, hash: string): PreparedChunk => {
      const vector = vectors.get(hash);
      return vector ? { ...chunk, vectors: { [space]: vector } } : chunk;
    };
    return batch.map((one, d) => ({ ...one, chunks: one.chunks.map((chunk, i) => withVector(chunk, hashes[d]![i]!)) }));
  }

  async #embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    const { embedder, dryRun, signal, collection } = this.#options;
    if (texts.length === 0) return [];
    this.#counts.embedded += texts.length;
    if (dryRun) {
      const inputTokens = texts.reduce((sum, text) => sum + tokensOf(text), 0);
      this.#bill.add({ inputTokens, outputTokens: 0 }, embedder!.price);
      return [];
    }
    const call = { model: embedder!, texts, concurrency: this.#concurrency, ...(signal && { signal }) };
    const { embeddings, usage } = await embedMany(call);
    this.#bill.add(usage, embedder!.price);
    await collection.addSpace({ name: this.#space!, dimensions: embeddings[0]!.length });
    return embeddings;
  }

  async #deleteMissing(): Promise<void> {
    const { deleteMissing = false, collection, dryRun } = this.#options;
    if (deleteMissing === false) return;
    const gone: DocumentKey[] = [];
    await this.#list(deleteMissing === true ? undefined : deleteMissing, key => {
      if (this.#seen.has(key)) return;
      const [tenant, id] = JSON.parse(key) as [string, string];
      gone.push({ tenant, id });
    });
    for (let from = 0; from < gone.length; from += page) {
      throwIfAborted(this.#options.signal);
      const documents = gone.slice(from, from + page);
      this.#counts.deleted += dryRun ? documents.length : await collection.delete({ documents });
    }
  }

  /** Vectors for chunks that were there without one. */
  async #fillSpace(): Promise<void> {
    const { collection, dryRun } = this.#options;
    const space = this.#space;
    if (space === undefined) return;
    if (!(await collection.spaces()).some(one => one.name === space)) {
      const { documents } = await collection.count();
      if (dryRun || documents === 0) return;
      const { dimensions } = this.#options.embedder!;
      if (dimensions >= 1) await collection.addSpace({ name: space, dimensions });
      // A model that is not loaded yet: the first vector says how long they are; any text will do.
      else await this.#embed([(await collection.documents({ limit: 1 }))[0]!.id]);
    }
    for (;;) {
      throwIfAborted(this.#options.signal);
      const missing = await collection.missing(space, dryRun ? 1e9 : this.#batchTexts);
      const made = await this.#embed(missing.map(one => one.indexText));
      if (dryRun || missing.length === 0) return;
      await collection.putVectors(space, new Map(missing.map((one, i) => [one.id, made[i]!])));
      this.#tell();
    }
  }

  #tell(): void {
    const { added, changed, unchanged, written, embedded } = this.#counts;
    this.#options.onProgress?.({
      phase: 'ingesting',
      done: added + changed + unchanged + this.#failed.length,
      unit: 'documents',
      figures: { chunks: written, embedded },
    });
  }
}

const keyOnly = ({ id, tenant }: DocumentKey): DocumentKey => ({ id, ...(tenant !== undefined && { tenant }) });

const isOfDocument = (error: unknown): error is ModeshiftError =>
  ModeshiftError.is(error, 'invalid-input') || ModeshiftError.is(error, 'refused');

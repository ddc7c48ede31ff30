// The run that indexes: one source after another, each by itself, so that one that cannot be read stops none.
import { extname } from 'node:path';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import {
  type Chunker,
  codeChunker,
  type FailedSource,
  ingest,
  loadFiles,
  loadUrls,
  type Principal,
  type SourceDocument,
} from '@modeshift/rag';
import type { JobContext, Table } from '@modeshift/ui';
import type { Collections, OwnCollection } from './collections.ts';
import { type EmbedderShelf, shownModel } from './embedder-shelf.ts';
import { problemInWords } from './problem-in-words.ts';
import type { SharedFolders } from './shared-folders.ts';
import { diskFull, type Source, type SourceShelf, type SourceState } from './source-shelf.ts';
import { type Language, sentences } from './words.ts';

/** What a run indexes. It is stored, so a killed server goes on with it. */
export interface IngestPlan {
  readonly collection: string;
  readonly principal: Principal;
  /** Names of sources. */
  readonly ids: readonly string[];
  readonly language: Language;
}

/** What a run needs of the app. */
export interface IngestParts {
  readonly shelf: SourceShelf;
  readonly collections: Collections;
  readonly embedders: EmbedderShelf;
  readonly shared: SharedFolders;
}

/** What became of a source. */
type Outcome = Pick<Source, 'passages' | 'problem'> & { readonly state: SourceState | 'deleted' };

/** Indexes the sources of a plan; yields what became of each so far. What is done is a step: it is not done twice. */
export async function* ingestSources(
  { collection: name, principal, ids, language }: IngestPlan,
  ctx: JobContext,
  parts: IngestParts,
): AsyncGenerator<{ readonly files: Table }> {
  const words = sentences[language];
  const own = await parts.collections.reopen(name, principal);
  const outcomes = new Map<string, Outcome>(ids.map(id => [id, { state: 'waiting', passages: 0, problem: '' }]));
  const shown = () => ({ files: outcomeTable(outcomes) });
  yield shown();
  const { embedder } = await parts.embedders.toIndexWith();
  ctx.log(words.embedding(embedder && shownModel(embedder.name)));
  const reader = new FileReader(ctx.signal);
  const chunker = await codeChunker();
  try {
    for (const [done, id] of ids.entries()) {
      ctx.signal.throwIfAborted();
      ctx.progress(done, ids.length, { label: id });
      outcomes.set(id, { state: 'reading', passages: 0, problem: '' });
      yield shown();
      outcomes.set(id, await ctx.step(id, () => ingestOne(own, id, ctx, { ...parts, reader, chunker }, language)));
      yield shown();
    }
  } finally {
    await reader.close();
  }
  ctx.progress(ids.length, ids.length);
}

async function ingestOne(
  own: OwnCollection,
  id: string,
  { signal }: JobContext,
  {
    shelf,
    embedders,
    shared,
    reader,
    chunker,
  }: IngestParts & { readonly reader: FileReader; readonly chunker: Chunker },
  language: Language,
): Promise<Outcome> {
  const { collection } = own;
  const source = shelf.get(own.key, id);
  if (!source) return { state: 'deleted', passages: 0, problem: '' };
  await shelf.mark(source, 'reading');
  try {
    const { embedder } = await embedders.toIndexWith();
    const report = await ingest({
      collection,
      chunker,
      documents: [await documentOf(source, reader, shared, signal)],
      ...(embedder && { embedder: embedder.forPassages }),
      signal,
    });
    const passages = (await collection.chunks({ id })).length;
    const failure = report.failed[0]?.error.message.replaceAll(source.place, id);
    const outcome: Outcome =
      failure === undefined
        ? { state: 'indexed', passages, problem: '' }
        : {
            state: 'failed',
            passages,
            problem: [problemInWords(failure, language), passages > 0 ? sentences[language].earlierStays : '']
              .filter(Boolean)
              .join(' '),
          };
    const isSame = await shelf.mark(source, outcome.state as SourceState, passages, outcome.problem);
    if (isSame) return outcome;
    // It was deleted or replaced while it was read. What replaced it is indexed by a run of its own.
    if (!shelf.get(own.key, id)) await collection.delete({ documents: [{ id }] });
    return { state: 'deleted', passages: 0, problem: '' };
  } catch (error) {
    // The run ends here; the source waits for the next one. Where even that cannot be written, it is read anew all the same.
    await shelf.mark(source, 'waiting').catch(() => undefined);
    throw isFull(error) ? diskFull(error) : error;
  }
}

async function documentOf(
  source: Source,
  reader: FileReader,
  shared: SharedFolders,
  signal: AbortSignal,
): Promise<SourceDocument | FailedSource> {
  const { kind, place, id, tenant, access, tags, addedAt } = source;
  if (kind === 'linked' && !shared.has(place))
    return { id, error: new ModeshiftError({ tag: 'refused' }, 'Its folder is not shared by the server any more.') };
  const one = kind === 'url' ? await fetched(place, signal) : await reader.read(place);
  if ('error' in one) return { ...one, id };
  const metadata = { ...one.metadata, name: id, type: kind === 'url' ? 'url' : typeOf(id), added: addedAt, tags };
  return { ...one, id, tenant, access, metadata, title: one.title ?? id };
}

async function fetched(url: string, signal: AbortSignal): Promise<SourceDocument | FailedSource> {
  for await (const one of loadUrls([url], { allow: [URL.parse(url)?.hostname ?? ''], signal })) return one;
  throw invalidInput(`"${url}" gave nothing.`);
}

/** Reads the files of a run in one thread, each when it is asked for. */
class FileReader {
  readonly #read: AsyncGenerator<SourceDocument | FailedSource>;
  #wanted = '';

  constructor(signal: AbortSignal) {
    const reader = this;
    async function* wanted(): AsyncGenerator<string> {
      for (;;) yield reader.#wanted;
    }
    this.#read = loadFiles(wanted(), { signal });
  }

  async read(path: string): Promise<SourceDocument | FailedSource> {
    this.#wanted = path;
    return (await this.#read.next()).value as SourceDocument | FailedSource;
  }

  async close(): Promise<void> {
    await this.#read.return(undefined);
  }
}

/** The end of a file's name, e.g. `pdf`. */
const typeOf = (name: string): string => extname(name).slice(1).toLowerCase();

function isFull(error: unknown): boolean {
  if (!ModeshiftError.is(error)) return false;
  const { reason } = error;
  return reason.tag === 'storage' && (reason.code === 'ENOSPC' || reason.code === 'SQLITE_FULL');
}

function outcomeTable(outcomes: ReadonlyMap<string, Outcome>): Table {
  return {
    columns: ['document', 'state', 'passages', 'note'],
    rows: [...outcomes].map(([id, { state, passages, problem }]) => [id, state, passages, problem]),
  };
}

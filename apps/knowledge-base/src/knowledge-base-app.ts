// The app: documents in, collections to keep them in, questions answered from them, and what each search found.
import { join, resolve } from 'node:path';
import { availableModels, ModelShelf, rerankerHere } from '@modeshift/compare';
import { ModeshiftError } from '@modeshift/core';
import { openJobs } from '@modeshift/jobs';
import { openStore } from '@modeshift/rag';
import { type App, app, citations, column, markdown, type PageContext, row, table, tabs, text } from '@modeshift/ui';
import { answerQuestion } from './answer-question.ts';
import { Collections, firstCollection, type OwnCollection } from './collections.ts';
import { EmbedderShelf, shownModel } from './embedder-shelf.ts';
import { type IngestPlan, ingestSources } from './ingest-sources.ts';
import {
  addInputs,
  collection,
  document,
  foldersInput,
  retrievalInputs as settings,
  showRetrieval,
  threshold,
  withoutModel,
  writerInput,
} from './inputs.ts';
import type { KnowledgeBaseAppOptions } from './options.ts';
import { citationOf, placeOfChunk } from './passage-in-document.ts';
import { listed, passageTable, searching, stepTable } from './retrieval.ts';
import { SharedFolders } from './shared-folders.ts';
import { SourceShelf } from './source-shelf.ts';
import { takeSources } from './take-sources.ts';
import { sentences, translations, word } from './words.ts';

/** What {@link knowledgeBaseApp} makes. */
export type KnowledgeBaseApp = App<
  SessionState,
  | 'ask'
  | `${'add' | 'reindex'}${'' | '_watch' | '_cancel' | '_retry' | '_runs'}`
  | 'documents'
  | 'document'
  | 'passages'
  | 'delete'
  | 'search'
  | 'passage'
  | 'collections'
  | 'open'
  | 'delete_collection'
>;

interface SessionState {
  /** The collection that was opened last. */
  collection: string;
}

/** Characters of a document that are shown. */
const mostShown = 200_000;

/**
 * Makes the knowledge-base app: documents are uploaded, indexed by a run that survives the server, looked into, asked and searched;
 * answers cite passages that open in their documents. Several collections; where users log in, each sees their own only.
 *
 * @throws ModeshiftError `storage` where the folder cannot be used, `invalid-input` for two models of one name.
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { knowledgeBaseApp } from '@modeshift/app-knowledge-base';
 * import { testApp } from '@modeshift/ui/testing';
 *
 * const folder = await mkdtemp(join(tmpdir(), 'knowledge-'));
 * await using tested = await testApp(await knowledgeBaseApp({ folder, models: [], embedder: 'none' }));
 * const body = new FormData();
 * body.append('files', new Blob(['七天内可以退货。运费由买家承担。']), '退货.txt');
 * const [path] = await (await fetch(`${tested.url}/gradio_api/upload`, { method: 'POST', body })).json();
 * const file = { path, orig_name: '退货.txt', meta: { _type: 'gradio.FileData' } };
 * const [run] = await tested.call('add', { files: [file] });
 * await tested.call('add_watch', { run });
 * const [answer] = await tested.call('ask', { message: '几天内可以退货？' });
 * console.log(answer); // 七天内可以退货。 [1](#cite-1)
 * ```
 */
export async function knowledgeBaseApp(options: KnowledgeBaseAppOptions = {}): Promise<KnowledgeBaseApp> {
  const { lang = 'auto', urls: mayFetch = true } = options;
  const folder = resolve(options.folder ?? join('.modeshift', 'knowledge-base'));
  const principalOf = options.principalOf ?? (user => (user ? { tenant: user.name } : {}));
  const writers = new ModelShelf(options.models ?? (await availableModels()).filter(({ name }) => name !== 'nano'));
  const ownReranker = options.reranker ? undefined : await rerankerHere();
  const reranker = options.reranker ?? ownReranker;
  const shared = new SharedFolders(options.folders);
  const shelf = await SourceShelf.open(folder);
  const store = await openStore(join(folder, 'knowledge.db'));
  const collections = new Collections(store, shelf, principalOf);
  const embedders = new EmbedderShelf(options.embedder ?? (process.env.MODESHIFT_EMBEDDER || undefined));
  const parts = { shelf, collections, embedders, shared };

  /** The collection that a call means: the one it names, else the one opened last. */
  const meant = (name: string | undefined, ctx: PageContext<SessionState>, create = false): Promise<OwnCollection> =>
    collections.open(name?.trim() || ctx.session.state.collection, ctx.user, create);

  const some = {
    ...(mayFetch && { urls: addInputs.urls }),
    ...(shared.names.length > 0 && { folders: foldersInput(shared.names) }),
    ...(options.principalOf && { visible_to: addInputs.visible_to }),
  } as Pick<typeof addInputs, 'urls' | 'visible_to'> & { folders: ReturnType<typeof foldersInput> };
  const reads = { concurrency: 8 };

  return app<SessionState>({
    title: word('Knowledge base'),
    description: word(
      'Your documents, and answers from them. Every number in an answer opens the passage it stands on.',
    ),
    lang,
    translations,
    state: () => ({ collection: firstCollection }),
    jobs: openJobs(join(folder, 'jobs.db')),
    onClose: async () => {
      await Promise.all([writers.close(), embedders.close(), ownReranker?.dispose()]);
      await store.close();
      shelf.close();
    },
  })
    .chat(
      'ask',
      {
        label: word('Ask'),
        inputs: {
          model: writerInput(writers.names, options.models !== undefined),
          ...settings,
          show_retrieval: showRetrieval,
          threshold,
        },
        outputs: {
          sources: citations({ label: word('Sources') }),
          how: markdown({ label: word('How it was answered') }),
          retrieval: table({ label: word('Retrieval') }),
        },
        examples: [word('How many days do I have to return something?')],
        concurrency: 4,
      },
      async function* (messages, ctx, { model: writer, threshold, show_retrieval: showsRetrieval, ...given }) {
        const own = await meant(given.collection, ctx);
        const model = writer === withoutModel ? undefined : await writers.get(writer);
        const search = await searching(own, given, embedders, { given: reranker, writer: model });
        const { language, signal } = ctx;
        yield* answerQuestion(messages, { own, search, model, threshold, showsRetrieval, language, signal });
      },
    )
    .job(
      'add',
      {
        label: word('Add documents'),
        description: word(
          'PDF, Word, Excel, PowerPoint, EPUB, web pages, e-mail, Markdown, text, code, tables, subtitles. Indexing goes on when the page is closed, and after a server that was stopped.',
        ),
        whenKilled: 'resume',
        input: {
          files: addInputs.files,
          ...some,
          same_name: addInputs.same_name,
          tags: addInputs.tags,
          collection,
        },
        output: { files: table({ label: word('Each document') }) },
        prepare: async (input, ctx: PageContext<SessionState>): Promise<IngestPlan> => {
          const own = await meant(input.collection, ctx, true);
          const lines = (input.urls ?? '').split(/\s+/).filter(Boolean);
          const { files, same_name: sameName, folders = [] } = input;
          const brought = { files, urls: lines, folders, sameName, tags: listed(input.tags) };
          const ids = await takeSources(own, { ...brought, labels: listed(input.visible_to) }, parts);
          return { collection: own.name, principal: own.principal, ids, language: ctx.language };
        },
      },
      (plan, ctx) => ingestSources(plan, ctx, parts),
    )
    .fn(
      'documents',
      {
        label: word('List of documents'),
        description: word('Choose one to look inside.'),
        trigger: ['load', { after: 'add' }, { after: 'reindex' }, { after: 'delete' }, { after: 'open' }],
        input: { collection },
        output: { collection: text({ label: word('Collection') }), documents: table({ label: word('Documents') }) },
        ...reads,
      },
      async (input, ctx) => {
        const own = await meant(input.collection, ctx);
        const rows = collections
          .sources(own)
          .map(({ id, state, passages, size, addedAt, tags, problem }) => [
            ...[id, state, passages, size, addedAt.slice(0, 16).replace('T', ' '), tags.join(', '), problem],
          ]);
        const columns = ['document', 'state', 'passages', 'size', 'added', 'tags', 'note'];
        return { collection: own.name, documents: { columns, rows } };
      },
    )
    .fn(
      'document',
      {
        label: word('Look inside'),
        trigger: ['submit', { select: 'documents.documents' }],
        fills: 'delete',
        input: { document, collection },
        output: { document, text: text({ label: word('As it was read') }) },
        ...reads,
      },
      async (input, ctx) => {
        const own = await meant(input.collection, ctx);
        const { id } = collections.source(own, input.document);
        const whole = (await own.collection.document({ id }))?.text ?? '';
        const shown =
          whole.length <= mostShown
            ? whole
            : `${whole.slice(0, mostShown).toWellFormed()}\n${sentences[ctx.language].cut}`;
        return { document: id, text: shown };
      },
    )
    .fn(
      'passages',
      {
        label: word('The passages it was cut into'),
        trigger: ['submit', { select: 'documents.documents' }],
        fills: 'reindex',
        input: { document, collection },
        output: { document, passages: table({ label: word('Passages') }) },
        ...reads,
      },
      async (input, ctx) => {
        const own = await meant(input.collection, ctx);
        const { id } = collections.source(own, input.document);
        const chunks = await own.collection.chunks({ id });
        const all = chunks.map(chunk => ({ ...chunk, chunk, score: 0, steps: {} }));
        return { document: id, passages: passageTable(all, ctx.language, Number.POSITIVE_INFINITY) };
      },
    )
    .job(
      'reindex',
      {
        label: word('Re-index'),
        description: word('Reads the kept files again. What is unchanged is not embedded again.'),
        whenKilled: 'resume',
        input: {
          document: text({
            optional: true,
            label: word('Document'),
            info: word('Left out: all documents of the collection.'),
          }),
          collection,
        },
        output: { files: table({ label: word('Each document') }) },
        prepare: async (input, ctx: PageContext<SessionState>): Promise<IngestPlan> => {
          const own = await meant(input.collection, ctx);
          const id = input.document?.trim();
          const sources = id ? [collections.source(own, id)] : collections.sources(own);
          const ids = sources.map(source => source.id);
          return { collection: own.name, principal: own.principal, ids, language: ctx.language };
        },
      },
      (plan, ctx) => ingestSources(plan, ctx, parts),
    )
    .fn(
      'delete',
      {
        label: word('Delete'),
        description: word('Deletes the document, its passages and the uploaded file.'),
        input: { document, collection },
        output: text({ label: word('Deleted') }),
      },
      async (input, ctx) => {
        const own = await meant(input.collection, ctx);
        await collections.remove(own, collections.source(own, input.document));
        return sentences[ctx.language].deleted(input.document);
      },
    )
    .fn(
      'search',
      {
        label: word('Search the passages'),
        description: word('What a question finds, and where each passage stood after each step.'),
        input: { question: text({ minLength: 1, label: word('Question') }), ...settings },
        output: {
          passages: table({ label: word('Found passages') }),
          steps: table({ label: word('Steps') }),
        },
        ...reads,
      },
      async ({ question, ...given }, ctx) => {
        const own = await meant(given.collection, ctx);
        const { retriever, filter } = await searching(own, given, embedders, { given: reranker, writer: undefined });
        const found = await retriever.retrieve(question, { signal: ctx.signal, ...(filter && { filter }) });
        return { passages: passageTable(found.passages, ctx.language), steps: stepTable(found) };
      },
    )
    .fn(
      'passage',
      {
        label: word('In its document'),
        description: word('Choose a passage to read it in its document.'),
        trigger: ['submit', { select: 'search.passages' }],
        input: { document, passage: text({ label: word('Passage') }), collection },
        output: citations({ label: word('Sources') }),
        ...reads,
      },
      async (input, ctx) => {
        const own = await meant(input.collection, ctx);
        const { id } = collections.source(own, input.document);
        const [start, end] = input.passage.split('-').map(Number);
        const chunk = (await own.collection.chunks({ id })).find(
          one => one.start === start || (one.context?.start === start && one.context?.end === end),
        );
        if (!chunk) throw new ModeshiftError({ tag: 'not-found' }, 'The document has changed: search once more.');
        return [await citationOf(own.collection, placeOfChunk(chunk), ctx.language)];
      },
    )
    .fn(
      'collections',
      {
        label: word('Your collections'),
        description: word('Choose one to open it.'),
        trigger: ['load', { after: 'add' }, { after: 'open' }, { after: 'delete' }, { after: 'delete_collection' }],
        output: table({ label: word('Collections') }),
        ...reads,
      },
      async (_, ctx) => {
        const rows = [];
        for (const name of await collections.names(ctx.user)) {
          const own = await collections.open(name, ctx.user);
          const { documents, chunks } = await own.collection.count();
          const spaces = (await own.collection.spaces()).map(one => shownModel(one.name));
          rows.push([name, documents, chunks, spaces.join(', ')]);
        }
        return { columns: ['collection', 'documents', 'passages', 'vectors'], rows };
      },
    )
    .fn(
      'open',
      {
        label: word('Open a collection'),
        description: word('A new name makes a new collection. It is used wherever no other is named.'),
        trigger: ['submit', { select: 'collections.output' }],
        input: { collection: text({ value: firstCollection, minLength: 1, label: word('Collection') }) },
        output: { opened: markdown({ label: word('Opened') }) },
      },
      async (input, ctx) => {
        const own = await collections.open(input.collection.trim(), ctx.user, true);
        ctx.session.state.collection = own.name;
        const { documents, chunks } = await own.collection.count();
        const embedder = await embedders.toAskWith(own.collection);
        const model = embedder && shownModel(embedder.modelId);
        return { opened: sentences[ctx.language].opened({ name: own.name, documents, passages: chunks, model }) };
      },
    )
    .fn(
      'delete_collection',
      {
        label: word('Delete a collection'),
        description: word('Deletes all its documents that you can see.'),
        input: { collection: text({ minLength: 1, label: word('Collection') }) },
        output: text({ label: word('Deleted') }),
      },
      async (input, ctx) => {
        const own = await collections.open(input.collection.trim(), ctx.user);
        const documents = await collections.clear(own);
        if (ctx.session.state.collection === own.name) ctx.session.state.collection = firstCollection;
        return sentences[ctx.language].cleared(own.name, documents);
      },
    )
    .layout(
      tabs({
        [word('Ask')]: 'ask',
        [word('Documents')]: column('add', 'documents', row('document', 'passages'), row('reindex', 'delete')),
        [word('Search')]: column('search', 'passage'),
        [word('Collections')]: column('collections', row('open', 'delete_collection')),
      }),
    );
}

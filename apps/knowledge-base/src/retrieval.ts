// How passages are searched for, as a visitor set it, and what each step of it gave.
import { invalidInput, type LanguageModel, type RerankModel } from '@modeshift/core';
import {
  createRetriever,
  type Filter,
  languageReranker,
  type Passage,
  type Retrieved,
  type Retriever,
  type StepName,
} from '@modeshift/rag';
import type { Table } from '@modeshift/ui';
import type { OwnCollection } from './collections.ts';
import type { EmbedderShelf } from './embedder-shelf.ts';
import { placeInWords } from './passage-in-document.ts';
import type { Language } from './words.ts';

/** The ways to search. */
export const searchModes = ['best there is', 'words', 'meanings', 'words and meanings'] as const;

/** What a visitor sets. */
export interface RetrievalSettings {
  readonly search: (typeof searchModes)[number];
  readonly top_k: number;
  readonly rerank: boolean;
  /** Names of documents, with commas. */
  readonly documents?: string | undefined;
  /** Tags, with commas; a document needs one of them. */
  readonly tags?: string | undefined;
}

/** A retriever for a visitor's question. */
export interface Searching {
  readonly retriever: Retriever;
  readonly filter: Filter | undefined;
  readonly mode: 'lexical' | 'vector' | 'hybrid';
}

/**
 * Makes the retriever.
 *
 * @throws ModeshiftError `invalid-input` where meanings are to be compared and there are no vectors, or nothing can rerank.
 */
export async function searching(
  { collection, name }: OwnCollection,
  settings: RetrievalSettings,
  embedders: EmbedderShelf,
  rerankers: { readonly given: RerankModel | undefined; readonly writer: LanguageModel | undefined },
): Promise<Searching> {
  const embedder = settings.search === 'words' ? undefined : await embedders.toAskWith(collection);
  const mode = modes[settings.search] ?? (embedder ? 'hybrid' : 'lexical');
  if (mode !== 'lexical' && !embedder)
    throw invalidInput(
      `"${name}" has no vectors of a model that is here, so only words can be compared. Set MODESHIFT_EMBEDDER and re-index, or search by words.`,
    );
  const { given, writer } = rerankers;
  const reranker = given ?? (writer && languageReranker({ model: writer }));
  if (settings.rerank && !reranker)
    throw invalidInput('Nothing here can rerank. Choose a model that writes the answer, or turn "Rerank" off.');
  const retriever = createRetriever({
    collection,
    mode,
    k: Math.round(settings.top_k),
    ...(embedder && { embedder }),
    ...(settings.rerank && reranker && { rerank: reranker, candidates: Math.max(20, Math.round(settings.top_k)) }),
  });
  return { retriever, mode, filter: filterOf(settings) };
}

const modes: Partial<Record<RetrievalSettings['search'], Searching['mode']>> = {
  words: 'lexical',
  meanings: 'vector',
  'words and meanings': 'hybrid',
};

/** What is between commas. */
export const listed = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(/[,，、\n]/)
    .map(one => one.trim())
    .filter(Boolean);

function filterOf({ documents, tags }: RetrievalSettings): Filter | undefined {
  const [names, wanted] = [listed(documents), listed(tags)];
  const parts: Filter[] = [
    ...(names.length > 0 ? [{ field: 'name', in: names }] : []),
    ...(wanted.length > 0 ? [{ field: 'tags', containsAny: wanted }] : []),
  ];
  return parts.length > 0 ? { and: parts } : undefined;
}

/** Columns of the steps that rank, in their order. */
const stepColumns: readonly (readonly [StepName, string])[] = [
  ['lexical', 'words'],
  ['vector', 'meanings'],
  ['fuse', 'joined'],
  ['rerank', 'reranked'],
];

/** The passages, with place and score after each step that ranked them. */
export function passageTable(passages: readonly Passage[], language: Language, mostLetters = 240): Table {
  const columns = stepColumns.filter(([step]) => passages.some(one => one.steps[step]));
  const cell = ({ steps }: Passage, step: StepName): string => {
    const at = steps[step];
    return at ? `${at.rank}. (${Number(at.score.toPrecision(3))})` : '–';
  };
  return {
    columns: ['#', 'document', 'place', ...columns.map(one => one[1]), 'passage', 'text'],
    rows: passages.map((one, i) => [
      i + 1,
      one.chunk.documentId,
      placeInWords(one.chunk, language).slice(one.chunk.documentId.length + 2),
      ...columns.map(([step]) => cell(one, step)),
      `${one.start}-${one.end}`,
      shortened(one.text, mostLetters),
    ]),
  };
}

/** The steps with their times. */
export const stepTable = ({ steps }: Pick<Retrieved, 'steps'>): Table => ({
  columns: ['step', 'found', 'ms'],
  rows: steps.map(({ name, count, ms }) => [name, count, Number(ms.toFixed(1))]),
});

const shortened = (text: string, most: number): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > most ? `${line.slice(0, most).toWellFormed()}…` : line;
};

// The knowledge base that `index`, `search` and `ask` share: a file, and a collection in it.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { embedderToAskWith } from '@modeshift/compare';
import { invalidInput } from '@modeshift/core';
import {
  type Collection,
  createRetriever,
  type KnowledgeStore,
  openLanceStore,
  openPostgresStore,
  openStore,
  type Retriever,
} from '@modeshift/rag';
import type { Command } from 'commander';

/** The options that say where it is. */
export interface PlaceOptions {
  readonly store: string;
  readonly collection: string;
  readonly embedder?: string;
}

/** Adds those options to a command. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--store <place>', 'the knowledge base: a file, postgres://… or lancedb:FOLDER', '.modeshift/knowledge.db')
    .option('--collection <name>', 'the collection in it', 'default')
    .option(
      '--embedder <model>',
      'none, openai:ID, a folder or an id on the hub (default: what the collection has, or what is here)',
    );
}

const isAddress = (place: string): boolean => /^[a-z][\w+.-]*:\/\//i.test(place);

/** The folder of a store in LanceDB, or its address in an object store. */
const lancePlace = (place: string): string | undefined => /^lancedb:(.+)$/is.exec(place)?.[1];

/** The place without its password, to be shown. */
export const shownPlace = (place: string): string =>
  isAddress(place) ? place.replace(/\/\/.*@/, '//').replace(/([?&]password=)[^&]*/gi, '$1…') : place;

/** @throws ModeshiftError `invalid-input` for an address that is not of Postgres or LanceDB. */
export function checkPlace(place: string): void {
  if (isAddress(place) && !/^postgres(ql)?:\/\//i.test(place))
    throw invalidInput(`--store ${shownPlace(place)} is neither a file nor postgres://… nor lancedb:FOLDER.`);
}

/** Opens the collection, and makes it where `create` says so; gives it to `work` and closes it after. */
export async function withCollection<Result>(
  { store: place, collection: name }: PlaceOptions,
  create: boolean,
  work: (collection: Collection) => Promise<Result>,
): Promise<Result> {
  checkPlace(place);
  const lance = lancePlace(place);
  const path = lance ?? place;
  if (create && !isAddress(path)) await mkdir(dirname(path), { recursive: true });
  if (!create && !isAddress(path) && !existsSync(path)) throw nothingThere(`There is no knowledge base at ${path}.`);
  const open = lance !== undefined ? openLanceStore : isAddress(path) ? openPostgresStore : openStore;
  const store: KnowledgeStore = await open(path);
  try {
    if (!create && !(await store.collections()).includes(name))
      throw nothingThere(`There is no collection "${name}" in ${shownPlace(place)}.`);
    return await work(await store.collection(name, 'all'));
  } finally {
    await store.close();
  }
}

/** Gives `work` a retriever over what was indexed, and how it searches. */
export async function withRetriever<Result>(
  options: PlaceOptions & { readonly k: number; readonly mode?: 'lexical' | 'vector' | 'hybrid' },
  work: (retriever: Retriever, mode: string, note: string) => Promise<Result>,
): Promise<Result> {
  return withCollection(options, false, async collection => {
    const name = options.mode === 'lexical' ? 'none' : options.embedder;
    const { embedder, note } = await embedderToAskWith(name, await collection.spaces());
    try {
      const mode = options.mode ?? (embedder ? 'hybrid' : 'lexical');
      if (mode !== 'lexical' && !embedder) throw invalidInput(`--mode ${mode} compares vectors. ${note}`);
      const model = embedder && { embedder: embedder.forQuestions };
      return await work(createRetriever({ collection, mode, k: options.k, ...model }), mode, note);
    } finally {
      await embedder?.dispose();
    }
  });
}

const nothingThere = (what: string) => invalidInput(`${what} Make it: modeshift index PATH…`);

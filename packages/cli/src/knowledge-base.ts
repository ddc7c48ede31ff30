// The knowledge base that `index`, `search` and `ask` share: a file, and a collection in it.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalidInput } from '@modeshift/core';
import { type Collection, createRetriever, type KnowledgeStore, openStore, type Retriever } from '@modeshift/rag';
import type { Command } from 'commander';
import { embedderToAskWith } from './choose-embedder.ts';

/** The options that say where it is. */
export interface PlaceOptions {
  readonly store: string;
  readonly collection: string;
  readonly embedder?: string;
}

/** Adds those options to a command. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--store <file>', 'the knowledge base', '.modeshift/knowledge.db')
    .option('--collection <name>', 'the collection in it', 'default')
    .option(
      '--embedder <model>',
      'none, openai:ID, a folder or an id on the hub (default: what the collection has, or what is here)',
    );
}

/** @throws ModeshiftError `invalid-input` for what is no file, without its password. */
export function checkPlace(place: string): void {
  if (/^[a-z][\w+.-]*:\/\//i.test(place))
    throw invalidInput(`--store ${place.replace(/\/\/[^@/]*@/, '//')} is no file. Give the path of a file.`);
}

/** Opens the collection, and makes it where `create` says so; gives it to `work` and closes it after. */
export async function withCollection<Result>(
  { store: place, collection: name }: PlaceOptions,
  create: boolean,
  work: (collection: Collection) => Promise<Result>,
): Promise<Result> {
  checkPlace(place);
  if (create) await mkdir(dirname(place), { recursive: true });
  else if (!existsSync(place)) throw nothingThere(`There is no knowledge base at ${place}.`);
  const store: KnowledgeStore = await openStore(place);
  try {
    if (!create && !(await store.collections()).includes(name))
      throw nothingThere(`There is no collection "${name}" in ${place}.`);
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

// A solution of the mode `retrieved`: asks its store, has the examples vote or a model read them, and can be saved and loaded.
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type AnsweringModel,
  type EmbeddingModel,
  invalidInput,
  ModeshiftError,
  type Solution,
  throwIfAborted,
} from '@modeshift/core';
import { labelFrequencies } from '../label-frequencies.ts';
import { predictByVote } from '../neighbour-vote.ts';
import { plainInput } from '../plain-input.ts';
import {
  ExampleBase,
  type ExampleBaseOptions,
  type NearExample,
  type StoredRetrieved,
  storeFile,
} from './example-base.ts';
import { exampleReader } from './example-reader.ts';

/** What {@link retrieved} makes: a solution that can also show the examples an answer rests on. */
export interface RetrievedSolution extends Solution<unknown, string> {
  /** The nearest training examples, best first. */
  evidence(input: unknown, limit: number): Promise<readonly Omit<NearExample, 'place'>[]>;
  /** Closes the store and deletes the folder that it was made in; what was saved stays. */
  dispose(): Promise<void>;
}

/** What a solution is made of. */
export interface RetrievedParts {
  readonly folder: string;
  readonly stored: StoredRetrieved;
  readonly base: ExampleBaseOptions;
  readonly frequencies: ReadonlyMap<string, number>;
  readonly model?: AnsweringModel;
  readonly text: (input: unknown) => string;
  readonly trainMs: number;
  readonly trainUsd: number | undefined;
  /** Whether the folder goes when the solution does. */
  readonly isTemporary: boolean;
}

const settingsFile = 'retrieved.json';

/** Opens the store and puts the solution together. */
export async function retrievedSolution(parts: RetrievedParts): Promise<RetrievedSolution> {
  const { folder, stored, model, text, frequencies } = parts;
  const base = await ExampleBase.open(folder, stored, parts.base);
  const read = model && exampleReader(model, stored);
  const settings = `${JSON.stringify(stored)}\n`;
  const { size } = await stat(path.join(folder, storeFile));
  return {
    footprint: {
      ...{ trainedParameters: 0, totalParameters: model ? undefined : 0 },
      bytes: size + Buffer.byteLength(settings),
      trainMs: parts.trainMs,
      trainUsd: parts.trainUsd,
    },
    async predict(input, ctx) {
      throwIfAborted(ctx.signal);
      const { examples, usd } = await base.nearest(text(input), stored.k, ctx.signal);
      const prediction = read
        ? await read(text(input), examples, ctx)
        : predictByVote(examples, frequencies, stored.vote!);
      return {
        ...prediction,
        usd: usd === undefined || prediction.usd === undefined ? undefined : usd + prediction.usd,
      };
    },
    async evidence(input, limit) {
      const { examples } = await base.nearest(text(input), limit, undefined);
      return examples.map(({ text: words, label, score }) => ({ text: words, label, score }));
    },
    async save(dir) {
      await mkdir(dir, { recursive: true });
      // The store was written and closed before it was opened for reading: the file is whole.
      await copyFile(path.join(folder, storeFile), path.join(dir, storeFile));
      await writeFile(path.join(dir, settingsFile), settings);
    },
    async dispose() {
      await base.close();
      if (parts.isTemporary) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Options of {@link loadRetrieved}. */
export interface LoadRetrievedOptions {
  /** The model it was solved with, where it was solved with one. */
  readonly model?: AnsweringModel;
  /** Embeds inputs, where vectors are searched. */
  readonly embedder?: EmbeddingModel;
  /** How an input reads as text. Left out: a string is itself, and an object must have one field, a string. */
  readonly text?: (input: unknown) => string;
}

/**
 * Reads a solution of {@link retrieved} from the folder it was saved to.
 *
 * @throws ModeshiftError `storage` when a file cannot be read; `invalid-input` when it is damaged or of another version, and where a model that it
 * needs is missing.
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { loadRetrieved, retrieved } from '@modeshift/rag';
 * import { z } from 'zod';
 *
 * const train = [{ input: '被扣了两次钱', output: 'billing' }, { input: '包裹还没到', output: 'delivery' }] as const;
 * const task = defineTask({
 *   name: 'topic',
 *   instruction: 'Say what the message is about.',
 *   input: z.string(),
 *   output: labels(['billing', 'delivery']),
 *   examples: { train, test: train },
 * });
 * const solution = await retrieved().solve(task, {});
 * await solution.save('topic');
 * await solution.dispose();
 * const loaded = await loadRetrieved('topic');
 * console.log((await loaded.predict('包裹呢', {})).output); // delivery
 * await loaded.dispose();
 * ```
 */
export async function loadRetrieved(dir: string, options: LoadRetrievedOptions = {}): Promise<RetrievedSolution> {
  const file = path.join(dir, settingsFile);
  const content = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ModeshiftError(
      { tag: 'storage', path: file, ...(cause.code !== undefined && { code: cause.code }) },
      `${file} cannot be read. Give the folder that a solution of retrieved was saved to.`,
      { cause },
    );
  });
  const stored = readStored(content, file);
  if (!stored.vote && !options.model)
    throw invalidInput(`${dir} was solved with a model that reads examples. Give "model".`);
  if (stored.search !== 'lexical' && !options.embedder)
    throw invalidInput(`${dir} compares vectors. Give the "embedder" that embeds inputs.`);
  const { model, embedder, text = plainInput('loadRetrieved') } = options;
  return retrievedSolution({
    ...{ folder: dir, stored, base: { search: stored.search, embedder }, isTemporary: false },
    ...(model && !stored.vote && { model }),
    ...{ text, trainMs: 0, trainUsd: 0, frequencies: labelFrequencies(stored.labels, stored.examples) },
  });
}

function readStored(content: string, file: string): StoredRetrieved {
  let stored: Partial<StoredRetrieved> | undefined;
  try {
    stored = JSON.parse(content) as Partial<StoredRetrieved>;
  } catch {
    stored = undefined;
  }
  if (stored?.version !== 1 || !Array.isArray(stored.labels) || !Array.isArray(stored.examples))
    throw invalidInput(`${file} is damaged or of another version. Solve the task again and save it anew.`);
  return stored as StoredRetrieved;
}

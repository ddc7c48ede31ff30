// A solution of the mode `retrieved`: asks its store, has the examples vote or a model read them, and can be saved and loaded.
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type CallContext,
  type EmbeddingModel,
  generateObject,
  invalidInput,
  type LanguageModel,
  labels as labelsSchema,
  ModeshiftError,
  type Prediction,
  type Solution,
  throwIfAborted,
} from '@modeshift/core';
import { labelFrequencies } from '../label-frequencies.ts';
import { predictByVote } from '../neighbour-vote.ts';
import { plainInput } from '../plain-input.ts';
import { dataRule, tagPassages } from '../retrieve/tag-passages.ts';
import {
  ExampleBase,
  type ExampleBaseOptions,
  type NearExample,
  type StoredRetrieved,
  storeFile,
} from './example-base.ts';

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
  readonly model?: LanguageModel;
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
      const found = await base.nearest(text(input), stored.k, ctx.signal);
      return model ? read(model, stored, text(input), found, ctx) : predictByVote(found, frequencies, stored.vote!);
    },
    async evidence(input, limit) {
      const found = await base.nearest(text(input), limit, undefined);
      return found.map(({ text: words, label, score }) => ({ text: words, label, score }));
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

/** The examples are shown from the farthest to the nearest, so that the nearest stands next to the input. */
async function read(
  model: LanguageModel,
  { labels, instruction }: StoredRetrieved,
  input: string,
  found: readonly NearExample[],
  { signal }: CallContext,
): Promise<Prediction<string>> {
  const shown = [...found].reverse().map(({ text, label }, i) => ({ number: i + 1, text, source: label }));
  const { text, tag } = tagPassages(shown);
  const rules = `${instruction}\nAnswer with one of: ${labels.map(label => JSON.stringify(label)).join(', ')}. Similar texts stand between tags, each with its right answer as "source".\n${dataRule(tag)}`;
  const messages = [
    { role: 'system', content: rules },
    { role: 'user', content: `${text}\n\nText: ${input}` },
  ] as const;
  try {
    const call = { model, messages, schema: labelsSchema(labels), name: 'label' };
    const { object, usage, usd } = await generateObject({ ...call, ...(signal && { signal }) });
    return { output: object, usage, usd };
  } catch (error) {
    if (!ModeshiftError.is(error, 'invalid-response')) throw error;
    const { usage, usd } = error.partial ?? {};
    return { output: undefined, problem: error.message, ...(usage && { usage }), usd };
  }
}

/** Options of {@link loadRetrieved}. */
export interface LoadRetrievedOptions {
  /** The model it was solved with, where it was solved with one. */
  readonly model?: LanguageModel;
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

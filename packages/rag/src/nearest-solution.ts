// A solution of the mode `nearest`: asks the index, counts the votes, and can be written to a folder and read again.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { invalidInput, ModeshiftError, type Solution, throwIfAborted } from '@modeshift/core';
import { type IndexSettings, indexExamples, type LabelledTerms, labelAsText } from './example-index.ts';
import { labelFrequencies } from './label-frequencies.ts';
import { predictByVote, type VoteSettings } from './neighbour-vote.ts';
import { plainInput } from './plain-input.ts';
import { type SearchTermOptions, searchTerms } from './tokenize-for-search.ts';

/** What a saved solution holds; the index is built again from the examples. */
export interface StoredNearest {
  readonly version: 1;
  readonly labels: readonly string[];
  readonly labelNames: boolean;
  readonly terms: SearchTermOptions;
  readonly index: IndexSettings;
  readonly vote: VoteSettings;
  /** Text and label of each example. */
  readonly examples: readonly (readonly [string, string])[];
}

/** A training example that an answer rests on. */
export interface Evidence {
  readonly text: string;
  readonly label: string;
  /** BM25 score: larger is nearer; comparable for one input only. */
  readonly score: number;
}

/** What {@link nearest} makes: a solution that can also show the examples an answer rests on. */
export interface NearestSolution extends Solution<unknown, string> {
  /** How the nearest examples vote, as given or as chosen. */
  readonly vote: VoteSettings;
  /** The nearest training examples, best first, at most `limit`. */
  evidence(input: unknown, limit: number): readonly Evidence[];
}

const fileName = 'nearest.json';

/** Puts the index together. `entries` are the examples as terms, where they are at hand. */
export function createNearestSolution(
  stored: StoredNearest,
  text: (input: unknown) => string,
  trainMs: number,
  entries: readonly LabelledTerms[] = stored.examples.map(([example, label]) => ({
    terms: searchTerms(example, stored.terms),
    label,
  })),
): NearestSolution {
  const started = performance.now();
  const names = stored.labelNames
    ? stored.labels.map(label => ({ terms: searchTerms(labelAsText(label), stored.terms), label }))
    : [];
  const search = indexExamples([...entries, ...names], stored.index);
  const frequencies = labelFrequencies(stored.labels, entries);
  const file = `${JSON.stringify(stored)}\n`;
  const bytes = new TextEncoder().encode(file).length;
  search([], 1);
  return {
    footprint: {
      trainedParameters: 0,
      totalParameters: 0,
      bytes,
      trainMs: trainMs + performance.now() - started,
      trainUsd: 0,
    },
    vote: stored.vote,
    async predict(input, ctx) {
      throwIfAborted(ctx.signal);
      const found = search(searchTerms(text(input), stored.terms), stored.vote.k);
      return predictByVote(found, frequencies, stored.vote);
    },
    evidence(input, limit) {
      return search(searchTerms(text(input), stored.terms), limit + names.length)
        .filter(hit => hit.place < stored.examples.length)
        .slice(0, limit)
        .map(({ place, label, score }) => ({ text: stored.examples[place]![0], label, score }));
    },
    async save(dir) {
      await mkdir(dir, { recursive: true });
      await writeFile(path.join(dir, fileName), file);
    },
  };
}

/**
 * Reads a solution of {@link nearest} from the folder it was saved to.
 *
 * @param options.text how an input reads as text. Left out: a string is itself, and an object must have one field, a string.
 * @throws ModeshiftError `storage` when the file cannot be read, `invalid-input` when it is damaged or of another version.
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import path from 'node:path';
 * import { defineTask, labels } from '@modeshift/core';
 * import { loadNearest, nearest } from '@modeshift/rag';
 * import { z } from 'zod';
 *
 * const task = defineTask({
 *   name: 'topic',
 *   instruction: 'Say what the message is about.',
 *   input: z.string(),
 *   output: labels(['billing', 'delivery']),
 *   examples: {
 *     train: [{ input: 'charged twice', output: 'billing' }, { input: 'parcel is late', output: 'delivery' }],
 *     test: [{ input: 'late again', output: 'delivery' }],
 *   },
 * });
 * const dir = await mkdtemp(path.join(tmpdir(), 'nearest-'));
 * await (await nearest().solve(task, {})).save(dir);
 * const loaded = await loadNearest(dir);
 * console.log((await loaded.predict('where is the parcel', {})).output); // delivery
 * ```
 */
export async function loadNearest(
  dir: string,
  options: { readonly text?: (input: unknown) => string } = {},
): Promise<NearestSolution> {
  const file = path.join(dir, fileName);
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ModeshiftError(
      { tag: 'storage', path: file, ...(code !== undefined && { code }) },
      `${file} cannot be read. Give the folder that a solution of nearest was saved to.`,
      { cause: error },
    );
  }
  return createNearestSolution(readStored(content, file), options.text ?? plainInput('loadNearest'), 0);
}

function readStored(content: string, file: string): StoredNearest {
  let stored: Partial<StoredNearest> | undefined;
  try {
    stored = JSON.parse(content) as Partial<StoredNearest>;
  } catch {
    stored = undefined;
  }
  const isWhole =
    stored?.version === 1 &&
    Array.isArray(stored.labels) &&
    Array.isArray(stored.examples) &&
    stored.examples.every(pair => Array.isArray(pair) && pair.every(part => typeof part === 'string')) &&
    [stored.terms, stored.index, stored.vote].every(part => typeof part === 'object' && part !== null);
  if (!isWhole) throw invalidInput(`${file} is damaged or of another version. Solve the task again and save it anew.`);
  return stored as StoredNearest;
}

// The mode `retrieved`: the training examples are a knowledge base; the nearest ones vote, or a model reads them and answers.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AnsweringModel, type EmbeddingModel, invalidInput, type Mode, throwIfAborted } from '@modeshift/core';
import { structureChunker } from '../chunk/structure-chunker.ts';
import { fitVote, type HeldOut, mostNeighbours } from '../fit-vote.ts';
import { ingest } from '../ingest/ingest.ts';
import { labelFrequencies } from '../label-frequencies.ts';
import type { Neighbour } from '../neighbour-vote.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import { ExampleBase, type ExampleBaseOptions, type StoredRetrieved, storeFile } from './example-base.ts';
import { type RetrievedSolution, retrievedSolution } from './retrieved-solution.ts';

/** Options of {@link retrieved}. */
export interface RetrievedModeOptions {
  /** Reads the nearest examples and answers, by scoring the labels where it can. Left out: the nearest examples vote. */
  readonly model?: AnsweringModel;
  /** Finds examples by meaning. Left out: by words only. */
  readonly embedder?: EmbeddingModel;
  /** Embeds inputs, where that is done otherwise than for examples. Left out: `embedder`. */
  readonly queryEmbedder?: EmbeddingModel;
  /** Left out: `hybrid` with an embedder, else `lexical`. */
  readonly search?: 'lexical' | 'vector' | 'hybrid';
  /** How many examples vote or are shown. Left out: chosen on the training examples; 8 for a model. */
  readonly k?: number;
}

/** A mode for tasks with labels, see {@link retrieved}. */
export interface RetrievedMode extends Omit<Mode<unknown, string>, 'solve'> {
  solve(...args: Parameters<Mode<unknown, string>['solve']>): Promise<RetrievedSolution>;
}

/** How many training examples are asked to choose how neighbours vote. */
const mostAsked = 500;

/**
 * Answers with labels from a knowledge base of the training examples: a store on disk, searched by words, vectors or both. Without a
 * model the nearest examples vote; who votes, and what the votes say of the probability, is chosen by asking training examples for
 * their neighbours. A model is shown the nearest examples with their labels, as data, and must answer with a label.
 *
 * @throws ModeshiftError `invalid-input` for options that do not go together; `solve` for a task without labels, and what the models throw.
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { retrieved } from '@modeshift/rag';
 * import { z } from 'zod';
 *
 * const task = defineTask({
 *   name: 'topic',
 *   instruction: 'Say what the message is about.',
 *   input: z.object({ text: z.string() }),
 *   output: labels(['billing', 'delivery']),
 *   examples: {
 *     train: [
 *       { input: { text: '我被扣了两次钱' }, output: 'billing' },
 *       { input: { text: '我的包裹还没到' }, output: 'delivery' },
 *     ],
 *     test: [{ input: { text: '包裹呢' }, output: 'delivery' }],
 *   },
 * });
 * const solution = await retrieved().solve(task, {});
 * console.log((await solution.predict({ text: '包裹在哪里' }, {})).output); // delivery
 * console.log((await solution.evidence({ text: '包裹在哪里' }, 1))[0]?.text); // 我的包裹还没到
 * await solution.dispose();
 * ```
 */
export function retrieved(options: RetrievedModeOptions = {}): RetrievedMode {
  const { model, embedder, search = embedder ? 'hybrid' : 'lexical', k } = options;
  if (search !== 'lexical' && !embedder)
    throw invalidInput(`"search" ${search} compares vectors and needs an "embedder".`);
  if (k !== undefined && !(Number.isSafeInteger(k) && k >= 1)) throw invalidInput(`"k" is ${k}. Give at least 1.`);
  return {
    name: model ? 'rag' : 'retrieved',
    kind: 'plugins',
    ...(model && { model: `${model.provider}:${model.modelId}` }),
    async solve(task, ctx) {
      const started = performance.now();
      const { labels } = task;
      if (!labels)
        throw invalidInput(
          `retrieved answers with a label, and task "${task.name}" is no choice of labels. Use z.enum or labels() as its output.`,
        );
      const examples = task.train.map(({ input, output }) => ({ text: task.text(input), label: output }));
      const folder = await mkdtemp(path.join(tmpdir(), 'modeshift-retrieved-'));
      try {
        const usd = await fill(path.join(folder, storeFile), examples, embedder, ctx);
        const base = { search, embedder: options.queryEmbedder ?? embedder } satisfies ExampleBaseOptions;
        const frequencies = labelFrequencies(labels, examples);
        let stored: StoredRetrieved = {
          version: 1,
          labels,
          instruction: task.instruction,
          examples,
          search,
          k: k ?? 8,
        };
        if (!model) {
          const vote = fitVote(await neighboursOf(folder, stored, base, ctx), frequencies, { k });
          stored = { ...stored, k: vote.k, vote };
        }
        return await retrievedSolution({
          ...{ folder, stored, base, frequencies, isTemporary: true },
          ...(model && { model }),
          text: input => task.text(input),
          trainMs: performance.now() - started,
          trainUsd: usd,
        });
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    },
  };
}

type Context = Parameters<RetrievedMode['solve']>[1];
interface LabelledExample {
  readonly text: string;
  readonly label: string;
}

/** Writes the examples into a store of their own; says what that cost. */
async function fill(
  file: string,
  examples: readonly LabelledExample[],
  embedder: EmbeddingModel | undefined,
  { signal, onProgress }: Context,
): Promise<number | undefined> {
  const store = await openStore(file);
  try {
    const { failed, usd } = await ingest({
      collection: await store.collection('examples', 'all'),
      documents: examples.map(({ text, label }, i) => ({
        id: String(i),
        text: text.toWellFormed(),
        metadata: { label },
      })),
      chunker: structureChunker({ maxTokens: 1_000_000 }),
      ...(embedder && { embedder }),
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    if (failed[0]) throw failed[0].error;
    return embedder ? usd : 0;
  } finally {
    await store.close();
  }
}

/** The neighbours of training examples among the others. */
async function neighboursOf(
  folder: string,
  stored: StoredRetrieved,
  options: ExampleBaseOptions,
  { signal, onProgress, seed = 0 }: Context,
): Promise<HeldOut[]> {
  const { examples } = stored;
  const alone = new Map<string, number>();
  for (const { label } of examples) alone.set(label, (alone.get(label) ?? 0) + 1);
  const able = [...examples.keys()].filter(i => alone.get(examples[i]!.label)! > 1);
  // Evenly over the training set; `seed` moves where it begins.
  const stride = Math.max(1, able.length / mostAsked);
  const asked = Array.from(
    { length: Math.min(mostAsked, able.length) },
    (_, i) => able[(Math.floor(i * stride) + seed) % able.length]!,
  );
  const held: HeldOut[] = [];
  const base = await ExampleBase.open(folder, stored, options);
  try {
    for (const index of asked) {
      throwIfAborted(signal);
      const { text, label } = examples[index]!;
      const found = await base.nearest(text, mostNeighbours + 5, signal);
      const neighbours: Neighbour[] = found.examples
        .filter(one => examples[one.place]!.text !== text)
        .slice(0, mostNeighbours);
      held.push({ label, neighbours });
      onProgress?.({ phase: 'choosing neighbours', done: held.length, total: asked.length, unit: 'examples' });
    }
  } finally {
    await base.close();
  }
  return held;
}

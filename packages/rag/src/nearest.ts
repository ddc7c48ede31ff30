// The mode `nearest`: the training examples are the knowledge base, and those nearest to an input vote on its label.
import { invalidInput, type Mode, type RunContext, type TaskForModes, throwIfAborted } from '@modeshift/core';
import { type IndexSettings, indexExamples, type LabelledTerms, labelAsText } from './example-index.ts';
import { fitVote, type HeldOut, mostNeighbours } from './fit-vote.ts';
import { holdOut } from './hold-out.ts';
import { inSteps } from './in-steps.ts';
import { labelFrequencies } from './label-frequencies.ts';
import { createNearestSolution, type NearestSolution, type StoredNearest } from './nearest-solution.ts';
import { type SearchTermOptions, searchTerms } from './tokenize-for-search.ts';

/** Options of {@link nearest}. */
export interface NearestOptions {
  /** How many of the nearest examples vote. Left out: chosen from 1 to 40 on held-out training examples. */
  readonly k?: number;
  /** An example counts (its score / the best score) to this power. Left out: chosen from 1 to 12 on held-out examples. */
  readonly sharpness?: number;
  /** What a term counts: by what it says about the label, or by its rarity alone. Left out: `label-information`. */
  readonly weighting?: 'label-information' | 'idf';
  /** BM25's saturation. Left out: 0.5, which suits short texts. */
  readonly k1?: number;
  /** BM25's length normalisation, 0 to 1. Left out: 0.75. */
  readonly b?: number;
  /** Whether the words of a label's name count as one more example of it. Left out: `true`. */
  readonly labelNames?: boolean;
  /** How texts become terms. Left out: stemmed words, pairs of words and character trigrams. */
  readonly terms?: SearchTermOptions;
}

const usualTerms: SearchTermOptions = { stem: 'porter', pairs: true, characters: [3] };

/** A mode whose solutions can also show the examples an answer rests on. */
export interface NearestMode extends Mode<unknown, string> {
  solve(task: TaskForModes<unknown, string>, ctx: RunContext): Promise<NearestSolution>;
}

/**
 * Answers with the label of the most similar training examples, found by BM25 over words, word pairs and character trigrams.
 * No model, no network; milliseconds to make. Probabilities are fitted on held-out training examples.
 *
 * @throws ModeshiftError `invalid-input` for an option out of range, and from `solve` for a task that is no choice of labels.
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { nearest } from '@modeshift/rag';
 * import { z } from 'zod';
 *
 * const task = defineTask({
 *   name: 'topic',
 *   instruction: 'Say what the message is about.',
 *   input: z.object({ text: z.string() }),
 *   output: labels(['billing', 'delivery']),
 *   examples: {
 *     train: [
 *       { input: { text: 'I was charged twice' }, output: 'billing' },
 *       { input: { text: '我的包裹还没到' }, output: 'delivery' },
 *     ],
 *     test: [{ input: { text: 'charged for nothing' }, output: 'billing' }],
 *   },
 * });
 * const solution = await nearest().solve(task, {});
 * console.log((await solution.predict({ text: '包裹在哪里' }, {})).output); // delivery
 * ```
 */
export function nearest(options: NearestOptions = {}): NearestMode {
  const { k, sharpness, weighting = 'label-information', k1 = 0.5, b = 0.75, labelNames = true } = options;
  const terms = options.terms ?? usualTerms;
  if (k !== undefined && !(Number.isInteger(k) && k >= 1))
    throw invalidInput('`k` of nearest is a whole number of at least 1.');
  if (sharpness !== undefined && !(sharpness >= 0 && sharpness < Infinity)) {
    throw invalidInput('`sharpness` of nearest is a number of at least 0, usually 1 to 12.');
  }
  const index: IndexSettings = { weighting, k1, b };
  indexExamples([], index);
  searchTerms('', terms);

  return {
    name: 'nearest',
    kind: 'plugins',
    async solve(task, ctx) {
      const started = performance.now();
      const { labels } = task;
      if (!labels) {
        throw invalidInput(
          `nearest answers with a label, and task "${task.name}" is no choice of labels. Use z.enum or labels() as its output.`,
        );
      }
      const texts = task.train.map(example => task.text(example.input));
      const entries: LabelledTerms[] = [];
      await inSteps(texts.length, 'reading examples', ctx, i => {
        entries.push({ terms: searchTerms(texts[i]!, terms), label: task.train[i]!.output });
      });
      const names = labelNames ? labels.map(label => ({ terms: searchTerms(labelAsText(label), terms), label })) : [];
      const frequencies = labelFrequencies(labels, entries);
      const isFixed = k !== undefined && sharpness !== undefined;
      const depth = k ?? mostNeighbours;

      const heldOut: HeldOut[] = [];
      const splits = holdOut(
        texts.map(text => text.normalize('NFKC').toLowerCase()),
        task.train.map(example => example.output),
        ctx.seed ?? 0,
      );
      const ask = async (
        known: readonly LabelledTerms[],
        asked: readonly LabelledTerms[],
        total: number,
      ): Promise<void> => {
        const search = indexExamples([...known, ...names], index);
        await inSteps(
          asked.length,
          isFixed ? 'calibrating' : 'choosing neighbours',
          ctx,
          i => {
            heldOut.push({ label: asked[i]!.label, neighbours: search(asked[i]!.terms, depth) });
          },
          { from: heldOut.length, total },
        );
      };
      const dev = task.dev.map(example => ({
        terms: searchTerms(task.text(example.input), terms),
        label: example.output,
      }));
      const total = splits.reduce((sum, split) => sum + split.asked.length, dev.length);
      for (const { known, asked } of splits) {
        if (asked.length > 0)
          await ask(
            known.map(i => entries[i]!),
            asked.map(i => entries[i]!),
            total,
          );
      }
      if (dev.length > 0) await ask(entries, dev, total);
      const vote = fitVote(heldOut, frequencies, { k, sharpness });
      throwIfAborted(ctx.signal);

      const stored: StoredNearest = {
        version: 1,
        labels,
        labelNames,
        terms,
        index,
        vote,
        examples: task.train.map((example, i) => [texts[i]!, example.output]),
      };
      return createNearestSolution(stored, input => task.text(input), performance.now() - started, entries);
    },
  };
}

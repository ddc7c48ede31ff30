// Examples as token ids: what a trainer takes, and what each loss counts in them.
import { invalidInput, type ModeshiftError } from '@modeshift/core';
import type { ResolvedLoss } from './resolve-spec.ts';

/** A text as the tokenizer gives it. */
export interface TokenText {
  readonly ids: readonly number[];
  /** Which of two texts a token belongs to, for BERT. Default: the first. */
  readonly typeIds?: readonly number[];
}

/** Tokens to predict. `labels` are aligned with `ids`, and -100 does not count; left out: every token counts. */
export interface CausalExample {
  readonly ids: readonly number[];
  readonly labels?: readonly number[];
}

/** A text with its class (the place in the list of labels), or one number for each label. */
export interface ClassificationExample extends TokenText {
  readonly label: number | readonly number[];
}

/** Texts that belong together, and others that do not. */
export interface ContrastiveExample {
  readonly query: TokenText;
  readonly positive: TokenText;
  readonly negatives?: readonly TokenText[];
}

/** A better and a worse answer. */
export interface PreferenceExample {
  readonly prompt: readonly number[];
  readonly chosen: readonly number[];
  readonly rejected: readonly number[];
}

/** An example of any loss. */
export type TokenExample = CausalExample | ClassificationExample | ContrastiveExample | PreferenceExample;

/** Tokens in one sequence, and which of them count: the token at `counted[i]` is to be predicted. */
export interface Sequence extends TokenText {
  readonly counted: readonly number[];
}

/** What does not count. */
export const ignoredLabel = -100;

const none: readonly number[] = [];

/**
 * The sequences of an example.
 *
 * @throws ModeshiftError `invalid-input` for an example of another loss or without tokens.
 */
export function sequencesOf(example: TokenExample, loss: ResolvedLoss): readonly Sequence[] {
  const wrong = (wanted: string): ModeshiftError =>
    invalidInput(`A ${loss.kind} loss needs examples of ${wanted}, got one of ${Object.keys(example).join(', ')}.`);
  const text = ({ ids, typeIds }: TokenText): Sequence => {
    if (ids.length === 0) throw invalidInput('An example has no tokens; leave empty texts out.');
    return { ids, counted: none, ...(typeIds ? { typeIds } : {}) };
  };
  switch (loss.kind) {
    case 'causal': {
      if (!('ids' in example) || 'label' in example) throw wrong('ids and labels');
      const { ids, labels } = example as CausalExample;
      if (labels && labels.length !== ids.length)
        throw invalidInput(`An example has ${ids.length} ids and ${labels.length} labels; give one label for each id.`);
      const sequence = text(example);
      const counted: number[] = [];
      for (const [i, id] of ids.entries()) {
        const label = labels ? labels[i]! : id;
        if (label === ignoredLabel) continue;
        if (label !== id) throw invalidInput(`Label ${i} is ${label}: it must be the id there (${id}) or -100.`);
        counted.push(i);
      }
      return [{ ...sequence, counted }];
    }
    case 'classification':
      if (!('label' in example)) throw wrong('ids and label');
      return [text(example)];
    case 'contrastive':
      if (!('query' in example)) throw wrong('query and positive');
      return [example.query, example.positive, ...(example.negatives ?? [])].map(text);
    case 'preference': {
      if (!('chosen' in example)) throw wrong('prompt, chosen and rejected');
      const { prompt, chosen, rejected } = example;
      if (prompt.length === 0 || chosen.length === 0 || rejected.length === 0)
        throw invalidInput('A preference needs at least one token of prompt, chosen and rejected each.');
      return [chosen, rejected].map(answer => {
        const ids = [...prompt, ...answer];
        return { ids, counted: answer.map((_, i) => prompt.length + i) };
      });
    }
  }
}

/** The most tokens of a sequence of an example, for grouping by length. */
export function lengthOf(example: TokenExample): number {
  if ('query' in example)
    return Math.max(...[example.query, example.positive, ...(example.negatives ?? [])].map(({ ids }) => ids.length));
  if ('chosen' in example) return example.prompt.length + Math.max(example.chosen.length, example.rejected.length);
  return example.ids.length;
}

/** How many sequences an example is. */
export function sequenceCount(example: TokenExample): number {
  if ('query' in example) return 2 + (example.negatives?.length ?? 0);
  return 'chosen' in example ? 2 : 1;
}

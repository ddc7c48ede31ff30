// What becomes of an example that is longer than `batches.maxLength`. It is never cut without being asked: cut at its end, a prompt
// loses its completion, and with it all that was to be learned.
import { ModeshiftError, type TrainSpec } from '@modeshift/core';
import type { ResolvedSpec } from './resolve-spec.ts';
import {
  type CausalExample,
  type ContrastiveExample,
  ignoredLabel,
  lengthOf,
  type PreferenceExample,
  type TokenExample,
  type TokenText,
} from './token-example.ts';

/** What is done with an example that is too long. */
export type TooLong = NonNullable<NonNullable<TrainSpec['batches']>['tooLong']>;

/** Examples that fit. */
export interface FittedExamples {
  readonly examples: readonly TokenExample[];
  /** How many were left out. */
  readonly dropped: number;
}

/** Makes examples fit, as a spec says. */
export class LengthRule {
  readonly #resolved: Pick<ResolvedSpec, 'maxLength' | 'tooLong'>;
  readonly #begin: number | undefined;
  /** Equal examples stay one object: what is computed of them once is kept by it. */
  readonly #shortened = new WeakMap<TokenExample, TokenExample>();

  /** `begin`: the token that begins texts, which a shortened prompt keeps. */
  constructor(resolved: Pick<ResolvedSpec, 'maxLength' | 'tooLong'>, begin?: number) {
    this.#resolved = resolved;
    this.#begin = begin;
  }

  /**
   * The examples, in order, each of at most `maxLength` tokens.
   *
   * @throws ModeshiftError `context-length` with the example's place and length, where nothing was asked for or nothing helps.
   */
  fit(examples: readonly TokenExample[], what = 'Example'): FittedExamples {
    const { maxLength, tooLong } = this.#resolved;
    const kept: TokenExample[] = [];
    for (const [i, example] of examples.entries()) {
      if (lengthOf(example) <= maxLength) kept.push(example);
      else if (tooLong !== 'drop') kept.push(this.#shorten(example, `${what} ${i + 1} of ${examples.length}`));
    }
    if (kept.length === 0 && examples.length > 0)
      throw tooMany(
        `Every example has more than ${maxLength} tokens, so none is left. Shorten them, or raise batches.maxLength.`,
      );
    return { examples: kept, dropped: examples.length - kept.length };
  }

  #shorten(example: TokenExample, place: string): TokenExample {
    const { maxLength, tooLong } = this.#resolved;
    const has = `${place} has ${lengthOf(example)} tokens, and at most ${maxLength} fit.`;
    if (tooLong === 'error')
      throw tooMany(
        `${has} Shorten it, raise batches.maxLength up to the model's context, or set batches.tooLong to 'truncate-prompt' or 'drop'.`,
      );
    const known = this.#shortened.get(example);
    if (known) return known;
    const shortened = this.#cut(example, has);
    this.#shortened.set(example, shortened);
    return shortened;
  }

  #cut(example: TokenExample, has: string): TokenExample {
    const { maxLength } = this.#resolved;
    if ('chosen' in example) return this.#cutPreference(example, has);
    if ('query' in example) {
      const { query, positive, negatives } = example;
      const cut = (text: TokenText): TokenText => cutText(text, maxLength);
      const pair: ContrastiveExample = { query: cut(query), positive: cut(positive) };
      return negatives ? { ...pair, negatives: negatives.map(cut) } : pair;
    }
    if ('label' in example) return { ...example, ...cutText(example, maxLength) };
    const { ids, labels } = example as CausalExample;
    const counted = labels ? labels.findIndex(label => label !== ignoredLabel) : 0;
    const prompt = counted < 0 ? ids.length : counted;
    const after = ids.length - prompt;
    const shortened = this.#cutPrompt(ids.slice(0, prompt), after, has);
    return {
      ids: [...shortened, ...ids.slice(prompt)],
      labels: [...shortened.map(() => ignoredLabel), ...(labels ?? ids).slice(prompt)],
    };
  }

  #cutPreference(example: PreferenceExample, has: string): PreferenceExample {
    const { prompt, chosen, rejected } = example;
    return { prompt: this.#cutPrompt(prompt, Math.max(chosen.length, rejected.length), has), chosen, rejected };
  }

  /** The end of a prompt, with the token that begins texts before it. One token stays: the first one has nothing to be predicted from. */
  #cutPrompt(prompt: readonly number[], after: number, has: string): readonly number[] {
    const room = this.#resolved.maxLength - after;
    if (room < 1)
      throw tooMany(
        `${has} What is to be learned takes ${after} of them, so a shorter prompt does not help. Split it, raise batches.maxLength, or set batches.tooLong to 'drop'.`,
      );
    const begins = prompt.length > 1 && prompt[0] === this.#begin && room > 1;
    return begins ? [prompt[0]!, ...prompt.slice(prompt.length - room + 1)] : prompt.slice(prompt.length - room);
  }
}

/** The beginning of a text. A text of an encoder keeps the token that closes it. */
function cutText({ ids, typeIds }: TokenText, maxLength: number): TokenText {
  if (!typeIds) return { ids: ids.slice(0, maxLength) };
  const cut = (values: readonly number[]): readonly number[] =>
    values.length <= maxLength ? values : [...values.slice(0, maxLength - 1), values.at(-1)!];
  return { ids: cut(ids), typeIds: cut(typeIds) };
}

const tooMany = (message: string): ModeshiftError => new ModeshiftError({ tag: 'context-length' }, message);

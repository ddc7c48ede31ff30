// How likely each label is, by the likelihood of its words.
import type { CallContext } from '../call-context.ts';
import { invalidInput } from '../errors.ts';
import type { Prediction } from '../mode.ts';
import type { ScoreCall, ScoredContinuation, ScoringModel } from '../models.ts';
import type { Usage } from '../usage.ts';

/** How likelihoods of words are compared. */
export interface WordComparison {
  /** Several words of a label: the mean of their probabilities (default), or the highest. */
  readonly combine?: 'mean' | 'max';
  /**
   * What is compared: the total log-probability (`none`, default), which favours short words, or the same divided by the tokens or
   * the characters of the word.
   */
  readonly normalize?: 'none' | 'tokens' | 'characters';
}

/** Throws `invalid-input` for a comparison that does not exist. */
export function checkComparison({ combine = 'mean', normalize = 'none' }: WordComparison): void {
  if (!['mean', 'max'].includes(combine)) throw invalidInput(`combine is ${JSON.stringify(combine)}. Use mean or max.`);
  if (!['none', 'tokens', 'characters'].includes(normalize))
    throw invalidInput(`normalize is ${JSON.stringify(normalize)}. Use none, tokens or characters.`);
}

/** A natural logarithm for each word of each label. */
export type WordLogs = readonly (readonly number[])[];

/** Asks how likely each continuation is. `continuations` has a list for each label, and so has what comes back. */
export async function wordLogs(
  model: ScoringModel,
  prompt: ScoreCall['prompt'],
  continuations: readonly (readonly string[])[],
  normalize: WordComparison['normalize'],
  context: CallContext,
): Promise<{ readonly logs: WordLogs; readonly usage: Usage }> {
  const { scores, usage } = await model.score({ prompt, continuations: continuations.flat() }, context);
  let at = 0;
  const logs = continuations.map(words =>
    words.map(() => {
      const score = scores[at++];
      return score ? comparedLog(score, normalize) : Number.NaN;
    }),
  );
  return { logs, usage };
}

/** The figure of one continuation that is compared. */
export function comparedLog(
  { logprob, tokens, continuation }: ScoredContinuation,
  normalize: WordComparison['normalize'],
): number {
  if (normalize === 'tokens') return logprob / Math.max(1, tokens.length);
  if (normalize === 'characters') return logprob / Math.max(1, [...continuation.trim()].length);
  return logprob;
}

/** One figure for each label out of those of its words. */
export function labelLogs(logs: WordLogs, combine: WordComparison['combine'] = 'mean'): number[] {
  return logs.map(words => {
    const highest = Math.max(...words);
    if (combine === 'max' || !Number.isFinite(highest)) return highest;
    const sum = words.reduce((total, log) => total + Math.exp(log - highest), 0);
    return highest + Math.log(sum / words.length);
  });
}

/**
 * The likeliest label, with the softmax of the figures as probabilities; of equal labels the first. A `problem` where no figure is
 * usable.
 */
export function likeliestLabel(labels: readonly string[], logs: readonly number[]): Prediction<string> {
  const highest = Math.max(...logs);
  if (logs.length !== labels.length || !Number.isFinite(highest) || logs.some(Number.isNaN))
    return { output: undefined, problem: 'The model gave no usable likelihood for any label.' };
  const weights = logs.map(log => Math.exp(log - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    output: labels[logs.indexOf(highest)]!,
    probabilities: Object.fromEntries(labels.map((label, i) => [label, weights[i]! / total])),
  };
}

// Asks a model that scores how likely each label is, and takes the likeliest.
import {
  type CallContext,
  costOf,
  ModeshiftError,
  type Prediction,
  type ScoreCall,
  type ScoringModel,
} from '@modeshift/core';
import { comparedLog, likeliestLabel } from '@modeshift/core/label-mode';
import type { AnswerOptions } from './answer-options.ts';

/**
 * Scores all labels. The probabilities are a softmax over the compared log-probabilities, so they sum to 1 over the labels;
 * of equally likely labels the first wins. An input that the provider refuses (its content, its length) is a `problem` of that input.
 */
export async function scoreLabels(
  model: ScoringModel,
  call: ScoreCall,
  labels: readonly string[],
  normalize: AnswerOptions['normalize'],
  context: CallContext,
): Promise<Prediction<string>> {
  const result = await model.score(call, context).catch((error: unknown) => {
    if (ModeshiftError.is(error, 'content-filter') || ModeshiftError.is(error, 'context-length')) return error;
    throw error;
  });
  if (result instanceof Error) return { output: undefined, problem: result.message };
  const { scores, usage } = result;
  const compared = scores.map(score => comparedLog(score, normalize));
  return { ...likeliestLabel(labels, compared), usage, usd: costOf(usage, model.price) };
}

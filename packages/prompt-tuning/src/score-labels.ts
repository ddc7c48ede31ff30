// Asks a model that scores how likely each label is, and takes the likeliest.
import { type CallContext, costOf, type Prediction, type ScoreCall, type ScoringModel } from '@modeshift/core';
import type { AnswerOptions } from './answer-options.ts';

/**
 * Scores all labels. The probabilities are a softmax over the compared log-probabilities, so they sum to 1 over the labels;
 * of equally likely labels the first wins.
 */
export async function scoreLabels(
  model: ScoringModel,
  call: ScoreCall,
  labels: readonly string[],
  normalize: AnswerOptions['normalize'],
  context: CallContext,
): Promise<Prediction<string>> {
  const { scores, usage } = await model.score(call, context);
  const costs = { usage, usd: costOf(usage, model.price) };
  const compared = scores.map(({ logprob, tokens, continuation }) => {
    if (normalize === 'tokens') return logprob / Math.max(1, tokens.length);
    if (normalize === 'characters') return logprob / Math.max(1, [...continuation.trim()].length);
    return logprob;
  });
  const highest = Math.max(...compared);
  if (compared.length !== labels.length || !Number.isFinite(highest) || compared.some(Number.isNaN)) {
    return { output: undefined, problem: 'The model gave no usable likelihood for any label.', ...costs };
  }
  const weights = compared.map(value => Math.exp(value - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    output: labels[compared.indexOf(highest)]!,
    probabilities: Object.fromEntries(labels.map((label, i) => [label, weights[i]! / total])),
    ...costs,
  };
}

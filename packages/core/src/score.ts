// How likely given continuations are.
import type { ModelThatScores } from './capability.ts';
import { invalidInput, ModeshiftError } from './errors.ts';
import type { Model, ScoreCall, ScoreResult, ScoringModel } from './models.ts';
import { type CallOptions, runCall } from './run-call.ts';
import { costOf, knownUsage } from './usage.ts';

/** What {@link score} gives. */
export interface ScoredResult extends ScoreResult {
  /** Price in US dollars; `undefined` where the price or the usage is unknown. */
  readonly usd: number | undefined;
}

/**
 * The log-likelihood of each continuation after a prompt, in total and for each token (natural logarithm): for classification
 * without generating, for ranking answers, for perplexity.
 *
 * @throws ModeshiftError `invalid-input` for no continuation or an empty one, `invalid-response` when a provider's figures do
 * not belong to what was asked.
 * @example
 * ```ts
 * import { score } from '@modeshift/core';
 * import { scriptedScoringModel } from '@modeshift/testing';
 *
 * const model = scriptedScoringModel((_, continuation) => (continuation === '正面' ? -0.1 : -2.4));
 * const { scores } = await score({ model, prompt: '这家店很好吃。情感：', continuations: ['正面', '负面'] });
 * console.log(scores.map(one => one.logprob)); // [ -0.1, -2.4 ]
 * ```
 */
export async function score<M extends Model>(
  call: ScoreCall & CallOptions & { readonly model: M & ModelThatScores<M> },
): Promise<ScoredResult> {
  const model = call.model as unknown as ScoringModel;
  const { prompt, continuations } = call;
  if (continuations.length === 0) throw invalidInput('There is nothing to score: give at least one continuation.');
  if (continuations.some(continuation => continuation === '')) {
    throw invalidInput('A continuation is empty: it has no tokens to score. Leave it out.');
  }
  const result = await runCall(model, call, context => model.score({ prompt, continuations }, context));
  const fits =
    result.scores.length === continuations.length &&
    result.scores.every((one, i) => one.continuation === continuations[i] && !Number.isNaN(one.logprob));
  if (!fits) {
    throw new ModeshiftError(
      { tag: 'invalid-response' },
      `${model.provider} gave scores that do not belong to the continuations asked. This is a defect of the provider package.`,
    );
  }
  const usage = knownUsage(result.usage);
  return { ...result, usage, usd: costOf(usage, result.price ?? model.price) };
}

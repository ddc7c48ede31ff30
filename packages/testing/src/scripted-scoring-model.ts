// A scoring model whose likelihoods come from a function.
import { type Price, type ScoreCall, type ScoringModel, type TokenLogprob, throwIfAborted } from '@modeshift/core';

/**
 * What a score script gives for one continuation: log p(continuation | prompt) as a whole, or token by token. An `Error` is
 * thrown.
 */
export type ScriptedScore = number | readonly TokenLogprob[] | Error;

/** Options of {@link scriptedScoringModel} besides its function. */
export interface ScriptedScoringModelOptions {
  readonly price?: Price;
  readonly provider?: string;
  readonly modelId?: string;
}

/** A {@link scriptedScoringModel}: a scoring model with a journal. */
export interface ScriptedScoringModel extends ScoringModel {
  /** Every call so far, in order. */
  readonly journal: readonly ScoreCall[];
}

/**
 * A scoring model whose log-probabilities (natural logarithm) come from a function. Usage counts Unicode code points.
 *
 * @example
 * ```ts
 * import { scriptedScoringModel } from '@modeshift/testing';
 *
 * const model = scriptedScoringModel((prompt, continuation) => -continuation.length);
 * const { scores } = await model.score({ prompt: '问：', continuations: ['甲', '甲乙'] }, {});
 * console.log(scores.map(score => score.logprob)); // [ -1, -2 ]
 * ```
 */
export function scriptedScoringModel(
  score: (prompt: ScoreCall['prompt'], continuation: string) => ScriptedScore | Promise<ScriptedScore>,
  options: ScriptedScoringModelOptions = {},
): ScriptedScoringModel {
  const journal: ScoreCall[] = [];
  return {
    provider: options.provider ?? 'scripted',
    modelId: options.modelId ?? 'scores',
    price: options.price,
    journal,
    async score(call, context) {
      throwIfAborted(context.signal);
      journal.push(call);
      const scores = [];
      let inputTokens = 0;
      for (const continuation of call.continuations) {
        const scored = await score(call.prompt, continuation);
        throwIfAborted(context.signal);
        if (scored instanceof Error) throw scored;
        const tokens = typeof scored === 'number' ? [{ token: continuation, logprob: scored }] : scored;
        const logprob = tokens.reduce((sum, token) => sum + token.logprob, 0);
        scores.push({ continuation, logprob, tokens });
        inputTokens += [...promptText(call.prompt), ...continuation].length;
      }
      return { scores, usage: { inputTokens, outputTokens: 0 } };
    },
  };
}

function promptText(prompt: ScoreCall['prompt']): string {
  if (typeof prompt === 'string') return prompt;
  return prompt.map(message => (typeof message.content === 'string' ? message.content : '')).join('');
}

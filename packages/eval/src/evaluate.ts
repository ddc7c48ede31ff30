// Measures one solution on examples whose answers are known.
import { type Example, invalidInput, type Metric, type Progress, type Solution } from '@modeshift/core';
import { type AskOptions, collectAnswers } from './collect-answers.ts';
import type { Evaluation } from './evaluation.ts';
import { judgeAnswers, measure } from './judge-answers.ts';
import { predictingProgress } from './predicting-progress.ts';

/** Options of {@link evaluate}. */
export interface EvaluateOptions<Output> extends AskOptions {
  /** The labels of the task in their order; left out, only accuracy (and `metric`) is measured. */
  readonly labels?: readonly string[] | undefined;
  readonly metric?: Metric<Output> | undefined;
  /** Keep every prediction in the result. Default false. */
  readonly predictions?: boolean;
  /** Resamples of the bootstrap. Default 1,000. */
  readonly replicates?: number;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Asks a solution for every example and measures its answers. A call that throws counts as an invalid answer, up to a
 * limit; an error that every further call must meet (`authentication`, `quota`, `not-found`, `unsupported`,
 * `invalid-input`, `budget`) ends the run. When `signal` fires, what was answered so far is measured and returned with
 * status `partial`. The solution gets copies of the inputs and is not disposed.
 *
 * Latency is the time of each predict call that answered; no call is left out as a warm-up.
 *
 * @throws ModeshiftError `invalid-input` when there is no example or an option is out of range.
 * @example
 * ```ts
 * import { evaluate } from '@modeshift/eval';
 *
 * const solution = {
 *   footprint: { trainedParameters: 0, totalParameters: 0, bytes: 0, trainMs: 0, trainUsd: 0 },
 *   predict: async (text: string) => ({ output: text.includes('发票') ? 'billing' : 'delivery', usd: 0 }),
 *   save: async () => {},
 * };
 * const examples = [
 *   { input: '发票不对', output: 'billing' },
 *   { input: '包裹还没到', output: 'delivery' },
 * ];
 * const result = await evaluate(solution, examples, { labels: ['billing', 'delivery'] });
 * console.log(result.metrics.accuracy, result.costPer1000); // 1 0
 * ```
 */
export async function evaluate<Input, Output>(
  solution: Solution<Input, Output>,
  examples: readonly Example<Input, Output>[],
  options: EvaluateOptions<Output> = {},
): Promise<Evaluation> {
  if (examples.length === 0) throw invalidInput('There is nothing to evaluate on: give at least one example.');
  const inputs = examples.map(example => example.input);
  const expected = examples.map(example => example.output);
  const report = predictingProgress(inputs.length, options.onProgress);
  const run = await collectAnswers(solution, inputs, options, report);
  return measure(run, judgeAnswers(run.answers, expected, options.labels), options);
}

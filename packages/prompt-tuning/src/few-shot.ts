// The mode `few-shot`: the prompt shows examples from the training set.
import { type AnsweringModel, invalidInput } from '@modeshift/core';
import type { AnswerOptions } from './answer-options.ts';
import type { MustAnswer } from './answering-model.ts';
import { type PromptMode, promptMode } from './prompt-mode.ts';
import { orderShots, type ShotOrder, type ShotSelector, selectStratified } from './select-shots.ts';

/** Options of {@link fewShot}. */
export interface FewShotOptions extends AnswerOptions {
  /** Generates or scores. */
  readonly model: AnsweringModel;
  /** How many examples a prompt shows. Left out: 8. */
  readonly shots?: number;
  /**
   * `random-stratified` chooses once, equally among the labels; `nearest` chooses for every input the examples that look most
   * like it by their characters; a function chooses as it likes. Left out: `random-stratified`.
   */
  readonly select?: 'random-stratified' | 'nearest' | ShotSelector;
  /** Left out: `random`, and `reversed` for `nearest`, so that the most alike example stands last. */
  readonly order?: ShotOrder;
  /** Examples as turns of a conversation or as one block. Left out: `turns`. Scoring as text has one form only. */
  readonly layout?: 'turns' | 'block';
}

/**
 * Asks a model for one label after showing it examples of the task's training set (in-context learning, Brown et al. 2020,
 * https://arxiv.org/abs/2005.14165; nearest examples: Liu et al. 2021, https://arxiv.org/abs/2101.06804). The choice is seeded
 * by the run. Answers are asked for and read as by `prompted`.
 *
 * @throws ModeshiftError as `prompted`; `invalid-input` for a wrong number of shots.
 * @example
 * ```ts
 * import { fewShot } from '@modeshift/prompt-tuning';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const mode = fewShot({ model: scriptedModel({ reply: () => '物流' }), shots: 4, select: 'nearest', lang: 'zh' });
 * console.log(mode.name, mode.kind); // few-shot prompt-tuning
 * ```
 */
export function fewShot<Input, Output, Candidate = AnsweringModel>(
  options: Omit<FewShotOptions, 'model'> & { readonly model: Candidate & MustAnswer<Candidate> },
): PromptMode<Input, Output> {
  const { shots: count = 8, select = 'random-stratified', layout = 'turns' } = options;
  if (!Number.isInteger(count) || count < 1) throw invalidInput('shots must be a whole number of at least 1.');
  if (typeof select !== 'function' && select !== 'random-stratified' && select !== 'nearest') {
    throw invalidInput(
      `There is no selection ${JSON.stringify(select)}. Use random-stratified, nearest or a function.`,
    );
  }
  const order =
    options.order ?? (select === 'nearest' ? 'reversed' : typeof select === 'function' ? 'as-selected' : 'random');
  return promptMode(options as FewShotOptions, {
    name: 'few-shot',
    kind: 'prompt-tuning',
    layout,
    selector: typeof select === 'function' ? select : undefined,
    choose: (pool, labels, random) => {
      if (select !== 'random-stratified') {
        const by = select === 'nearest' ? 'nearest' : 'function';
        return { select: { by, count, order }, shots: pool };
      }
      const chosen = selectStratified(pool, count, random);
      return { select: { by: 'fixed', count, order }, shots: orderShots(chosen, order, labels, random) };
    },
  });
}

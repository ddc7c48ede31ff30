// The mode `prompted`: the task's instruction and its labels, no examples.
import type { AnsweringModel } from '@modeshift/core';
import type { AnswerOptions } from './answer-options.ts';
import type { MustAnswer } from './answering-model.ts';
import { type PromptMode, promptMode } from './prompt-mode.ts';

/** Options of {@link prompted}. */
export interface PromptedOptions extends AnswerOptions {
  /** Generates or scores. */
  readonly model: AnsweringModel;
}

/**
 * Asks a model for one label by an instruction alone (zero-shot). A model that scores is asked for the likelihood of every
 * label, which gives probabilities and never an answer that is no label; a model that generates is asked for the label, and
 * its answer is read strictly (see `parseLabel`).
 *
 * @throws ModeshiftError `invalid-input` at construction for a model that can do neither or a wrong option, and from `solve` for
 * a task without labels. `predict` throws what the model throws, save that content or length refused for one input is that
 * input's `problem`.
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { prompted } from '@modeshift/prompt-tuning';
 * import { scriptedModel } from '@modeshift/testing';
 * import { z } from 'zod';
 *
 * const task = defineTask({
 *   name: 'topic',
 *   instruction: 'Say what the message is about.',
 *   input: z.object({ text: z.string() }),
 *   output: labels(['billing', 'delivery']),
 *   examples: {
 *     train: [{ input: { text: 'I was charged twice' }, output: 'billing' }],
 *     test: [{ input: { text: 'My parcel is late' }, output: 'delivery' }],
 *   },
 * });
 * const mode = prompted<{ text: string }, 'billing' | 'delivery'>({ model: scriptedModel({ reply: () => 'Delivery.' }) });
 * const solution = await mode.solve(task, {});
 * console.log((await solution.predict({ text: 'Where is my parcel?' }, {})).output); // delivery
 * ```
 */
export function prompted<Input, Output, Candidate = AnsweringModel>(
  options: Omit<PromptedOptions, 'model'> & { readonly model: Candidate & MustAnswer<Candidate> },
): PromptMode<Input, Output> {
  return promptMode(options as PromptedOptions, {
    name: 'prompted',
    kind: 'api',
    layout: 'turns',
    choose: () => ({ select: { by: 'fixed', count: 0, order: 'as-selected' }, shots: [] }),
  });
}

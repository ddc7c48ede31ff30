// The mode `soft-prompt`: trains vectors that stand before the prompt.
import {
  invalidInput,
  type ModelThatScores,
  type ModelThatTrains,
  type ScoringModel,
  type SoftPromptSettings,
  type TrainableModel,
} from '@modeshift/core';
import { type TrainedMode, type TrainingOptions, trainedMode, type WordOptions } from '@modeshift/core/node';

/** Options of {@link softPrompt}. */
export interface SoftPromptOptions extends TrainingOptions, WordOptions {
  /** Scores, and can be trained in this process. */
  readonly model: ScoringModel & TrainableModel;
  /** How many vectors. Left out: 20. */
  readonly tokens?: number;
  /** What they begin as. Left out: the embedded labels and the instruction, repeated or cut to length. */
  readonly init?: SoftPromptSettings['init'];
}

/**
 * Prompt tuning (Lester et al. 2021, https://arxiv.org/abs/2104.08691): trains a few vectors before the embedded tokens, with the
 * loss on the label words alone, and answers by the likelihood of each label's words. The
 * vectors stand for the instruction, which the built-in template leaves out; every weight of the model stays as it is. A few vectors
 * learn slowly: unless said otherwise the learning rate is 0.03 for a model of 100 million parameters and higher for smaller ones, there
 * are up to 30 epochs, and 10 without a smaller loss end them. The solution saves a PEFT folder.
 *
 * @throws ModeshiftError `invalid-input` at construction for a model that cannot be trained here or a wrong option, and from `solve`
 * for a task without labels; `aborted` when the run is cancelled; and what the model throws.
 * @example
 * ```ts
 * import { softPrompt } from '@modeshift/prompt-tuning';
 * import { scriptedTrainableModel } from '@modeshift/testing';
 *
 * const mode = softPrompt({ model: scriptedTrainableModel(), tokens: 20 });
 * console.log(mode.name, mode.kind); // soft-prompt prompt-tuning
 * ```
 */
export function softPrompt<Input, Output, Candidate = ScoringModel & TrainableModel>(
  options: Omit<SoftPromptOptions, 'model'> & {
    readonly model: Candidate & ModelThatTrains<Candidate> & ModelThatScores<Candidate>;
  },
): TrainedMode<Input, Output> {
  const { model, tokens = 20, init, ...run } = options;
  if (!Number.isInteger(tokens) || tokens < 1) throw invalidInput('tokens must be a whole number of at least 1.');
  return trainedMode(
    model,
    {
      name: 'soft-prompt',
      kind: 'prompt-tuning',
      answers: 'words',
      head: '',
      rate: 0.03,
      train: ({ instruction, labels }) => ({
        method: 'soft-prompt',
        // Labels come first, for where the text is cut: of all beginnings that Lester et al. tried they do best in small models.
        softPrompt: { tokens, init: init ?? { text: [labels.join(', '), instruction.trim()].join('\n').trim() } },
      }),
    },
    { epochs: 30, patience: 10, ...run },
  );
}

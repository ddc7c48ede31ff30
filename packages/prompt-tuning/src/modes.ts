// How this package offers its modes to tools such as the command line.
import {
  type AnsweringModel,
  invalidInput,
  type ModeOffer,
  type ScoringModel,
  type TrainableModel,
} from '@modeshift/core';
import { fewShot } from './few-shot.ts';
import { prompted } from './prompted.ts';
import { softPrompt } from './soft-prompt.ts';
import { verbalized } from './verbalized.ts';

/**
 * The modes of this package.
 *
 * @example
 * ```ts
 * import { modes } from '@modeshift/prompt-tuning';
 *
 * console.log(modes.map(mode => mode.name).join(' ')); // prompted verbalized few-shot soft-prompt
 * ```
 */
export const modes: readonly ModeOffer[] = [
  {
    name: 'prompted',
    kind: 'api',
    summary: 'asks a model for one label by the instruction alone',
    needs: 'answering',
    create: ({ model }) => prompted({ model: model ?? missingModel('prompted') }),
  },
  {
    name: 'verbalized',
    kind: 'prompt-tuning',
    summary: 'scores the words of each label after the text, calibrated by texts without content',
    needs: 'scoring',
    create: ({ model }) => verbalized({ model: (model as ScoringModel) ?? missingModel('verbalized', 'local:PATH') }),
  },
  {
    name: 'few-shot',
    kind: 'prompt-tuning',
    summary: 'shows the model 8 training examples, equally among the labels, and asks for one label',
    needs: 'answering',
    create: ({ model }) => fewShot({ model: model ?? missingModel('few-shot') }),
  },
  {
    name: 'soft-prompt',
    kind: 'prompt-tuning',
    summary: 'trains 20 vectors before the prompt; the weights of the model stay',
    needs: 'trainable',
    create: ({ model }) =>
      softPrompt({
        model: (model as AnsweringModel & ScoringModel & TrainableModel) ?? missingModel('soft-prompt', 'local:PATH'),
      }),
  },
];

function missingModel(mode: string, example = 'openai:gpt-5.4-mini'): never {
  throw invalidInput(`The mode ${mode} needs a model. Name one, e.g. --model ${example}.`);
}

// How this package offers its modes to tools such as the command line.
import { invalidInput, type ModeOffer } from '@modeshift/core';
import { fewShot } from './few-shot.ts';
import { prompted } from './prompted.ts';

/**
 * The modes of this package.
 *
 * @example
 * ```ts
 * import { modes } from '@modeshift/prompt-tuning';
 *
 * console.log(modes.map(mode => mode.name).join(' ')); // prompted few-shot
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
    name: 'few-shot',
    kind: 'prompt-tuning',
    summary: 'shows the model 8 training examples, equally among the labels, and asks for one label',
    needs: 'answering',
    create: ({ model }) => fewShot({ model: model ?? missingModel('few-shot') }),
  },
];

function missingModel(mode: string): never {
  throw invalidInput(`The mode ${mode} needs a model. Name one, e.g. --model openai:gpt-5.4-mini.`);
}

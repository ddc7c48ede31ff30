// How this package offers its modes to tools such as the command line.
import { type AnsweringModel, invalidInput, type ModeOffer, type TrainableModel } from '@modeshift/core';
import { full } from './full.ts';
import { head } from './head.ts';
import { lora } from './lora.ts';
import { scratch } from './scratch.ts';

/**
 * The modes of this package.
 *
 * @example
 * ```ts
 * import { modes } from '@modeshift/finetune';
 *
 * console.log(modes.map(mode => mode.name).join(' ')); // scratch head lora full
 * ```
 */
export const modes: readonly ModeOffer[] = [
  {
    name: 'scratch',
    kind: 'fine-tuning',
    summary: 'trains a small text classifier in this process, from random weights',
    needs: 'none',
    create: () => scratch(),
  },
  {
    name: 'head',
    kind: 'fine-tuning',
    summary: 'trains a classification head on the model, whose weights stay',
    needs: 'trainable',
    create: ({ model }) => head({ model: checkpoint('head', model) }),
  },
  {
    name: 'lora',
    kind: 'fine-tuning',
    summary: 'trains a low-rank adapter of the model to write the label words',
    needs: 'trainable',
    create: ({ model }) => lora({ model: checkpoint('lora', model) }),
  },
  {
    name: 'full',
    kind: 'fine-tuning',
    summary: 'trains all weights of the model to write the label words',
    needs: 'trainable',
    create: ({ model }) => full({ model: checkpoint('full', model) }),
  },
];

/** The mode itself looks at what the model can do. */
function checkpoint(mode: string, model: AnsweringModel | undefined): TrainableModel {
  if (model) return model as AnsweringModel & TrainableModel;
  throw invalidInput(`The mode ${mode} needs a model. Name one, e.g. --model local:Qwen/Qwen3-0.6B.`);
}

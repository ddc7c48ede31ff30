// The mode `full`: trains every weight of a model to write the label words.
import { invalidInput, type ModelThatTrains, type TrainableModel } from '@modeshift/core';
import { type TrainedMode, type TrainingOptions, trainedMode, type WordOptions } from '@modeshift/core/node';

/** Options of {@link full}. */
export interface FullOptions extends TrainingOptions, WordOptions {
  /** Can be trained in this process. */
  readonly model: TrainableModel;
  /** Train only so many of the last blocks. Left out: everything. */
  readonly layers?: number;
}

/**
 * Trains all weights of a model, or its last blocks, on records that are written by one template, with the loss on the label words
 * alone (prompt-based fine-tuning, Gao et al. 2021, https://arxiv.org/abs/2012.15723), and answers by the likelihood of each label's
 * words. The learning rate is 1e-4 for a model of 100 million parameters and higher for smaller ones. The solution saves a whole checkpoint; the given model stays as it is.
 *
 * @throws ModeshiftError as `lora`.
 * @example
 * ```ts
 * import { full } from '@modeshift/finetune';
 * import { scriptedTrainableModel } from '@modeshift/testing';
 *
 * const mode = full({ model: scriptedTrainableModel(), epochs: 5 });
 * console.log(mode.name, mode.kind, mode.model); // full fine-tuning scripted:trainable
 * ```
 */
export function full<Input, Output, Candidate = TrainableModel>(
  options: Omit<FullOptions, 'model'> & { readonly model: Candidate & ModelThatTrains<Candidate> },
): TrainedMode<Input, Output> {
  const { model, layers, ...run } = options;
  if (layers !== undefined && (!Number.isInteger(layers) || layers < 1))
    throw invalidInput('layers must be a whole number of at least 1.');
  const train = layers === undefined ? { method: 'full' } : { method: 'last-layers', layers };
  return trainedMode(model, { name: 'full', kind: 'fine-tuning', answers: 'words', rate: 1e-4, train }, run);
}

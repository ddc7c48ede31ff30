// The mode `head`: trains a classification head on a model whose weights stay as they are.
import type { ModelThatTrains, TrainableModel } from '@modeshift/core';
import { type TrainedMode, type TrainingOptions, trainedMode } from '@modeshift/core/node';

/** Options of {@link head}. */
export interface HeadOptions extends TrainingOptions {
  /** Can be trained in this process. */
  readonly model: TrainableModel;
}

/**
 * Trains a classification head: one row of weights for each label, on what the model computes for the text (a linear probe). The
 * text is read as it is, without instruction and label words. The learning rate is 1e-3 for a model of 100 million parameters and higher for smaller ones. The solution saves a
 * checkpoint for sequence classification.
 *
 * @throws ModeshiftError as `lora`.
 * @example
 * ```ts
 * import { head } from '@modeshift/finetune';
 * import { scriptedTrainableModel } from '@modeshift/testing';
 *
 * console.log(head({ model: scriptedTrainableModel() }).name); // head
 * ```
 */
export function head<Input, Output, Candidate = TrainableModel>(
  options: Omit<HeadOptions, 'model'> & { readonly model: Candidate & ModelThatTrains<Candidate> },
): TrainedMode<Input, Output> {
  const { model, ...run } = options;
  const train = { method: 'head' };
  return trainedMode(model, { name: 'head', kind: 'fine-tuning', answers: 'head', rate: 1e-3, train }, run);
}

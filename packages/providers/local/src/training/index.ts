// Training of loaded checkpoints.
export { createTrainer } from './create-trainer.ts';
export { type LocalTrainable, type LocalTrainableOptions, localTrainable } from './local-trainable.ts';
export { type BatchResult, LocalTrainer } from './local-trainer.ts';
export { packSequences } from './pack-sequences.ts';
export { type RenderTrainingOptions, renderExample } from './render-examples.ts';
export { type TrainMethod, trainMethods } from './resolve-spec.ts';
export type { LocalTrainOutcome, LocalTrainRun } from './run-training.ts';
export { TextTrainer } from './text-trainer.ts';
export type {
  CausalExample,
  ClassificationExample,
  ContrastiveExample,
  PreferenceExample,
  TokenExample,
  TokenText,
} from './token-example.ts';

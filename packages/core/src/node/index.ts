// Entry for Node: what needs a file system.
export { fileStore } from './file-store.ts';
export { type LoadTrainedOptions, loadTrained } from './load-trained.ts';
export type { TrainingSummary } from './trained-file.ts';
export {
  type TrainedMode,
  type TrainedModeSpec,
  type TrainingOptions,
  trainedMode,
  type WordOptions,
} from './trained-mode.ts';
export type { TrainedSolution } from './trained-solution.ts';

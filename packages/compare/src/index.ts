export { type AvailableModelsOptions, availableModels, type OfferedModel } from './available-models.ts';
export {
  type Embedder,
  type EmbedderChoice,
  type EmbedderOptions,
  embedderToAskWith,
  embedderToIndexWith,
} from './choose-embedder.ts';
export { bundledOffers, type ChosenModes, chooseModes, type ModeChoice, modelLack } from './choose-modes.ts';
export { describeProgress, describeStep } from './describe-progress.ts';
export { importInstalled } from './import-installed.ts';
export { bundledProviders, loadModel } from './load-model.ts';
export { ModelShelf } from './model-shelf.ts';
export { readTaskFiles, type TaskFiles, type TaskRead } from './read-task-files.ts';
export { rerankerHere } from './reranker-here.ts';
export { type SampleTask, sampleNames, sampleTask } from './sample-task.ts';

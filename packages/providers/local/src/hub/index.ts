// Checkpoints from the hub or a folder, and which are recommended.
export { type DownloadedModel, downloadedModels } from './downloaded-models.ts';
export { formatBytes } from './hub-errors.ts';
export { type RecommendedModel, recommendedModels, weightBytes } from './recommended-models.ts';
export { resolveCheckpoint } from './resolve-checkpoint.ts';
export type { DownloadProgress, ResolveCheckpointOptions, ResolvedCheckpoint } from './resolve-checkpoint-options.ts';

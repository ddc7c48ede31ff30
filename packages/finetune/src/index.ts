// Modes that solve a task by training weights.

export { type LoadTrainedOptions, loadTrained, type TrainedMode, type TrainedSolution } from '@modeshift/core/node';
export { type FullOptions, full } from './full.ts';
export { type HeadOptions, head } from './head.ts';
export { type LoraOptions, lora } from './lora.ts';
export { modes } from './modes.ts';
export { type ScratchOptions, scratch } from './scratch.ts';

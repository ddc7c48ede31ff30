// Modes that solve a task by training weights.
export { modes } from './modes.ts';
export { type ScratchOptions, scratch } from './scratch.ts';

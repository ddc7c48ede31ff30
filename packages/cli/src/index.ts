export { bundledOffers, chooseModes, type ModeChoice } from './choose-modes.ts';
export { loadModel } from './load-model.ts';
export type { Output, TextSink } from './output.ts';
export { exitCodes, runCli } from './run-cli.ts';
export { type SampleTask, sampleTask } from './sample-task.ts';

export {
  bundledOffers,
  chooseModes,
  loadModel,
  type ModeChoice,
  type SampleTask,
  sampleTask,
} from '@modeshift/compare';
export type { Output, TextSink } from './output.ts';
export { exitCodes, runCli } from './run-cli.ts';

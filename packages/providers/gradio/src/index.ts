export type { AppParameter } from './app-client.ts';
export type { HistoryPlace } from './app-inputs.ts';
export { type GradioOptions, type GradioStatus, gradio } from './gradio.ts';
export { providers } from './provider.ts';

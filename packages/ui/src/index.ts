export {
  App,
  type AppDefinition,
  type AppOptions,
  app,
  type BatchSpec,
  type FreeName,
  type Translations,
} from './app.ts';
export type { ChatHandler, ChatInputs, ChatOutputs, ChatPiece, ChatSpec } from './chat-endpoint.ts';
export { type ChatMessage, type ChatOptions, chat } from './components/chat.ts';
export {
  type CheckboxOptions,
  type ChoiceOptions,
  checkbox,
  dropdown,
  type MultiselectOptions,
  multiselect,
  radio,
} from './components/choice.ts';
export { type Citation, citations } from './components/citations.ts';
export type {
  ComponentFacts,
  ComponentKind,
  ComponentOptions,
  Given,
  InputComponent,
  InputOptions,
  OutputComponent,
  ReadContext,
  WireFacts,
  WriteContext,
} from './components/component.ts';
export { type Cell, type JsonOptions, json, type Table, type TableOptions, table } from './components/data.ts';
export { audio, type FileOptions, file, files, type GalleryItem, gallery, image } from './components/file.ts';
export { type NumberOptions, number, type SliderOptions, slider } from './components/number.ts';
export { type LocalFile, localFile, type MadeFile, type PageFile, type UploadedFile } from './components/page-file.ts';
export {
  type CodeOptions,
  code,
  label,
  log,
  markdown,
  type PlotSeries,
  type PlotValue,
  type Probabilities,
  type ProgressValue,
  plot,
  progress,
} from './components/shown.ts';
export { type TextOptions, text } from './components/text.ts';
export type { BatchContext, LogLevel, PageContext, Session, User } from './context.ts';
export type { Endpoint, Values, Work } from './endpoint.ts';
export type { FunctionSpec, Handler, Inputs, Outputs, ResultOf, ValuesOf, YieldOf } from './function-spec.ts';
export type { JobContext, JobHandler, JobSpec } from './job-endpoints.ts';
export { accordion, column, type Layout, note, row, tabs } from './layout.ts';
export type { FileData } from './protocol/file-data.ts';
export type { AuthOptions } from './server/auth.ts';
export type { Feedback, FeedbackSink } from './server/feedback.ts';
export type { Limits, ServerOptions } from './server/options.ts';
export type { CallRate } from './server/rate-limit.ts';
export { type RunOptions, readPort, runApp, runUntilStopped } from './server/run-app.ts';
export { listen, type RunningServer, type ServeOptions, serve } from './server/serve.ts';
export { type UiServer, uiServer } from './server/ui-server.ts';
export type { Trigger } from './trigger.ts';

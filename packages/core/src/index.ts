export type { CallContext } from './call-context.ts';
export {
  abortedError,
  type ErrorReason,
  type ErrorTag,
  invalidInput,
  ModeshiftError,
  type ModeshiftErrorOptions,
  type RedactedRequest,
  throwIfAborted,
} from './errors.ts';
export { type GenerateTextResult, generateText } from './generate-text.ts';
export { labels, labelsOf } from './labels.ts';
export type { FinishReason, LanguageEvent, TokenLogprob } from './language-event.ts';
export type {
  AssistantPart,
  FilePart,
  Message,
  ReasoningPart,
  SourcePart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from './message.ts';
export type { Footprint, Mode, ModeKind, Prediction, Solution } from './mode.ts';
export type { AnsweringModel, ModeOffer, ProviderOffer } from './mode-offer.ts';
export type {
  EmbeddingModel,
  EmbedResult,
  LanguageCall,
  LanguageModel,
  LanguageResult,
  Model,
  Ranked,
  RerankModel,
  ScoreCall,
  ScoredContinuation,
  ScoreResult,
  ScoringModel,
  ToolDefinition,
  TrainableModel,
  Trainer,
  TrainSpec,
  TunableModel,
  TuneJob,
  TuneSpec,
} from './models.ts';
export { type ParseResult, parse, safeParse } from './parse.ts';
export type { Progress, RunContext } from './progress.ts';
export { type Random, random } from './random.ts';
export type {
  InferInput,
  InferOutput,
  JsonSchemaConverter,
  SchemaIssue,
  SchemaResult,
  StandardSchema,
} from './standard-schema.ts';
export {
  defineTask,
  type Example,
  type Judged,
  type Metric,
  type Task,
  type TaskDefinition,
  type TaskExamples,
  type TaskForModes,
} from './task.ts';
export { addUsage, costOf, type Price, type Usage, unknownUsage } from './usage.ts';

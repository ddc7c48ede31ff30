export type { BatchAnswer, BatchContext, BatchJob, BatchModel } from './batch.ts';
export type { CallContext, ResponseInfo } from './call-context.ts';
export type {
  LanguageModelOptions,
  ModelThatCounts,
  ModelThatEmbeds,
  ModelThatGenerates,
  ModelThatReranks,
  ModelThatScores,
  ModelThatTrains,
  ModelThatTunes,
} from './capability.ts';
export { countTokens } from './count-tokens.ts';
export type { Timeout } from './deadline.ts';
export {
  type EmbedManyCall,
  type EmbedManyResult,
  type EmbedOneResult,
  embed,
  embedMany,
} from './embed.ts';
export {
  abortedError,
  type ErrorReason,
  type ErrorTag,
  invalidInput,
  ModeshiftError,
  type ModeshiftErrorOptions,
  type PartialAnswer,
  type RedactedRequest,
  throwIfAborted,
} from './errors.ts';
export { filePart } from './file-part.ts';
export { dropForeignReplay } from './foreign-replay.ts';
export { type GenerateObjectResult, generateObject, type ObjectAttempt, type ObjectCall } from './generate-object.ts';
export { type GenerateTextResult, generateText, type TextCall } from './generate-text.ts';
export { type JsonSchema, jsonSchema } from './json-schema.ts';
export type { AnySchema, OutputOf } from './json-schema-of.ts';
export { labels, labelsOf } from './labels.ts';
export type { FinishReason, LanguageEvent, TokenLogprob } from './language-event.ts';
export type {
  AssistantPart,
  FilePart,
  Message,
  PromptCacheHint,
  ReasoningPart,
  SourcePart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from './message.ts';
export { type Budget, type BudgetOptions, budget, type Spent } from './middleware/budget.ts';
export { type CacheOptions, cache } from './middleware/cache.ts';
export { defaultSettings } from './middleware/default-settings.ts';
export { type FallbackModel, type FallbackOptions, fallback } from './middleware/fallback.ts';
export { type Middleware, withMiddleware } from './middleware/middleware.ts';
export { type RateLimiter, type RateLimitOptions, rateLimit } from './middleware/rate-limit.ts';
export { record } from './middleware/record.ts';
export { type RedactOptions, redact } from './middleware/redact.ts';
export { personalRules, type RedactionRule, secretRules } from './middleware/redaction-rules.ts';
export { type ReplayOptions, replay } from './middleware/replay.ts';
export { type RetryInfo, type RetryOptions, retry } from './middleware/retry.ts';
export { type SimulateStreamingOptions, simulateStreaming } from './middleware/simulate-streaming.ts';
export { type KeyValueStore, memoryStore } from './middleware/store.ts';
export { type TraceOptions, type Tracer, type TraceSpan, trace } from './middleware/trace.ts';
export type { Attributes } from './middleware/trace-attributes.ts';
export { withPrice } from './middleware/with-price.ts';
export {
  type Interceptor,
  type Operation,
  type OperationResult,
  type OperationResults,
  wrapModel,
} from './middleware/wrap-model.ts';
export type { Footprint, Mode, ModeKind, Prediction, Solution } from './mode.ts';
export type { AnsweringModel, ModeNeeds, ModeOffer, ProviderOffer } from './mode-offer.ts';
export type {
  ClassifyingModel,
  ClassifyResult,
  EmbeddingModel,
  EmbedResult,
  LanguageCall,
  LanguageModel,
  LanguageResult,
  Model,
  ProviderOptions,
  Ranked,
  RerankModel,
  ScoreCall,
  ScoredContinuation,
  ScoreResult,
  ScoringModel,
  TokenCountingModel,
  ToolDefinition,
  TrainableModel,
  TrainedModel,
  Trainer,
  TrainSpec,
  TunableModel,
  TuneCheckpoint,
  TuneJob,
  TuneSpec,
} from './models.ts';
export { type ParseResult, parse, safeParse } from './parse.ts';
export { type PartialJson, partialJson } from './partial-json.ts';
export type { Progress, RunContext } from './progress.ts';
export { type Random, random } from './random.ts';
export { type RateLimitState, type RateLimits, rateLimitsOf } from './rate-limit-headers.ts';
export { type RankedDocument, type RerankCall, rerank } from './rerank.ts';
export { retryAfterMs } from './retry-after.ts';
export type { CallOptions } from './run-call.ts';
export { type RunToolsResult, runTools, type ToolOutcome } from './run-tools.ts';
export { type ScoredResult, score } from './score.ts';
export { deserialize, serialize } from './serialize.ts';
export type {
  InferInput,
  InferOutput,
  JsonSchemaConverter,
  SchemaIssue,
  SchemaResult,
  StandardSchema,
} from './standard-schema.ts';
export { type Partially, type StreamObjectResult, streamObject } from './stream-object.ts';
export { type StreamTextResult, streamText } from './stream-text.ts';
export { type StrictCodec, strictCodec } from './strict-codec.ts';
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
export { type Tool, type ToolContext, type ToolSpec, tool } from './tool.ts';
export type { InvalidToolCall, ToolCall, ValidToolCall } from './tool-call.ts';
export type {
  LoraSettings,
  PrefixSettings,
  SoftPromptSettings,
  TrainBatches,
  TrainEvaluation,
  TrainExample,
  TrainLoss,
  TrainOptimizer,
  TrainOutcome,
  TrainRun,
  TrainSchedule,
} from './train-spec.ts';
export { addUsage, type CachedAnswer, costOf, type Price, type Usage, unknownUsage } from './usage.ts';

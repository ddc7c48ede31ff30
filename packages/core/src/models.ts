// A model is what it can do: capabilities are interfaces told apart by their methods, not by flags.
import type { CallContext } from './call-context.ts';
import type { FinishReason, LanguageEvent, TokenLogprob } from './language-event.ts';
import type { AssistantPart, Message, PromptCacheHint } from './message.ts';
import type { Progress } from './progress.ts';
import type {
  LoraSettings,
  PrefixSettings,
  SoftPromptSettings,
  TrainBatches,
  TrainExample,
  TrainLoss,
  TrainOptimizer,
  TrainOutcome,
  TrainRun,
  TrainSchedule,
} from './train-spec.ts';
import type { CachedAnswer, Price, Usage } from './usage.ts';

/** What every model carries. */
export interface Model {
  /** Who serves it, e.g. `openai`. */
  readonly provider: string;
  /** Its name there, e.g. `gpt-5.4-mini`. */
  readonly modelId: string;
  /** What it costs, where known. A model that runs in this process costs nothing per token: its price is 0. */
  readonly price?: Price | undefined;
}

/** A tool as a model sees it. */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly cache?: PromptCacheHint;
}

/** Options of providers, by the provider's name. */
export type ProviderOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** One request to a language model. */
export interface LanguageCall {
  readonly messages: readonly Message[];
  /** The most tokens to generate. */
  readonly maxTokens?: number;
  /** 0 is greedy; usual is 0 to 2. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  /** Generation ends before any of these strings. */
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  /** How many alternatives to report with each token's log-probability; 0 reports the chosen token only. */
  readonly logprobs?: number;
  /** How hard to think, for models that reason. */
  readonly reasoning?: 'none' | 'minimal' | 'low' | 'medium' | 'high';
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string };
  /** Asks for JSON that fits a schema, or for one of some strings. Providers that cannot enforce it say so by throwing. */
  readonly output?:
    | {
        readonly type: 'json';
        readonly name?: string;
        readonly schema: Readonly<Record<string, unknown>>;
        /** Whether the schema keeps to strict mode: closed objects whose properties are all required. Left out: unknown. */
        readonly strict?: boolean;
      }
    | { readonly type: 'choice'; readonly choices: readonly string[] };
  /** Options of one provider, by its name; a provider reads only its own. */
  readonly providerOptions?: ProviderOptions;
  /** Routes calls with a common prefix to the same prompt cache, for providers that take such a key. */
  readonly promptCacheKey?: string;
}

/** A whole answer. */
export interface LanguageResult {
  readonly content: readonly AssistantPart[];
  readonly finishReason: FinishReason;
  readonly usage: Usage;
  readonly logprobs?: readonly TokenLogprob[];
  readonly responseId?: string;
  /** The model that answered, as the provider names it. */
  readonly modelId?: string;
  /** The price of the model that answered, where it is another than the one asked (a fallback). */
  readonly price?: Price;
  /** Present when the answer was taken from a cache. */
  readonly cached?: CachedAnswer;
}

/**
 * Generates text. A provider author implements this one method.
 *
 * `Options` types `providerOptions` of calls to this model, e.g. `LanguageModel<{ openai?: { user?: string } }>`. It exists
 * for the compiler only.
 */
export interface LanguageModel<Options extends object = object> extends Model {
  readonly '~options'?: Options;
  stream(call: LanguageCall, ctx: CallContext): AsyncIterable<LanguageEvent>;
  /** The wire's own non-streaming request, where it has one. Left out: `generateText` reads the stream. */
  generate?(call: LanguageCall, ctx: CallContext): Promise<LanguageResult>;
}

/** A request for the likelihood of given continuations. */
export interface ScoreCall {
  /** The text before, or the conversation before the assistant's turn. */
  readonly prompt: string | readonly Message[];
  readonly continuations: readonly string[];
}

/** How likely a continuation is. */
export interface ScoredContinuation {
  readonly continuation: string;
  /** log p(continuation | prompt), natural logarithm, summed over its tokens. */
  readonly logprob: number;
  /** The same for each token. */
  readonly tokens: readonly TokenLogprob[];
}

/** What a score call gives: one entry for each continuation, in the order asked. */
export interface ScoreResult {
  readonly scores: readonly ScoredContinuation[];
  readonly usage: Usage;
  /** The price of the model that scored, where it is another than the one asked (a fallback). */
  readonly price?: Price;
}

/** Computes log p(continuation | prompt). */
export interface ScoringModel extends Model {
  score(call: ScoreCall, ctx: CallContext): Promise<ScoreResult>;
}

/** Counts tokens exactly, by the model's own tokenizer or its vendor's endpoint. A model that could only guess lacks it. */
export interface TokenCountingModel extends Model {
  countTokens(call: string | LanguageCall, ctx: CallContext): Promise<number>;
}

/** Vectors, one for each text, in order. */
export interface EmbedResult {
  readonly embeddings: readonly Float32Array[];
  readonly usage: Usage;
}

/** Turns texts into vectors. */
export interface EmbeddingModel extends Model {
  readonly dimensions: number;
  /** What one request may hold. Left out: no limit is known. */
  readonly limits?: { readonly maxItems?: number; readonly maxTokens?: number };
  embed(texts: readonly string[], ctx: CallContext): Promise<EmbedResult>;
}

/** A document's place in the order of relevance. */
export interface Ranked {
  /** Position in the documents that were given. */
  readonly index: number;
  /** Higher is more relevant; comparable within one result only. */
  readonly score: number;
}

/** Orders documents by relevance to a query. */
export interface RerankModel extends Model {
  rerank(query: string, documents: readonly string[], ctx: CallContext): Promise<readonly Ranked[]>;
}

/** What a classifier gives: for each text one logit for each class, in the order of its labels. */
export interface ClassifyResult {
  readonly logits: readonly Float32Array[];
  readonly usage: Usage;
}

/** Tells which of its classes a text belongs to. */
export interface ClassifyingModel extends Model {
  /** Its classes, in the order of the logits. */
  readonly labels: readonly string[];
  classify(texts: readonly string[], ctx: CallContext): Promise<ClassifyResult>;
}

/** What to tune a model on. */
export interface TuneSpec {
  readonly train: readonly { readonly messages: readonly Message[] }[];
  readonly validation?: readonly { readonly messages: readonly Message[] }[];
  readonly method?: 'supervised' | 'preference';
  readonly epochs?: number;
  readonly learningRateMultiplier?: number;
  readonly seed?: number;
  /** Part of the new model's name. */
  readonly suffix?: string;
}

/** A state of a tuning job that is a model of its own. */
export interface TuneCheckpoint<Tuned extends Model = Model> {
  readonly step: number;
  /** What was measured there, in the words of {@link Progress}, e.g. `{ loss: 0.42 }`. */
  readonly figures: Readonly<Record<string, number>>;
  readonly model: Tuned;
}

/** A tuning job: follow its progress, await its result, or cancel it. */
export interface TuneJob<Tuned extends Model = Model> {
  /** With it another process can follow the job, where the model has `resumeTune`. */
  readonly id: Promise<string>;
  readonly progress: AsyncIterable<Progress>;
  readonly result: Promise<Tuned>;
  cancel(): Promise<void>;
  /** The states that were kept so far, by step. Left out where none are kept. */
  checkpoints?(): Promise<readonly TuneCheckpoint<Tuned>[]>;
}

/** Can be tuned by its vendor, or here. */
export interface TunableModel<Tuned extends Model = Model> extends Model {
  tune(spec: TuneSpec, ctx: CallContext): TuneJob<Tuned>;
  /** Follows a job that was started before, perhaps by another process. Left out where jobs end with their process. */
  resumeTune?(id: string, ctx: CallContext): TuneJob<Tuned>;
}

/** What to train, and how. */
export interface TrainSpec {
  /**
   * Which parameters: `full`, `last-layers`, `embeddings`, `lora`, `rslora`, `dora`, `soft-prompt`, `prefix`, `head`. A provider
   * throws `unsupported` for a method that it does not have.
   */
  readonly method: string;
  /** For `lora`, `rslora` and `dora`. */
  readonly lora?: LoraSettings;
  /** For `soft-prompt`. */
  readonly softPrompt?: SoftPromptSettings;
  /** For `prefix`. */
  readonly prefix?: PrefixSettings;
  /** For `last-layers`: how many. */
  readonly layers?: number;
  /** Default: causal. */
  readonly loss?: TrainLoss;
  /** The highest rate. Default: 2e-4 for adapters, 1e-3 for prompts and heads, 2e-5 for whole models. */
  readonly learningRate?: number;
  readonly schedule?: TrainSchedule;
  readonly optimizer?: TrainOptimizer;
  readonly batches?: TrainBatches;
  /** Same seed, same run. Default 0. */
  readonly seed?: number;
  /** A saved adapter to go on from. */
  readonly from?: string;
  /** Options of one provider. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A training run in this process, as a whole or step by step. `Batch` is a list of examples. */
export interface Trainer<Batch = unknown> {
  readonly trainedParameters: number;
  /** Parameters of the model, trained ones among them. */
  readonly allParameters: number;
  /** The tokens of the longest example that is trained on as a whole; longer ones are cut. Left out where that is not known. */
  readonly maxTokens?: number;
  /** Optimizer steps done. */
  readonly steps: number;
  /** One whole step on one batch. */
  step(batch: Batch, ctx: CallContext): Promise<{ readonly loss: number }>;
  /** Adds the gradient of a batch. Batches until the next `optimStep` weigh by what counts in them, e.g. tokens. */
  forwardBackward(batch: Batch, ctx: CallContext): Promise<{ readonly loss: number; readonly weight: number }>;
  /** Moves the parameters by the gradients since the last one. */
  optimStep(options?: { readonly learningRate?: number }): Promise<{ readonly gradientNorm: number }>;
  /** The mean loss of a batch without a gradient, and what else the loss tells, e.g. `accuracy`. */
  evaluate(batch: Batch, ctx: CallContext): Promise<Readonly<Record<string, number>>>;
  /** A whole run, with evaluation, early stopping and checkpoints. */
  train(run: TrainRun<Batch extends readonly (infer Example)[] ? Example : unknown>): Promise<TrainOutcome>;
  /** Writes all that is needed to go on to the bit. */
  saveState(dir: string): Promise<void>;
  loadState(dir: string): Promise<void>;
  /** Writes what was trained: an adapter, or a whole checkpoint. */
  save(dir: string): Promise<void>;
  /** Writes a whole checkpoint with the adapter merged into its weights. */
  mergeAndSave(dir: string): Promise<void>;
  dispose(): Promise<void>;
}

/** A model that answers with what was trained. Its further methods are those of the loss: see {@link TrainableModel}. */
export interface TrainedModel extends Model {
  /** Frees what it holds; the model it came from stays. */
  dispose?(): Promise<void>;
}

/** Gives gradients: local models only. */
export interface TrainableModel<Batch = readonly TrainExample[]> extends Model {
  trainer(spec: TrainSpec, context?: CallContext): Promise<Trainer<Batch>>;
  /**
   * The model that answers with what a trainer of this model saved in a folder, be it an adapter or a whole checkpoint: it scores
   * (`ScoringModel`) after a causal or preference loss, embeds (`EmbeddingModel`) after a contrastive one, and classifies
   * (`ClassifyingModel`) after classification. The folder must stay until the model is disposed of. Left out where a trained model
   * cannot answer in this process.
   *
   * @throws ModeshiftError `storage` where nothing is saved, `invalid-input` for what was trained on another model.
   */
  trained?(folder: string, context?: CallContext): Promise<TrainedModel>;
}

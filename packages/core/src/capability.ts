// Type errors that read as sentences, for a model that lacks what is asked of it.
import type {
  EmbeddingModel,
  LanguageModel,
  ProviderOptions,
  RerankModel,
  ScoringModel,
  TokenCountingModel,
} from './models.ts';

/** The model itself when it generates text, otherwise a sentence that the compiler shows. */
export type ModelThatGenerates<M> = [M] extends [LanguageModel]
  ? unknown
  : 'This model cannot generate text: it has no stream() method. Give a LanguageModel.';

/** The model itself when it scores, otherwise a sentence that the compiler shows. */
export type ModelThatScores<M> = [M] extends [ScoringModel]
  ? unknown
  : 'This model cannot score continuations: it has no score() method. Give a ScoringModel, for example one that runs in this process.';

/** The model itself when it embeds, otherwise a sentence that the compiler shows. */
export type ModelThatEmbeds<M> = [M] extends [EmbeddingModel]
  ? unknown
  : 'This model cannot embed texts: it has no embed() method. Give an EmbeddingModel.';

/** The model itself when it reranks, otherwise a sentence that the compiler shows. */
export type ModelThatReranks<M> = [M] extends [RerankModel]
  ? unknown
  : 'This model cannot rerank documents: it has no rerank() method. Give a RerankModel.';

/** The model itself when it counts tokens, otherwise a sentence that the compiler shows. */
export type ModelThatCounts<M> = [M] extends [TokenCountingModel]
  ? unknown
  : 'This model cannot count tokens exactly: it has no countTokens() method. Nothing is estimated in its place.';

/** The provider options that a language model takes; any where it does not say. */
export type LanguageModelOptions<M> = M extends { readonly '~options'?: infer Options }
  ? [keyof NonNullable<Options>] extends [never]
    ? ProviderOptions
    : NonNullable<Options>
  : ProviderOptions;

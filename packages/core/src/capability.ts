// Type errors that read as sentences, for a model that lacks what is asked of it.
import type {
  EmbeddingModel,
  LanguageModel,
  ProviderOptions,
  RerankModel,
  ScoringModel,
  TokenCountingModel,
  TrainableModel,
  TunableModel,
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

/** The model itself when its vendor tunes it, otherwise a sentence that the compiler shows. For functions that tune. */
export type ModelThatTunes<M> = [M] extends [TunableModel]
  ? unknown
  : 'This model cannot be tuned: it has no tune() method. Give a TunableModel, for example one of a vendor that sells fine-tuning.';

/** The model itself when it gives gradients, otherwise a sentence that the compiler shows. For functions that train. */
export type ModelThatTrains<M> = [M] extends [TrainableModel<never>]
  ? unknown
  : 'This model cannot be trained: it has no trainer() method. Give a TrainableModel, that is one that runs in this process.';

/** The provider options that a language model takes; any where it does not say. */
export type LanguageModelOptions<M> = M extends { readonly '~options'?: infer Options }
  ? [keyof NonNullable<Options>] extends [never]
    ? ProviderOptions
    : NonNullable<Options>
  : ProviderOptions;

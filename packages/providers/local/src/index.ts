// Models in this process: checkpoints that generate, score, embed, rank and train; text classifiers; the formats on disk.

export type { Adapter, LoraFactors } from './adapters/adapter.ts';
export { readAdapter } from './adapters/read-adapter.ts';
export { architectures, knownModelTypes } from './architectures/index.ts';
export { expectedCalibrationError, fitTemperature, negativeLogLikelihood, softmax } from './calibrate.ts';
export {
  type ChatSegment,
  type ChatTemplate,
  type ChatTemplateOptions,
  chatTemplate,
  type EncodedChat,
  encodeChat,
  type OutputEvent,
  type OutputFormat,
  type OutputParser,
  type OutputParserOptions,
  outputFormatOf,
  outputParser,
  type RenderedChat,
  type RenderOptions,
  readChatTemplate,
  type ToolCallFormat,
} from './chat-template/index.ts';
export { type Checkpoint, openCheckpoint } from './checkpoint/checkpoint.ts';
export {
  readSafetensors,
  type SafetensorsDType,
  type SafetensorsFile,
  type SafetensorsTensor,
} from './checkpoint/read-safetensors.ts';
export { type SafetensorsArray, type SafetensorsEntry, writeSafetensors } from './checkpoint/write-safetensors.ts';
export type { NetworkSizes, NetworkWeights } from './classifier-network.ts';
export type { AdapterUse } from './engine/generate-types.ts';
export { FeatureVocabulary, learnVocabulary, type SparseVector, type VocabularyOptions } from './feature-vocabulary.ts';
export type { Hyperparameters } from './fit-classifier.ts';
export {
  type ChoiceGrammarSpec,
  compileGrammar,
  type Grammar,
  type GrammarMatcher,
  type GrammarOptions,
  type GrammarSpec,
  type GrammarTool,
  type GrammarVocabulary,
  type JsonGrammarSpec,
  type RegexGrammarSpec,
  type ToolsGrammarSpec,
  type UnenforcedKeyword,
} from './grammar/index.ts';
export {
  type DownloadedModel,
  type DownloadProgress,
  downloadedModels,
  formatBytes,
  type RecommendedModel,
  type ResolveCheckpointOptions,
  type ResolvedCheckpoint,
  recommendedModels,
  resolveCheckpoint,
  weightBytes,
} from './hub/index.ts';
export { loadTextClassifier } from './load-text-classifier.ts';
export type { LocalCallOptions } from './model/call-options.ts';
export type { EmbeddingInfo } from './model/embedding-runtime.ts';
export type { ModelInfo } from './model/engine-client.ts';
export { type LocalModel, type LocalOptions, local } from './model/local.ts';
export { type LocalEmbeddingModel, type LocalEmbeddingOptions, localEmbedding } from './model/local-embedding.ts';
export { type LocalRerankerOptions, type LocalRerankModel, localReranker } from './model/local-reranker.ts';
export type { LocalTrainerClient } from './model/local-trainer-client.ts';
export type { LocalModelOptions } from './model/model-source.ts';
export { providers } from './model/providers.ts';
export type { RerankerInfo } from './model/reranker-runtime.ts';
export type { TextInfo } from './model/text-runtime.ts';
export type { Device } from './network/device.ts';
export type { Packing, WeightFormat } from './network/quantise.ts';
export { type HeldOut, holdOut } from './split-examples.ts';
export {
  type Classification,
  TextClassifier,
  type TextClassifierParts,
  type TrainingReport,
} from './text-classifier.ts';
export { defaultTextFeatures, type FeatureKind, type TextFeatureOptions, textFeatures } from './text-features.ts';
export {
  type AddedTokenEntry,
  buildTokenizer,
  type DecodeOptions,
  type EncodeOptions,
  readLlama2cTokenizer,
  readTokenizer,
  type SpecialTokens,
  type TextSegment,
  type Tokenizer,
  type TokenizerJson,
  type TokenizerPart,
  type TokenStream,
  type TrainBpeOptions,
  type TrainedTokenizerJson,
  trainBpe,
} from './tokenizer/index.ts';
export {
  defaultHyperparameters,
  type LabelledText,
  type TextClassifierOptions,
  trainTextClassifier,
} from './train-text-classifier.ts';
export {
  type BatchResult,
  type CausalExample,
  type ClassificationExample,
  type ContrastiveExample,
  createTrainer,
  type LocalTrainable,
  type LocalTrainableOptions,
  LocalTrainer,
  type LocalTrainOutcome,
  type LocalTrainRun,
  localTrainable,
  type PreferenceExample,
  packSequences,
  type RenderTrainingOptions,
  renderExample,
  TextTrainer,
  type TokenExample,
  type TokenText,
  type TrainMethod,
  trainMethods,
} from './training/index.ts';

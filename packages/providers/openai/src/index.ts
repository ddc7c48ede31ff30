export type { ChatQuirks, Lack, ReasoningForm } from './chat-dialect.ts';
export {
  type CallOptionsOf,
  type Compatible,
  type CompatibleModelOptions,
  type CompatibleOptions,
  compatible,
} from './compatible.ts';
export type { RemoteTunableModel, RemoteTuneJob } from './hosted-model.ts';
export { type GeneratingModel, type OpenAIModel, openai } from './openai.ts';
export { type OpenAICompletionsOptions, openaiCompletions } from './openai-completions.ts';
export { type OpenAIEmbeddingOptions, openaiEmbedding } from './openai-embedding.ts';
export type { EndpointOptions, OpenAICallOptions, OpenAIOptions } from './options.ts';
export { type Preset, presets } from './presets.ts';
export { priceOf, prices } from './prices.ts';
export { providers } from './provider.ts';

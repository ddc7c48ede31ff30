export { type GeneratingModel, openai } from './openai.ts';
export { type OpenAICompletionsOptions, openaiCompletions } from './openai-completions.ts';
export { type OpenAIEmbeddingOptions, openaiEmbedding } from './openai-embedding.ts';
export type { EndpointOptions, OpenAIOptions } from './options.ts';
export { priceOf, prices } from './prices.ts';
export { providers } from './provider.ts';

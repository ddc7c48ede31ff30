export { type AnthropicModel, anthropic } from './anthropic.ts';
export { anthropicBatches } from './anthropic-batches.ts';
export type {
  BatchCounts,
  BatchEntry,
  BatchRequest,
  BatchStatus,
  MessageBatch,
  MessageBatches,
} from './message-batch.ts';
export type { AnthropicCallOptions, AnthropicOptions } from './options.ts';
export { priceOf, prices } from './prices.ts';
export { providers } from './provider.ts';

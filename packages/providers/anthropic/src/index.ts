export { type AnthropicModel, anthropic } from './anthropic.ts';
export type { AnthropicCallOptions, AnthropicOptions } from './options.ts';
export { priceOf, prices } from './prices.ts';
export { providers } from './provider.ts';

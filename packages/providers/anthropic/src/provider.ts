// How this package offers its models to tools such as the command line.
import type { ProviderOffer } from '@modeshift/core';
import { anthropic } from './anthropic.ts';

/**
 * `anthropic:ID` generates. It reads `ANTHROPIC_API_KEY` and `ANTHROPIC_BASE_URL`.
 *
 * @example
 * ```ts
 * import { providers } from '@modeshift/anthropic';
 *
 * console.log(providers.map(provider => provider.name).join(' ')); // anthropic
 * ```
 */
export const providers: readonly ProviderOffer[] = [
  { name: 'anthropic', model: (modelId, { price }) => anthropic(modelId, price ? { price } : {}) },
];

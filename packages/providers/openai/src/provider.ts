// How this package offers its models to tools such as the command line.
import type { ProviderOffer } from '@modeshift/core';
import { openai } from './openai.ts';
import { openaiCompletions } from './openai-completions.ts';

/**
 * `openai:ID` generates; `openai-completions:ID` scores, at a server that echoes the prompt. Both read `OPENAI_API_KEY` and
 * `OPENAI_BASE_URL`.
 *
 * @example
 * ```ts
 * import { providers } from '@modeshift/openai';
 *
 * console.log(providers.map(provider => provider.name).join(' ')); // openai openai-completions
 * ```
 */
export const providers: readonly ProviderOffer[] = [
  { name: 'openai', model: (modelId, { price }) => openai(modelId, price ? { price } : {}) },
  { name: 'openai-completions', model: (modelId, { price }) => openaiCompletions(modelId, price ? { price } : {}) },
];

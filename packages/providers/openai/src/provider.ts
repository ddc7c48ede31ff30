// How this package offers its models to tools such as the command line.
import type { ProviderOffer } from '@modeshift/core';
import { openai } from './openai.ts';
import { openaiCompletions } from './openai-completions.ts';

/**
 * `--model openai:ID`: a model that generates. Reads `OPENAI_API_KEY` and `OPENAI_BASE_URL`.
 *
 * @example
 * ```ts
 * import { provider } from '@modeshift/openai';
 *
 * console.log(provider.name); // openai
 * ```
 */
export const provider: ProviderOffer = {
  name: 'openai',
  model: (modelId, { price }) => openai(modelId, price ? { price } : {}),
};

/**
 * `--model openai-completions:ID`: a model that scores, at a server that echoes. Reads the same variables.
 *
 * @example
 * ```ts
 * import { completionsProvider } from '@modeshift/openai';
 *
 * console.log(completionsProvider.name); // openai-completions
 * ```
 */
export const completionsProvider: ProviderOffer = {
  name: 'openai-completions',
  model: (modelId, { price }) => openaiCompletions(modelId, price ? { price } : {}),
};

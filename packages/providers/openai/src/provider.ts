// How this package offers its models to tools such as the command line.
import type { ProviderOffer } from '@modeshift/core';
import { compatible } from './compatible.ts';
import { openai } from './openai.ts';
import { openaiCompletions } from './openai-completions.ts';
import { type Preset, presets } from './presets.ts';

/** Presets that say where they are: a name is enough to reach them. */
const addressed = Object.values<Preset>(presets).filter(preset => preset.baseURL !== undefined);

/**
 * `openai:ID` generates; `openai-completions:ID` scores, at a server that echoes the prompt. Both read `OPENAI_API_KEY` and
 * `OPENAI_BASE_URL`. Every preset with an address of its own generates under its provider's name (`ollama:qwen3:4b`,
 * `deepseek:deepseek-chat`), with the key of its own variable.
 *
 * @example
 * ```ts
 * import { providers } from '@modeshift/openai';
 *
 * const names = providers.map(provider => provider.name);
 * console.log(names.slice(0, 4).join(' '), names.length); // openai openai-completions ollama vllm 15
 * ```
 */
export const providers: readonly ProviderOffer[] = [
  { name: 'openai', model: (modelId, { price }) => openai(modelId, price ? { price } : {}) },
  { name: 'openai-completions', model: (modelId, { price }) => openaiCompletions(modelId, price ? { price } : {}) },
  ...addressed.map(
    (preset): ProviderOffer => ({
      name: preset.provider,
      model: (modelId, { price }) => compatible(preset).language(modelId, price ? { price } : {}),
    }),
  ),
];

// `openaiCompletions(modelId)`: scores given continuations at servers that echo.
import { invalidInput, type Message, type ScoringModel } from '@modeshift/core';
import { CompletionsModel } from './completions-model.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import type { EndpointOptions } from './options.ts';
import { priceOf } from './prices.ts';

/** Options of {@link openaiCompletions}. */
export interface OpenAICompletionsOptions extends EndpointOptions {
  /** How many continuations go into one request. Left out: 16. Use 1 for a server that takes one prompt at a time. */
  readonly batchSize?: number;
  /** Turns messages into the text that the model was trained on. Left out: only prompts that are text can be scored. */
  readonly template?: (messages: readonly Message[]) => string;
}

/**
 * A scoring model over `/v1/completions`: log p(continuation | prompt) of continuations that you give, for servers that echo
 * the prompt with its log-probabilities (`echo: true`, `logprobs`), such as vLLM. Text is scored as the server tokenises
 * prompt and continuation together: let the prompt end without a space and the continuation begin with one.
 *
 * Wire: https://platform.openai.com/docs/api-reference/completions
 *
 * @throws ModeshiftError as `openai`; `unsupported` from `score` where the server does not echo.
 * @example
 * ```ts
 * import { openaiCompletions } from '@modeshift/openai';
 *
 * const model = openaiCompletions('qwen3-4b-base', { baseURL: 'http://127.0.0.1:8000/v1' });
 * console.log(typeof model.score); // function
 * // await model.score({ prompt: 'The parcel is late.\nTopic:', continuations: [' billing', ' delivery'] }, {});
 * ```
 */
export function openaiCompletions(modelId: string, options: OpenAICompletionsOptions = {}): ScoringModel {
  return scoringAt(modelId, options, resolveEndpoint(options));
}

/** A scoring model at a checked endpoint. */
export function scoringAt(modelId: string, options: OpenAICompletionsOptions, endpoint: Endpoint): ScoringModel {
  if (modelId.trim() === '') throw invalidInput('The model has no name.');
  const batchSize = options.batchSize ?? 16;
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw invalidInput('batchSize must be a whole number of at least 1.');
  return new CompletionsModel(modelId, endpoint, {
    batchSize,
    template: options.template,
    price: options.price ?? (endpoint.isOpenAI ? priceOf(modelId) : undefined),
  });
}

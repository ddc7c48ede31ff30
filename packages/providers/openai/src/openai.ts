// `openai(modelId)`: a language model at OpenAI or at any compatible endpoint.
import { invalidInput, type LanguageModel, type TokenCountingModel } from '@modeshift/core';
import { ChatModel } from './chat-model.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import type { OpenAIOptions } from './options.ts';
import { priceOf } from './prices.ts';
import { ResponsesModel } from './responses-model.ts';
import { reasonsByName } from './to-responses-request.ts';

/** Generates with and without streaming. */
export type GeneratingModel = LanguageModel & Required<Pick<LanguageModel, 'generate'>>;

/**
 * A language model over the Responses API at OpenAI, and over chat completions at any server that speaks that wire (vLLM,
 * llama.cpp, Ollama, LM Studio, SGLang, Groq, Mistral, DeepSeek, OpenRouter …; `compatible` has their presets). Text, images
 * and files in (sound over chat completions), text, reasoning, tool calls, sources and images out; structured output through a
 * JSON schema; a choice comes back as the chosen string. Nothing is stored at OpenAI (`store: false`): reasoning travels
 * encrypted in the messages. Loads the official client on the first call.
 *
 * Wire: https://platform.openai.com/docs/api-reference/responses, https://platform.openai.com/docs/api-reference/chat
 *
 * @throws ModeshiftError `authentication` when OpenAI's own endpoint is meant and no key is there; `invalid-input` for a wrong
 * URL, key, time limit or number of retries. Calls throw `authentication`, `not-found`, `rate-limit`, `quota`,
 * `context-length`, `content-filter`, `refused`, `server`, `network`, `timeout`, `interrupted`, `aborted`,
 * `invalid-response` and `unsupported`.
 * @example
 * ```ts
 * import { openai } from '@modeshift/openai';
 *
 * // A server on this machine needs no key; OpenAI reads OPENAI_API_KEY.
 * const model = openai('qwen3-4b', { baseURL: 'http://127.0.0.1:8000/v1' });
 * console.log(model.provider, model.modelId, model.price); // openai qwen3-4b undefined
 * ```
 */
export function openai(
  modelId: string,
  options: OpenAIOptions & { readonly api: 'responses' },
): GeneratingModel & TokenCountingModel;
export function openai(modelId: string, options?: OpenAIOptions): GeneratingModel;
export function openai(modelId: string, options: OpenAIOptions = {}): GeneratingModel {
  if (modelId.trim() === '') throw invalidInput("The model has no name. Write it as openai('gpt-5.4-mini').");
  const endpoint = resolveEndpoint(options);
  const price = options.price ?? (endpoint.isOpenAI ? priceOf(modelId) : undefined);
  if ((options.api ?? defaultApi(endpoint)) === 'responses') {
    const dialect = {
      provider: endpoint.provider,
      includeReasoning: options.replayReasoning ?? reasonsByName(modelId),
      reasoningSummary: options.reasoningSummary,
      strictTools: options.strictTools ?? false,
    };
    return new ResponsesModel(modelId, endpoint, dialect, price);
  }
  const maxTokensField = options.maxTokensField ?? (endpoint.isOpenAI ? 'max_completion_tokens' : 'max_tokens');
  const dialect = {
    isOpenAI: endpoint.isOpenAI,
    maxTokensField,
    replayReasoning: options.replayReasoning ?? false,
    includeUsage: options.includeUsage ?? true,
  };
  return new ChatModel(modelId, endpoint, dialect, price);
}

/** Only OpenAI itself is sure to have the Responses API. */
function defaultApi({ host }: Endpoint): 'responses' | 'chat' {
  return /(^|\.)openai\.com(:\d+)?$/.test(host) ? 'responses' : 'chat';
}

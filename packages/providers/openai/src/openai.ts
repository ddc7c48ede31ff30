// `openai(modelId)`: a language model at OpenAI or at any compatible endpoint.
import { type BatchModel, invalidInput, type LanguageModel, type TokenCountingModel } from '@modeshift/core';
import type { ChatDialect } from './chat-dialect.ts';
import { ChatModel } from './chat-model.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import { OpenAIHostedModel, type RemoteTunableModel } from './hosted-model.ts';
import type { OpenAICallOptions, OpenAIOptions } from './options.ts';
import { priceOf } from './prices.ts';
import { ResponsesModel } from './responses-model.ts';
import { type ResponsesDialect, reasonsByName } from './to-responses-request.ts';

/** Generates with and without streaming; `Options` types what `providerOptions` of its calls take. */
export type GeneratingModel<Options extends object = { readonly openai?: OpenAICallOptions }> = LanguageModel<Options> &
  Required<Pick<LanguageModel, 'generate'>>;

/**
 * What OpenAI serves: it generates, counts the tokens of a prompt, takes batches (half the price, within a day) and can be
 * tuned.
 *
 * Tuning at OpenAI itself is ending: organisations that never tuned can start no job since 2026-05-07, nobody can from
 * 2027-01-06 on, and a tuned model answers until its base model is retired. Azure keeps the wire
 * (`compatible({ ...presets.azure, baseURL })`).
 *
 * Source: https://developers.openai.com/api/docs/deprecations
 */
export type OpenAIModel = GeneratingModel & TokenCountingModel & BatchModel & RemoteTunableModel<GeneratingModel>;

/**
 * A language model over the Responses API at OpenAI, and over chat completions at any server that speaks that wire (vLLM,
 * llama.cpp, Ollama, LM Studio, SGLang, Groq, Mistral, DeepSeek, OpenRouter …; `compatible` has their presets). Text, images
 * and files in (sound over chat completions), text, reasoning, tool calls, sources and images out; structured output through a
 * JSON schema; a choice comes back as the chosen string. Nothing is stored at OpenAI (`store: false`): reasoning travels
 * encrypted in the messages. Loads the official client on the first call.
 *
 * Without a `baseURL` in code the model also counts tokens, takes batches and can be tuned ({@link OpenAIModel}); a server
 * behind `OPENAI_BASE_URL` that has no such endpoint then answers `not-found`.
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
  options: OpenAIOptions & { readonly baseURL: string; readonly api: 'responses' },
): GeneratingModel & TokenCountingModel;
export function openai(modelId: string, options: OpenAIOptions & { readonly baseURL: string }): GeneratingModel;
export function openai(modelId: string, options?: OpenAIOptions & { readonly baseURL?: undefined }): OpenAIModel;
export function openai(modelId: string, options: OpenAIOptions): GeneratingModel;
export function openai(modelId: string, options: OpenAIOptions = {}): GeneratingModel {
  if (modelId.trim() === '') throw invalidInput("The model has no name. Write it as openai('gpt-5.4-mini').");
  const endpoint = resolveEndpoint(options);
  const { price: _, ...unpriced } = options;
  // A tuned model has a price of its own, which is not known.
  const make = (name: string) => modelAt(name, name === modelId ? options : unpriced, endpoint);
  if (options.baseURL !== undefined) return make(modelId);
  const settings = { endpoint, make };
  return new OpenAIHostedModel(modelId, settings, responsesDialect(modelId, options, endpoint));
}

function modelAt(modelId: string, options: OpenAIOptions, endpoint: Endpoint): ChatModel | ResponsesModel {
  const price = options.price ?? (endpoint.isOpenAI ? priceOf(modelId) : undefined);
  if ((options.api ?? defaultApi(endpoint)) === 'responses') {
    return new ResponsesModel(modelId, endpoint, responsesDialect(modelId, options, endpoint), price);
  }
  const dialect: ChatDialect = {
    provider: endpoint.provider,
    maxTokensField: options.maxTokensField ?? (endpoint.isOpenAI ? 'max_completion_tokens' : 'max_tokens'),
    includeUsage: options.includeUsage ?? true,
    ...(options.replayReasoning && { replayReasoning: 'reasoning_content' }),
    // OpenAI itself refuses what only compatible servers know.
    ...(endpoint.isOpenAI && { hasPromptCacheKey: true, lacks: ['topK'] }),
  };
  return new ChatModel(modelId, endpoint, dialect, price);
}

function responsesDialect(modelId: string, options: OpenAIOptions, endpoint: Endpoint): ResponsesDialect {
  return {
    provider: endpoint.provider,
    includeReasoning: options.replayReasoning ?? reasonsByName(modelId),
    reasoningSummary: options.reasoningSummary,
    strictTools: options.strictTools ?? false,
  };
}

/** Only OpenAI itself is sure to have the Responses API. */
function defaultApi({ host }: Endpoint): 'responses' | 'chat' {
  return /(^|\.)openai\.com(:\d+)?$/.test(host) ? 'responses' : 'chat';
}

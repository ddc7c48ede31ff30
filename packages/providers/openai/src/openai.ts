// `openai(modelId)`: a language model at OpenAI or at any compatible endpoint.
import { invalidInput, type LanguageModel } from '@modeshift/core';
import { ChatModel } from './chat-model.ts';
import { resolveEndpoint } from './endpoint.ts';
import type { OpenAIOptions } from './options.ts';
import { priceOf } from './prices.ts';

/**
 * A language model over chat completions, at OpenAI or at any server that speaks the same wire (vLLM, llama.cpp, Ollama,
 * LM Studio, SGLang, Groq, Mistral, DeepSeek, OpenRouter …). Text, images, sound and PDF in, text, reasoning and tool calls
 * out; structured output through a JSON schema; a choice comes back as the chosen string. Loads the official client on the
 * first call.
 *
 * Wire: https://platform.openai.com/docs/api-reference/chat
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
  options: OpenAIOptions = {},
): LanguageModel & Required<Pick<LanguageModel, 'generate'>> {
  if (modelId.trim() === '') throw invalidInput("The model has no name. Write it as openai('gpt-5.4-mini').");
  const endpoint = resolveEndpoint(options);
  const maxTokensField = options.maxTokensField ?? (endpoint.isOpenAI ? 'max_completion_tokens' : 'max_tokens');
  const dialect = {
    isOpenAI: endpoint.isOpenAI,
    maxTokensField,
    replayReasoning: options.replayReasoning ?? false,
    includeUsage: options.includeUsage ?? true,
  };
  return new ChatModel(modelId, endpoint, dialect, options.price ?? (endpoint.isOpenAI ? priceOf(modelId) : undefined));
}

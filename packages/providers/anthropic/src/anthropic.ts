// `anthropic(modelId)`: a Claude model at Anthropic or at any endpoint that speaks the Messages API.
import {
  type BatchModel,
  type CallContext,
  invalidInput,
  type LanguageCall,
  type LanguageModel,
  type LanguageResult,
  type TokenCountingModel,
} from '@modeshift/core';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import { MessagesModel } from './messages-model.ts';
import { traitsOf } from './model-traits.ts';
import type { AnthropicCallOptions, AnthropicOptions } from './options.ts';
import { listedRate, type Rate } from './prices.ts';
import type { Dialect } from './to-request.ts';

const defaultMaxTokens = 16_384;

/**
 * What {@link anthropic} gives: it generates, with and without streaming, counts tokens at the vendor's endpoint, and takes
 * batches: the same calls at half the price, answered within a day and kept for 29.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/batch-processing
 */
export interface AnthropicModel
  extends LanguageModel<{ readonly anthropic?: AnthropicCallOptions }>,
    TokenCountingModel,
    BatchModel {
  generate(call: LanguageCall, context: CallContext): Promise<LanguageResult>;
}

/**
 * A language model over the Messages API. Text, images, PDF and text documents in; text, thinking, tool calls and sources out;
 * structured output through the wire's own format or a tool; a choice comes back as the chosen string. The wire demands a limit
 * of generated tokens: 16,384 where a call gives none. Loads the official client on the first call.
 *
 * Wire: https://platform.claude.com/docs/en/api/messages
 *
 * @throws ModeshiftError `authentication` when Anthropic's own endpoint is meant and no key is there; `invalid-input` for a
 * wrong URL, key, time limit or number of retries. Calls throw `authentication`, `not-found`, `rate-limit`, `quota`,
 * `context-length`, `content-filter`, `refused`, `server`, `network`, `timeout`, `interrupted`, `aborted`,
 * `invalid-response` and `unsupported`.
 * @example
 * ```ts
 * import { anthropic } from '@modeshift/anthropic';
 *
 * // Reads ANTHROPIC_API_KEY; a key given here is never printed.
 * const model = anthropic('claude-sonnet-5-5', { apiKey: 'sk-ant-of-yours' });
 * console.log(model.provider, model.modelId, model.price?.inputPerMillion); // anthropic claude-sonnet-5-5 2
 * ```
 */
export function anthropic(modelId: string, options: AnthropicOptions = {}): AnthropicModel {
  if (modelId.trim() === '') throw invalidInput("The model has no name. Write it as anthropic('claude-sonnet-5-5').");
  const endpoint = resolveEndpoint(options);
  const maxTokens = options.maxTokens ?? defaultMaxTokens;
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw invalidInput('maxTokens must be a whole number of at least 1.');
  const dialect: Dialect = {
    traits: {
      ...traitsOf(modelId),
      ...(options.thinking && { thinking: options.thinking }),
      ...(options.structuredOutput && { structuredOutput: options.structuredOutput }),
    },
    maxTokens,
    citations: options.citations ?? false,
  };
  return new MessagesModel(modelId, endpoint, dialect, rateOf(modelId, options, endpoint));
}

function rateOf(modelId: string, { price }: AnthropicOptions, endpoint: Endpoint): Rate | undefined {
  if (price) return { price, isListed: false };
  return endpoint.isAnthropic ? listedRate(modelId) : undefined;
}

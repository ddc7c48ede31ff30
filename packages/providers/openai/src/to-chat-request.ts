// From a call to the body of a chat completion request, without the words for streaming.
import { invalidInput, type LanguageCall, ModeshiftError } from '@modeshift/core';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { choiceSchema } from './choice-output.ts';
import { toChatMessages } from './to-chat-messages.ts';

/** What a request depends on besides the call. */
export interface ChatDialect {
  /** OpenAI itself refuses what only compatible servers know. */
  readonly isOpenAI: boolean;
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  readonly replayReasoning: boolean;
  /** Asks for usage in streams. */
  readonly includeUsage: boolean;
}

/**
 * Builds the body. Fields of `providerOptions.openai` are sent as they are and win over ours.
 *
 * @throws ModeshiftError `unsupported` for what the wire cannot say, `invalid-input` for a call that makes no sense.
 */
export function toChatRequest(modelId: string, call: LanguageCall, dialect: ChatDialect): ChatCompletionCreateParams {
  if (call.messages.length === 0) throw invalidInput('A call needs at least one message.');
  if (call.topK !== undefined && dialect.isOpenAI) {
    throw new ModeshiftError({ tag: 'unsupported', feature: 'topK' }, 'OpenAI has no topK. Use topP or temperature.');
  }
  const { output, toolChoice, tools } = call;
  if (output?.type === 'choice' && output.choices.length === 0)
    throw invalidInput('A choice needs at least one string.');
  const body: Record<string, unknown> = {
    model: modelId,
    messages: toChatMessages(call.messages, dialect),
    [dialect.maxTokensField]: call.maxTokens,
    temperature: call.temperature,
    top_p: call.topP,
    top_k: call.topK,
    stop: call.stop && call.stop.length > 0 ? call.stop : undefined,
    seed: call.seed,
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    reasoning_effort: call.reasoning,
    // Compatible servers route by themselves and may refuse the field.
    prompt_cache_key: dialect.isOpenAI ? call.promptCacheKey : undefined,
    logprobs: call.logprobs === undefined ? undefined : true,
    top_logprobs: call.logprobs || undefined,
    tools: tools?.map(({ name, description, parameters }) => ({
      type: 'function',
      function: { name, ...(description !== undefined && { description }), parameters },
    })),
    tool_choice:
      typeof toolChoice === 'object' ? { type: 'function', function: { name: toolChoice.name } } : toolChoice,
    response_format: output && responseFormat(output),
  };
  for (const [name, value] of Object.entries(body)) if (value === undefined) delete body[name];
  return { ...body, ...call.providerOptions?.openai } as unknown as ChatCompletionCreateParams;
}

function responseFormat(output: NonNullable<LanguageCall['output']>): Record<string, unknown> {
  const json_schema =
    output.type === 'json'
      ? { name: output.name ?? 'answer', strict: output.strict ?? true, schema: output.schema }
      : { name: 'choice', strict: true, schema: choiceSchema(output.choices) };
  return { type: 'json_schema', json_schema };
}

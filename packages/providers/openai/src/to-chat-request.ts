// From a call to the body of a chat completion request, without the words for streaming.
import type { LanguageCall, ToolDefinition } from '@modeshift/core';
import { choiceSchema } from '@modeshift/core/provider';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { type ChatDialect, checkCall, reasoningFields } from './chat-dialect.ts';
import { toChatMessages } from './to-chat-messages.ts';

/**
 * Builds the body. Fields of `providerOptions` under the provider's name are sent as they are and win over ours.
 *
 * @throws ModeshiftError `unsupported` for what the wire cannot say or the server is known to lack, `invalid-input` for a call
 * that makes no sense.
 */
export function toChatRequest(modelId: string, call: LanguageCall, dialect: ChatDialect): ChatCompletionCreateParams {
  checkCall(call, dialect);
  const { output, providerOptions } = call;
  const body: Record<string, unknown> = {
    model: modelId,
    messages: toChatMessages(call.messages, dialect.provider, dialect),
    [dialect.maxTokensField]: call.maxTokens,
    temperature: call.temperature,
    top_p: call.topP,
    top_k: call.topK,
    stop: call.stop && call.stop.length > 0 ? call.stop : undefined,
    [dialect.seedField ?? 'seed']: call.seed,
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    ...reasoningFields(call.reasoning, dialect.reasoning),
    // Compatible servers route by themselves and may refuse the field.
    prompt_cache_key: dialect.hasPromptCacheKey ? call.promptCacheKey : undefined,
    logprobs: call.logprobs === undefined ? undefined : true,
    top_logprobs: call.logprobs || undefined,
    ...toolFields(call, dialect),
    response_format: output && responseFormat(output),
  };
  for (const [name, value] of Object.entries(body)) if (value === undefined) delete body[name];
  return { ...body, ...providerOptions?.[dialect.provider] } as unknown as ChatCompletionCreateParams;
}

function toolFields(call: LanguageCall, dialect: ChatDialect): Record<string, unknown> {
  const { tools, toolChoice } = call;
  const required = dialect.requiredToolWord ?? 'required';
  if (typeof toolChoice !== 'object') {
    return { tools: tools?.map(toolOf), tool_choice: toolChoice === 'required' ? required : toolChoice };
  }
  const { name } = toolChoice;
  return dialect.lacksNamedTool
    ? { tools: tools?.filter(tool => tool.name === name).map(toolOf), tool_choice: required }
    : { tools: tools?.map(toolOf), tool_choice: { type: 'function', function: { name } } };
}

function toolOf({ name, description, parameters }: ToolDefinition): object {
  return { type: 'function', function: { name, ...(description !== undefined && { description }), parameters } };
}

function responseFormat(output: NonNullable<LanguageCall['output']>): Record<string, unknown> {
  const json_schema =
    output.type === 'json'
      ? { name: output.name ?? 'answer', strict: output.strict ?? true, schema: output.schema }
      : { name: 'choice', strict: true, schema: choiceSchema(output.choices) };
  return { type: 'json_schema', json_schema };
}

// Calls and answers as attributes of OpenTelemetry's GenAI conventions.
import type { FinishReason } from '../language-event.ts';
import type { AssistantPart, Message, ToolResultPart } from '../message.ts';
import type { LanguageResult } from '../models.ts';
import type { Usage } from '../usage.ts';
import type { Operation } from './wrap-model.ts';

/** Attributes of a span. */
export type Attributes = Record<string, string | number | boolean | string[]>;

/** The conventions' name of an operation; `score`, `rerank` and `count_tokens` have none there. */
export function operationName(kind: Operation['kind']): string {
  return { generate: 'chat', embed: 'embeddings', score: 'score', rerank: 'rerank', 'count-tokens': 'count_tokens' }[
    kind
  ];
}

/** The settings of a call. */
export function callAttributes(operation: Operation): Attributes {
  if (operation.kind !== 'generate') return {};
  const { call } = operation;
  return known({
    'gen_ai.request.max_tokens': call.maxTokens,
    'gen_ai.request.temperature': call.temperature,
    'gen_ai.request.top_p': call.topP,
    'gen_ai.request.top_k': call.topK,
    'gen_ai.request.frequency_penalty': call.frequencyPenalty,
    'gen_ai.request.presence_penalty': call.presencePenalty,
    'gen_ai.request.seed': call.seed,
    'gen_ai.request.stop_sequences': call.stop && [...call.stop],
    'gen_ai.output.type': call.output?.type === 'json' ? 'json' : undefined,
  });
}

/** Tokens; a number that is unknown is left out. */
export function usageAttributes(usage: Usage | undefined): Attributes {
  return known({
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedInputTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoningTokens,
  });
}

const finishReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_call',
  'content-filter': 'content_filter',
  other: 'other',
};

/** What is told of an answer besides its content. */
export function answerAttributes(result: LanguageResult): Attributes {
  return known({
    'gen_ai.response.id': result.responseId,
    'gen_ai.response.model': result.modelId,
    'gen_ai.response.finish_reasons': [finishReasons[result.finishReason]],
  });
}

/** The messages of a call, as JSON. */
export function inputContent(operation: Operation): Attributes {
  if (operation.kind !== 'generate') return {};
  const { messages } = operation.call;
  const system = messages.filter(message => message.role === 'system');
  const rest = messages.filter(message => message.role !== 'system');
  return known({
    'gen_ai.system_instructions':
      system.length > 0 ? JSON.stringify(system.map(({ content }) => ({ type: 'text', content }))) : undefined,
    'gen_ai.input.messages': JSON.stringify(
      rest.map(message => ({ role: message.role, parts: partsOf(message.content) })),
    ),
  });
}

/** An answer, as JSON. */
export function outputContent(content: readonly AssistantPart[], finishReason: FinishReason | undefined): Attributes {
  const message = {
    role: 'assistant',
    parts: partsOf(content),
    ...(finishReason && { finish_reason: finishReasons[finishReason] }),
  };
  return { 'gen_ai.output.messages': JSON.stringify([message]) };
}

function partsOf(content: Message['content']): object[] {
  if (typeof content === 'string') return [{ type: 'text', content }];
  return content.map(partOf);
}

function partOf(part: AssistantPart | ToolResultPart): object {
  switch (part.type) {
    case 'text':
      return { type: 'text', content: part.text };
    case 'reasoning':
      return { type: 'reasoning', content: part.text };
    case 'tool-call':
      return { type: 'tool_call', id: part.id, name: part.name, arguments: part.arguments };
    case 'tool-result':
      return { type: 'tool_call_response', id: part.id, response: textOnly(part.content) };
    case 'file':
      return { type: 'file', mime_type: part.mediaType, modality: part.mediaType.split('/')[0] };
    case 'source':
      return { type: 'source', ...(part.url !== undefined && { uri: part.url }) };
  }
}

function textOnly(content: ToolResultPart['content']): string {
  if (typeof content === 'string') return content;
  return content.map(part => (part.type === 'text' ? part.text : `[${part.mediaType}]`)).join('\n');
}

function known(attributes: Record<string, Attributes[string] | undefined>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Attributes;
}

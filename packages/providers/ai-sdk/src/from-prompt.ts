// From a prompt of the AI SDK to our messages.
import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import {
  type AssistantPart,
  type FilePart,
  filePart,
  type Message,
  ModeshiftError,
  type ReasoningPart,
  type TextPart,
  type ToolResultPart,
} from '@modeshift/core';
import { fromBase64 } from './from-result.ts';

/** Under this name goes what our models want back with their reasoning. */
export const replayName = 'modeshift';

/** @throws ModeshiftError `unsupported` for parts that only the provider which made them can read. */
export function fromPrompt(prompt: LanguageModelV4Prompt): Message[] {
  return prompt.map(fromMessage);
}

function fromMessage(message: LanguageModelV4Message): Message {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content };
    case 'user':
      return { role: 'user', content: joined(message.content.map(inputPart)) };
    case 'assistant':
      return { role: 'assistant', content: message.content.map(assistantPart) };
    case 'tool':
      return {
        role: 'tool',
        content: message.content.map(part => {
          if (part.type !== 'tool-result') throw unsupported('a tool approval in the prompt');
          return toolResult(part);
        }),
      };
  }
}

/** One part of text is the text itself. */
function joined(parts: (TextPart | FilePart)[]): string | (TextPart | FilePart)[] {
  return parts.length === 1 && parts[0]!.type === 'text' ? parts[0]!.text : parts;
}

function inputPart(part: LanguageModelV4TextPart | LanguageModelV4FilePart): TextPart | FilePart {
  return part.type === 'text' ? { type: 'text', text: part.text } : toFile(part);
}

function toFile({ data, mediaType, filename }: Omit<LanguageModelV4FilePart, 'type'>): FilePart {
  if (data.type === 'reference') throw unsupported('a file by reference');
  const name = filename === undefined ? {} : { filename };
  const content =
    data.type === 'url'
      ? data.url
      : data.type === 'text'
        ? new TextEncoder().encode(data.text)
        : typeof data.data === 'string'
          ? fromBase64(data.data)
          : data.data;
  // "image" and "image/*" say too little: the bytes know better.
  return filePart(content, { ...(/^[^/*]+\/[^/*]+$/.test(mediaType) && { mediaType }), ...name });
}

type TheirPart = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number];

function assistantPart(part: TheirPart): AssistantPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'file':
      return toFile(part);
    case 'reasoning': {
      const replay = part.providerOptions?.[replayName] as ReasoningPart['replay'];
      return { type: 'reasoning', text: part.text, ...(replay && { replay }) };
    }
    case 'tool-call':
      return {
        type: 'tool-call',
        id: part.toolCallId,
        name: part.toolName,
        arguments: typeof part.input === 'string' ? part.input : JSON.stringify(part.input ?? {}),
      };
    default:
      throw unsupported(`"${part.type}" in an assistant message`);
  }
}

function toolResult({ toolCallId, toolName, output }: LanguageModelV4ToolResultPart): ToolResultPart {
  const result = { type: 'tool-result', id: toolCallId, name: toolName } as const;
  switch (output.type) {
    case 'text':
      return { ...result, content: output.value };
    case 'json':
      return { ...result, content: JSON.stringify(output.value) };
    case 'error-text':
      return { ...result, content: output.value, isError: true };
    case 'error-json':
      return { ...result, content: JSON.stringify(output.value), isError: true };
    case 'execution-denied':
      return { ...result, content: output.reason ?? 'The call was not allowed.', isError: true };
    case 'content':
      return {
        ...result,
        content: joined(
          output.value.map(part => {
            if (part.type === 'custom') throw unsupported('a custom part in a tool result');
            return part.type === 'text' ? { type: 'text', text: part.text } : toFile(part);
          }),
        ),
      };
  }
}

export function unsupported(feature: string): ModeshiftError {
  return new ModeshiftError({ tag: 'unsupported', feature }, `Models of Modeshift cannot take ${feature}.`);
}

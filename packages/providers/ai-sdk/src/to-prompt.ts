// From our messages to a prompt of the AI SDK.
import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import {
  type AssistantPart,
  dropForeignReplay,
  type FilePart,
  type Message,
  type TextPart,
  type ToolResultPart,
} from '@modeshift/core';

type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];
type ProviderOptions = NonNullable<LanguageModelV4Message['providerOptions']>;

/** Maps messages. What another provider wanted back with its reasoning is left out; sources are not sent. */
export function toPrompt(messages: readonly Message[], provider: string): LanguageModelV4Prompt {
  return dropForeignReplay(messages, provider).map(toMessage);
}

function toMessage(message: Message): LanguageModelV4Message {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content };
    case 'user':
      return {
        role: 'user',
        content:
          typeof message.content === 'string'
            ? [{ type: 'text', text: message.content }]
            : message.content.map(userPart),
      };
    case 'assistant':
      return {
        role: 'assistant',
        content:
          typeof message.content === 'string'
            ? [{ type: 'text', text: message.content }]
            : message.content.flatMap(assistantPart),
      };
    case 'tool':
      return { role: 'tool', content: message.content.map(toolResult) };
  }
}

function userPart(part: TextPart | FilePart): { type: 'text'; text: string } | LanguageModelV4FilePart {
  return part.type === 'text' ? { type: 'text', text: part.text } : filePart(part);
}

function filePart({ data, mediaType, filename }: FilePart): LanguageModelV4FilePart {
  return {
    type: 'file',
    mediaType,
    data: data instanceof URL ? { type: 'url', url: data } : { type: 'data', data },
    ...(filename !== undefined && { filename }),
  };
}

function assistantPart(part: AssistantPart): AssistantContent {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }];
    case 'file':
      return [filePart(part)];
    case 'reasoning':
      return [
        {
          type: 'reasoning',
          text: part.text,
          ...(part.replay && { providerOptions: part.replay.data as ProviderOptions }),
        },
      ];
    case 'tool-call':
      return [{ type: 'tool-call', toolCallId: part.id, toolName: part.name, input: argumentsOf(part.arguments) }];
    case 'source':
      return [];
  }
}

/** The arguments as a value; what is no JSON goes as the text it is, so that the model sees its mistake. */
function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text.trim() || '{}');
  } catch {
    return text;
  }
}

function toolResult({ id, name, content, isError }: ToolResultPart): LanguageModelV4ToolResultPart {
  if (typeof content === 'string') {
    const type = isError ? 'error-text' : 'text';
    return { type: 'tool-result', toolCallId: id, toolName: name, output: { type, value: content } };
  }
  return {
    type: 'tool-result',
    toolCallId: id,
    toolName: name,
    output: { type: 'content', value: content.map(userPart) },
  };
}

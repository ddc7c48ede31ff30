// From messages to the wire's messages.
import { type FilePart, type Message, ModeshiftError, type TextPart } from '@modeshift/core';
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { toBase64 } from './base64.ts';
import { type ChatQuirks, shortToolCallId } from './chat-dialect.ts';

type Quirks = Pick<ChatQuirks, 'replayReasoning' | 'shortToolCallIds'>;

/**
 * Maps messages. Every tool result becomes a message of its own.
 *
 * @throws ModeshiftError `unsupported` for a file that this wire cannot carry.
 */
export function toChatMessages(messages: readonly Message[], quirks: Quirks = {}): ChatCompletionMessageParam[] {
  return messages.flatMap(message => toWire(message, quirks));
}

function toWire(message: Message, quirks: Quirks): ChatCompletionMessageParam[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: message.content }];
    case 'user':
      return [{ role: 'user', content: userContent(message.content) }];
    case 'assistant':
      return [assistantMessage(message.content, quirks)];
    case 'tool':
      return message.content.map(result => ({
        role: 'tool',
        tool_call_id: quirks.shortToolCallIds ? shortToolCallId(result.id) : result.id,
        content: typeof result.content === 'string' ? result.content : result.content.map(textOnly).join('\n'),
      }));
  }
}

function userContent(content: string | readonly (TextPart | FilePart)[]): string | ChatCompletionContentPart[] {
  if (typeof content === 'string') return content;
  return content.map(part => (part.type === 'text' ? { type: 'text', text: part.text } : filePart(part)));
}

function assistantMessage(
  content: Extract<Message, { role: 'assistant' }>['content'],
  quirks: Quirks,
): ChatCompletionAssistantMessageParam {
  if (typeof content === 'string') return { role: 'assistant', content };
  const text: string[] = [];
  const reasoning: string[] = [];
  const calls: NonNullable<ChatCompletionAssistantMessageParam['tool_calls']> = [];
  for (const part of content) {
    if (part.type === 'text') text.push(part.text);
    else if (part.type === 'reasoning') reasoning.push(part.text);
    else if (part.type === 'file') throw unsupported('a file in an assistant message');
    else if (part.type === 'tool-call') {
      const id = quirks.shortToolCallIds ? shortToolCallId(part.id) : part.id;
      calls.push({ id, type: 'function', function: { name: part.name, arguments: part.arguments } });
    }
  }
  return {
    role: 'assistant',
    content: text.length > 0 || calls.length === 0 ? text.join('') : null,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(quirks.replayReasoning && reasoning.length > 0 && { [quirks.replayReasoning]: reasoning.join('') }),
  };
}

function filePart(part: FilePart): ChatCompletionContentPart {
  const { data, mediaType } = part;
  const dataUrl = (bytes: Uint8Array): string => `data:${mediaType};base64,${toBase64(bytes)}`;
  if (mediaType.startsWith('image/')) {
    return { type: 'image_url', image_url: { url: data instanceof URL ? data.href : dataUrl(data) } };
  }
  if (data instanceof URL) throw unsupported(`a URL of ${mediaType}: read the file and pass its bytes`);
  const audio = /^audio\/(?:x-)?(wav|mp3|mpeg)$/.exec(mediaType)?.[1];
  if (audio)
    return { type: 'input_audio', input_audio: { data: toBase64(data), format: audio === 'wav' ? 'wav' : 'mp3' } };
  if (mediaType === 'application/pdf') {
    return { type: 'file', file: { filename: part.filename ?? 'document.pdf', file_data: dataUrl(data) } };
  }
  throw unsupported(`${mediaType} as input`);
}

function textOnly(part: TextPart | FilePart): string {
  if (part.type === 'text') return part.text;
  throw unsupported('a file in a tool result: put it in a user message');
}

function unsupported(feature: string): ModeshiftError {
  return new ModeshiftError({ tag: 'unsupported', feature }, `Chat completions cannot carry ${feature}.`);
}

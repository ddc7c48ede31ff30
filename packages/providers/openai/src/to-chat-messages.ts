// From messages to the wire's messages.
import { dropForeignReplay, type FilePart, type Message, ModeshiftError, type TextPart } from '@modeshift/core';
import { toBase64 } from '@modeshift/core/provider';
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { type ChatQuirks, shortToolCallId } from './chat-dialect.ts';

type Quirks = Pick<ChatQuirks, 'replayReasoning' | 'needsReasoningWithTools' | 'shortToolCallIds'>;

/**
 * Maps messages. Every tool result becomes a message of its own. Replay data of other providers stays here.
 *
 * @throws ModeshiftError `unsupported` for a file that this wire cannot carry.
 */
export function toChatMessages(
  messages: readonly Message[],
  provider: string,
  quirks: Quirks = {},
): ChatCompletionMessageParam[] {
  return dropForeignReplay(messages, provider).flatMap(message => toWire(message, quirks));
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
  const details: unknown[] = [];
  const calls: NonNullable<ChatCompletionAssistantMessageParam['tool_calls']> = [];
  for (const part of content) {
    if (part.type === 'text') text.push(part.text);
    else if (part.type === 'reasoning') {
      reasoning.push(part.text);
      if (Array.isArray(part.replay?.data)) details.push(...part.replay.data);
    } else if (part.type === 'file') throw unsupported('a file in an assistant message');
    else if (part.type === 'tool-call') {
      const id = quirks.shortToolCallIds ? shortToolCallId(part.id) : part.id;
      calls.push({ id, type: 'function', function: { name: part.name, arguments: part.arguments } });
    }
  }
  return {
    role: 'assistant',
    content: text.length > 0 || calls.length === 0 ? text.join('') : null,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...reasoningField(reasoning.join(''), details, calls.length > 0, quirks),
  };
}

function reasoningField(text: string, details: readonly unknown[], hasCalls: boolean, quirks: Quirks): object {
  const { replayReasoning: field, needsReasoningWithTools } = quirks;
  if (field === undefined) return {};
  if (field === 'reasoning_details' && details.length > 0) return { reasoning_details: details };
  const isNeeded = text !== '' || (needsReasoningWithTools && hasCalls);
  return isNeeded ? { [field === 'reasoning_details' ? 'reasoning' : field]: text } : {};
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

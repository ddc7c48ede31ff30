// From messages to the input items of a response.
import { dropForeignReplay, type FilePart, type Message, ModeshiftError, type TextPart } from '@modeshift/core';
import { toBase64 } from '@modeshift/core/provider';
import type {
  ResponseFunctionCallOutputItem,
  ResponseInputContent,
  ResponseInputItem,
} from 'openai/resources/responses/responses';

/**
 * Maps messages. Reasoning goes back as the item that it came in, when this provider made it and said how; other reasoning
 * stays here, because the wire takes no thoughts in words.
 *
 * @throws ModeshiftError `unsupported` for a file that this wire cannot carry.
 */
export function toResponsesInput(messages: readonly Message[], provider: string): ResponseInputItem[] {
  return dropForeignReplay(messages, provider).flatMap(toItems);
}

function toItems(message: Message): ResponseInputItem[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: message.content }];
    case 'user': {
      const { content } = message;
      return [{ role: 'user', content: typeof content === 'string' ? content : content.map(inputPart) }];
    }
    case 'assistant':
      return assistantItems(message.content);
    case 'tool':
      return message.content.map(({ id, content }) => ({
        type: 'function_call_output',
        call_id: id,
        output: typeof content === 'string' ? content : (content.map(inputPart) as ResponseFunctionCallOutputItem[]),
      }));
  }
}

function assistantItems(content: Extract<Message, { role: 'assistant' }>['content']): ResponseInputItem[] {
  if (typeof content === 'string') return [{ role: 'assistant', content }];
  const items: ResponseInputItem[] = [];
  for (const part of content) {
    if (part.type === 'text') items.push({ role: 'assistant', content: part.text });
    else if (part.type === 'tool-call') {
      items.push({ type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments });
    } else if (part.type === 'reasoning') {
      if (part.replay) items.push(part.replay.data as ResponseInputItem);
    } else if (part.type === 'file') throw unsupported('a file in an assistant message: put it in a user message');
  }
  return items;
}

function inputPart(part: TextPart | FilePart): ResponseInputContent {
  if (part.type === 'text') return { type: 'input_text', text: part.text };
  const { data, mediaType } = part;
  const url = data instanceof URL ? data.href : undefined;
  if (mediaType.startsWith('image/')) {
    return { type: 'input_image', detail: 'auto', image_url: url ?? dataUrl(part) };
  }
  if (mediaType.startsWith('audio/') || mediaType.startsWith('video/')) {
    throw unsupported(`${mediaType}: use { api: 'chat' } with a model that hears`);
  }
  return url === undefined
    ? { type: 'input_file', filename: part.filename ?? defaultName(mediaType), file_data: dataUrl(part) }
    : { type: 'input_file', file_url: url };
}

function dataUrl({ mediaType, data }: FilePart): string {
  return `data:${mediaType};base64,${toBase64(data as Uint8Array)}`;
}

/** The server tells formats apart by the name's end. */
function defaultName(mediaType: string): string {
  const subtype = mediaType.split(';')[0]!.split('/')[1] ?? '';
  return `document.${subtype === 'plain' ? 'txt' : subtype === 'markdown' ? 'md' : subtype}`;
}

function unsupported(feature: string): ModeshiftError {
  return new ModeshiftError({ tag: 'unsupported', feature }, `The Responses API cannot carry ${feature}.`);
}

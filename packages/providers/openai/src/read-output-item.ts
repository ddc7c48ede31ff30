// The parts of an answer that one output item of a response stands for.
import {
  type AssistantPart,
  type FilePart,
  ModeshiftError,
  type ReasoningPart,
  type SourcePart,
} from '@modeshift/core';
import { fromBase64 } from '@modeshift/core/provider';
import { argumentsText } from './from-chat-completion.ts';
import type { WireOutputAnnotation, WireOutputItem } from './responses-wire.ts';

/** The parts of an item, without the sources; none for what a tool of the server did. */
export function readOutputItem(item: WireOutputItem, provider: string): AssistantPart[] {
  switch (item.type) {
    case 'message': {
      const text = messageText(item);
      return text ? [{ type: 'text', text }] : [];
    }
    case 'reasoning': {
      const text = reasoningText(item);
      const replay = replayOf(item, provider);
      return text || replay ? [{ type: 'reasoning', text, ...(replay && { replay }) }] : [];
    }
    case 'function_call':
      return [{ type: 'tool-call', id: callId(item), name: item.name ?? '', arguments: argumentsText(item.arguments) }];
    case 'image_generation_call': {
      const file = readImage(item);
      return file ? [file] : [];
    }
    default:
      return [];
  }
}

/** The id that a result must name. */
export function callId(item: WireOutputItem): string {
  return item.call_id || item.id || 'call';
}

/** The text of a message, refusals included. */
export function messageText(item: WireOutputItem): string {
  return (item.content ?? []).map(part => part.text ?? part.refusal ?? '').join('');
}

/** Whether a message refuses to answer. */
export function isRefusal(item: WireOutputItem): boolean {
  return (item.content ?? []).some(part => part.type === 'refusal');
}

/** A thought: its summary, or the thought itself where a server shows it. */
export function reasoningText(item: WireOutputItem): string {
  const summary = (item.summary ?? []).map(part => part.text ?? '').join('\n\n');
  return summary || messageText(item);
}

/**
 * What has to go back in the next turn so that the model can think on: the whole item. Without the encrypted or the open
 * thought the server would look for the item in its own storage, where nothing was put.
 */
export function replayOf(item: WireOutputItem, provider: string): ReasoningPart['replay'] {
  const { type, id, summary, content, encrypted_content } = item;
  if (!encrypted_content && !content?.length) return undefined;
  const data = {
    type,
    ...(id && { id }),
    summary: summary ?? [],
    ...(content?.length && { content }),
    ...(encrypted_content && { encrypted_content }),
  };
  return { provider, data };
}

/**
 * An image that the server's own tool made.
 *
 * @throws ModeshiftError `invalid-response` where it is not base64.
 */
export function readImage(item: WireOutputItem): FilePart | undefined {
  if (typeof item.result !== 'string' || item.result === '') return undefined;
  try {
    return { type: 'file', mediaType: `image/${item.output_format ?? 'png'}`, data: fromBase64(item.result) };
  } catch {
    throw new ModeshiftError({ tag: 'invalid-response' }, 'The answer holds an image that is not base64. Ask again.');
  }
}

/** The source that an annotation names; `undefined` for one that names none. */
export function readAnnotation(annotation: WireOutputAnnotation): SourcePart | undefined {
  if (annotation.url) {
    return { type: 'source', url: annotation.url, ...(annotation.title && { title: annotation.title }) };
  }
  const title = annotation.filename ?? annotation.file_id;
  return title ? { type: 'source', title } : undefined;
}

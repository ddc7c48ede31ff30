// From messages to the wire's system prompt and messages.
import { type AssistantPart, dropForeignReplay, type Message, type ToolResultPart } from '@modeshift/core';
import { origin, type Replay } from './read-block.ts';
import { type Block, cacheControl, toContent, unsupported } from './to-content.ts';

/** A message of a request. */
export interface WireTurn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: Block[];
}

/** The prompt of a request. */
export interface WirePrompt {
  readonly system: Block[];
  readonly messages: WireTurn[];
}

/**
 * Maps messages. System messages at the start are the system prompt, later ones stay where they are (newer models take them
 * there). Neighbours of the same role become one turn, so that the results of a turn's tool calls and what the user says then
 * stand together, as the wire wants. Empty text is left out: the wire refuses it.
 *
 * @throws ModeshiftError `unsupported` for a file that this wire cannot carry.
 */
export function toMessages(messages: readonly Message[], options: { readonly citations?: boolean } = {}): WirePrompt {
  const system: Block[] = [];
  const turns: WireTurn[] = [];
  for (const message of dropForeignReplay(messages, origin)) {
    const content = contentOf(message, options.citations ?? false);
    if (content.length === 0) continue;
    const role = message.role === 'tool' ? 'user' : message.role;
    const last = turns.at(-1);
    if (role === 'system' && turns.length === 0) system.push(...content);
    else if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return { system, messages: turns };
}

function contentOf(message: Message, citations: boolean): Block[] {
  switch (message.role) {
    case 'system':
      return message.content === '' ? [] : [{ type: 'text', text: message.content, ...cacheControl(message.cache) }];
    case 'user':
      return partsOf(message.content).flatMap(part => toContent(part, citations) ?? []);
    case 'assistant':
      return partsOf(message.content).flatMap(assistantBlock);
    case 'tool':
      return message.content.map(part => toolResult(part, citations));
  }
}

function assistantBlock(part: AssistantPart): Block[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'text', text: part.text, ...cacheControl(part.cache) }];
    case 'reasoning':
      return part.replay ? [replayed(part.text, part.replay.data as Replay)] : [];
    case 'tool-call':
      return [{ type: 'tool_use', id: part.id, name: part.name, input: inputOf(part.arguments) }];
    case 'source':
      return [];
    case 'file':
      throw unsupported('a file in an assistant message');
  }
}

/** A thought goes back with its signature; without one the wire refuses it. */
function replayed(text: string, replay: Replay): Block {
  switch (replay.type) {
    case 'thinking':
      return { type: 'thinking', thinking: text, signature: replay.signature };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: replay.data };
    case 'block':
      return replay.block as unknown as Block;
  }
}

function toolResult(part: ToolResultPart, citations: boolean): Block {
  const content =
    typeof part.content === 'string' ? part.content : part.content.flatMap(piece => toContent(piece, citations) ?? []);
  return {
    type: 'tool_result',
    tool_use_id: part.id,
    ...(content.length > 0 && { content }),
    ...(part.isError && { is_error: true }),
    ...cacheControl(part.cache),
  };
}

/** Arguments as the object that the wire wants. Broken JSON goes back under the name that Anthropic recommends for it. */
function inputOf(text: string): unknown {
  try {
    const input: unknown = text.trim() === '' ? {} : JSON.parse(text);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Below.
  }
  return { INVALID_JSON: text };
}

function partsOf<T extends AssistantPart>(
  content: string | readonly T[],
): readonly (T | { readonly type: 'text'; readonly text: string })[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

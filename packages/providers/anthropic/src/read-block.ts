// From a whole block of an answer to parts.
import type { AssistantPart, ReasoningPart } from '@modeshift/core';
import { sourceOfCitation, sourcesOfResult } from './read-sources.ts';
import type { WireBlock } from './wire.ts';

/** The name under which replay data is kept; only this provider sends it back. */
export const origin = 'anthropic';

/**
 * What the wire wants back in the next turn: the signature of a thought, a thought that was encrypted, or a block that belongs
 * to the server (its own tools and their results, compaction), whole.
 */
export type Replay =
  | { readonly type: 'thinking'; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | { readonly type: 'block'; readonly block: WireBlock };

/** Maps a block. Kinds that are not known are kept as replay data, so that the next turn is as the server expects it. */
export function partsOfBlock(block: WireBlock): AssistantPart[] {
  switch (block.type) {
    case 'text': {
      const sources = (block.citations ?? []).map(sourceOfCitation);
      return block.text ? [{ type: 'text', text: block.text }, ...sources] : sources;
    }
    case 'thinking': {
      const text = block.thinking ?? '';
      const replay = replayOf(block);
      return text || replay ? [{ type: 'reasoning', text, ...(replay && { replay }) }] : [];
    }
    case 'tool_use':
      return [{ type: 'tool-call', id: block.id ?? '', name: block.name ?? '', arguments: argumentsOf(block.input) }];
    default:
      return [{ type: 'reasoning', text: '', replay: replayOf(block)! }, ...sourcesOfResult(block)];
  }
}

/** The replay data of a block; a thought without a signature has none and is not sent back. */
export function replayOf(block: WireBlock): ReasoningPart['replay'] {
  const tagged = (data: Replay): ReasoningPart['replay'] => ({ provider: origin, data });
  if (block.type === 'thinking')
    return block.signature ? tagged({ type: 'thinking', signature: block.signature }) : undefined;
  if (block.type === 'redacted_thinking') return tagged({ type: 'redacted_thinking', data: block.data ?? '' });
  return tagged({ type: 'block', block });
}

/** Arguments as JSON text. */
export function argumentsOf(input: unknown): string {
  return JSON.stringify(input ?? {});
}

// Reasoning as OpenRouter keeps it: pieces that must come back whole and in order, signatures and encrypted thoughts included.
import type { WireReasoningDetail } from './wire.ts';

/**
 * Puts streamed pieces together: text and summaries of one block are joined, its other fields are those that came last.
 *
 * Source: https://openrouter.ai/docs/use-cases/reasoning-tokens
 */
export function mergeDetails(pieces: readonly WireReasoningDetail[]): WireReasoningDetail[] {
  const merged: Record<string, unknown>[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    const isNext = last?.type === piece.type && last?.index === piece.index && piece.type !== 'reasoning.encrypted';
    if (!last || !isNext) {
      merged.push({ ...piece });
      continue;
    }
    for (const [name, value] of Object.entries(piece)) {
      if (value === undefined || value === null) continue;
      const isJoined = (name === 'text' || name === 'summary') && typeof last[name] === 'string';
      last[name] = isJoined ? `${last[name]}${value}` : value;
    }
  }
  return merged;
}

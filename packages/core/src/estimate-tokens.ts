// A rough number of tokens, for pacing and splitting; never reported as usage.
import type { Message } from './message.ts';

const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * About how many tokens a text has: a third of its UTF-8 bytes, rounded up. That is on the high side for English (about four
 * bytes a token) and about right for Chinese (three bytes a character, about a token each).
 */
export function estimateTokens(text: string): number {
  return Math.ceil(encoder.encode(text).length / 3);
}

/** The same for messages; a file counts as 1,000. */
export function estimateMessages(messages: readonly Message[]): number {
  let sum = 0;
  for (const { content } of messages) {
    if (typeof content === 'string') {
      sum += estimateTokens(content) + 4;
      continue;
    }
    sum += 4;
    for (const part of content) {
      if (part.type === 'text' || part.type === 'reasoning') sum += estimateTokens(part.text);
      else if (part.type === 'tool-call') sum += estimateTokens(part.arguments);
      else if (part.type === 'tool-result') {
        sum += typeof part.content === 'string' ? estimateTokens(part.content) : 1000;
      } else if (part.type === 'file') sum += 1000;
    }
  }
  return sum;
}

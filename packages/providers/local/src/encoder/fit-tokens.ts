// A text's tokens with the special ones round them, within the length a model takes.
import { ModeshiftError } from '@modeshift/core';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/**
 * Ids of a text with its special tokens. Where they are more than `maxTokens`, the end of the text is cut and the special tokens
 * stay, if `truncate` is set.
 *
 * @throws ModeshiftError `context-length` with the numbers, where the text is too long and must not be cut.
 */
export function fitTokens(tokenizer: Tokenizer, text: string, maxTokens: number, truncate: boolean): number[] {
  const whole = tokenizer.encode(text, { addSpecialTokens: true, parseSpecial: false });
  if (whole.length <= maxTokens) return whole;
  if (!truncate)
    throw new ModeshiftError(
      { tag: 'context-length' },
      `A text has ${whole.length} tokens and the model takes ${maxTokens}. Split the text, or set truncate to use its beginning only.`,
    );
  const content = tokenizer.encode(text, { parseSpecial: false });
  const specials = whole.length - content.length;
  const before = specials > 0 ? firstDifference(whole, content) : 0;
  const after = specials - before;
  return [...whole.slice(0, before), ...content.slice(0, maxTokens - specials), ...whole.slice(whole.length - after)];
}

function firstDifference(whole: readonly number[], content: readonly number[]): number {
  const limit = whole.length - content.length;
  for (let before = 0; before <= limit; before++) if (content.every((id, i) => whole[before + i] === id)) return before;
  return 0;
}

// Chunks of about the same size that overlap, whatever the structure.
import { invalidInput } from '@modeshift/core';
import { type Chunk, type Chunker, placeChunks, type RawChunk } from './chunk.ts';
import { cutSpan } from './cut-span.ts';
import type { SourceDocument } from './document.ts';
import { plainBlocks } from './plain-blocks.ts';
import { checkBudget, measureOf, type TokenBudget, tokenizerName } from './token-measure.ts';

/** Options of {@link slidingWindowChunker}. */
export interface SlidingWindowOptions extends TokenBudget {
  /** How many tokens of a chunk the next one says again, below `maxTokens`. Left out: a quarter of it. */
  readonly overlapTokens?: number;
}

/**
 * Windows of whole sentences up to a budget of tokens; each begins with the last sentences of the one before, up to the overlap.
 *
 * @throws ModeshiftError `invalid-input` for a budget that is no whole number, or an overlap that leaves nothing new.
 * @example
 * ```ts
 * import { slidingWindowChunker } from '@modeshift/rag';
 *
 * const chunker = slidingWindowChunker({ maxTokens: 8, overlapTokens: 4, countTokens: text => text.length });
 * console.log(chunker.chunk({ id: 'a', text: '一二三。四五六。七八九。' }).map(chunk => chunk.text));
 * // [ '一二三。四五六。', '四五六。七八九。' ]
 * ```
 */
export function slidingWindowChunker(options: SlidingWindowOptions = {}): Chunker {
  const { maxTokens = 200, countTokens } = options;
  checkBudget('maxTokens', maxTokens, 1);
  const { overlapTokens = maxTokens >> 2 } = options;
  checkBudget('overlapTokens', overlapTokens, 0);
  if (overlapTokens >= maxTokens)
    throw invalidInput(`"overlapTokens" is ${overlapTokens}: it must be below "maxTokens", which is ${maxTokens}.`);
  return {
    id: `window/1 max=${maxTokens} overlap=${overlapTokens} tokenizer=${tokenizerName(options)}`,
    chunk(document: SourceDocument): Chunk[] {
      const { text } = document;
      const measure = measureOf(text, countTokens);
      const pieces = cutSpan(text, { start: 0, end: text.length }, maxTokens, measure, 'sentences');
      const raw: RawChunk[] = [];
      let from = 0;
      for (let to = 0; to < pieces.length; ) {
        const start = pieces[from]!.start;
        while (to < pieces.length && measure(start, pieces[to]!.end) <= maxTokens) to++;
        if (to === from) to++; // a code point above the budget
        const end = pieces[to - 1]!.end;
        raw.push({ start, end });
        let next = to;
        while (next - 1 > from && measure(pieces[next - 1]!.start, end) <= overlapTokens) next--;
        // The next window must have room for one new piece beside what it says again.
        while (to < pieces.length && next < to && measure(pieces[next]!.start, pieces[to]!.end) > maxTokens) next++;
        from = next;
      }
      return placeChunks(document, document.blocks ?? plainBlocks(text), raw);
    },
  };
}

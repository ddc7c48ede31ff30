// Single sentences to search, with their neighbours to read.
import { type Chunk, type Chunker, placeChunks, type RawChunk } from './chunk.ts';
import { cutSpan } from './cut-span.ts';
import type { SourceDocument, Span } from './document.ts';
import { plainBlocks } from './plain-blocks.ts';
import { sentenceEnds } from './sentences.ts';
import { checkBudget, measureOf, type TokenBudget, tokenizerName } from './token-measure.ts';

/** Options of {@link sentenceWindowChunker}. */
export interface SentenceWindowOptions extends TokenBudget {
  /** How many sentences on each side belong to the context. Left out: 3. */
  readonly around?: number;
}

/**
 * One chunk for each sentence, whose context is the sentences around it in the same block. Sentences above `maxTokens` (left
 * out: 200) are cut.
 *
 * @throws ModeshiftError `invalid-input` for an option that is no whole number.
 * @example
 * ```ts
 * import { sentenceWindowChunker } from '@modeshift/rag';
 *
 * const text = '第一句。第二句。第三句。';
 * const [, second] = sentenceWindowChunker({ around: 1 }).chunk({ id: 'a', text });
 * console.log(second?.text, second?.context); // 第二句。 { start: 0, end: 12 }
 * ```
 */
export function sentenceWindowChunker(options: SentenceWindowOptions = {}): Chunker {
  const { maxTokens = 200, around = 3, countTokens } = options;
  checkBudget('maxTokens', maxTokens, 1);
  checkBudget('around', around, 0);
  return {
    id: `sentence-window/1 around=${around} max=${maxTokens} tokenizer=${tokenizerName(options)}`,
    chunk(document: SourceDocument): Chunk[] {
      const { text } = document;
      const measure = measureOf(text, countTokens);
      const blocks = document.blocks ?? plainBlocks(text);
      const raw: RawChunk[] = [];
      for (const block of blocks) {
        if (block.kind === 'heading') continue;
        const byLines = block.kind === 'table' || block.kind === 'code';
        const parts = byLines
          ? cutSpan(text, block, maxTokens, measure, 'lines')
          : sentencesOf(text, block.start, block.end).flatMap(span =>
              cutSpan(text, span, maxTokens, measure, 'sentences'),
            );
        for (const [i, { start, end }] of parts.entries()) {
          const first = parts[Math.max(0, i - around)]!;
          const last = parts[Math.min(parts.length - 1, i + around)]!;
          raw.push({ start, end, context: { start: first.start, end: last.end } });
        }
      }
      return placeChunks(document, blocks, raw);
    },
  };
}

function sentencesOf(text: string, start: number, end: number): Span[] {
  const ends = sentenceEnds(text, start, end);
  return ends.map((to, i) => ({ start: i === 0 ? start : ends[i - 1]!, end: to }));
}

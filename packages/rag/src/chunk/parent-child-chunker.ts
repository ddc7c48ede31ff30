// Small chunks to search inside large ones to read.
import { type Chunk, type Chunker, placeChunks, type RawChunk } from './chunk.ts';
import type { Block, SourceDocument } from './document.ts';
import { plainBlocks } from './plain-blocks.ts';
import { structureChunker } from './structure-chunker.ts';

/** Options of {@link parentChildChunker}. */
export interface ParentChildOptions {
  /** Cuts documents into what is read. Left out: `structureChunker({ maxTokens: 800 })`. */
  readonly parent?: Chunker;
  /** Cuts parents into what is searched. Left out: `structureChunker({ maxTokens: 100 })`. */
  readonly child?: Chunker;
}

/**
 * Cuts a document into parents, and each parent into the children that are searched. The context of a child is its parent.
 *
 * @example
 * ```ts
 * import { parentChildChunker, structureChunker } from '@modeshift/rag';
 *
 * const chunker = parentChildChunker({ child: structureChunker({ maxTokens: 6 }) });
 * const chunks = chunker.chunk({ id: 'a', text: '早上好。今天见。' });
 * console.log(chunks.map(chunk => [chunk.text, chunk.context?.end])); // [ [ '早上好。', 8 ], [ '今天见。', 8 ] ]
 * ```
 */
export function parentChildChunker(options: ParentChildOptions = {}): Chunker {
  const parent = options.parent ?? structureChunker({ maxTokens: 800 });
  const child = options.child ?? structureChunker({ maxTokens: 100 });
  return {
    id: `parent-child/1 (${parent.id}) (${child.id})`,
    chunk(document: SourceDocument): Chunk[] {
      const blocks = document.blocks ?? plainBlocks(document.text);
      const raw: RawChunk[] = [];
      let first = 0;
      for (const { start, end } of parent.chunk(document)) {
        // Parents are in the order of their starts: blocks that ended before one are before all that follow.
        while (first < blocks.length && blocks[first]!.end <= start) first++;
        const within: Block[] = [];
        for (let i = first; i < blocks.length && blocks[i]!.start < end; i++) {
          const block = blocks[i]!;
          within.push({
            ...block,
            start: Math.max(block.start, start) - start,
            end: Math.min(block.end, end) - start,
            ...(block.header && {
              header: { start: Math.max(0, block.header.start - start), end: Math.max(0, block.header.end - start) },
            }),
          });
        }
        for (const small of child.chunk({ id: document.id, text: document.text.slice(start, end), blocks: within })) {
          raw.push({
            start: start + small.start,
            end: start + small.end,
            context: { start, end },
            ...(small.tableHeader !== undefined && { tableHeader: small.tableHeader }),
          });
        }
      }
      return placeChunks(document, blocks, raw);
    },
  };
}

// The default chunker: sections, then paragraphs, then sentences, filled up to a budget of tokens.
import { type Chunk, type Chunker, placeChunks, type RawChunk, trimSpan } from './chunk.ts';
import { cutSpan } from './cut-span.ts';
import type { Block, SourceDocument, Span } from './document.ts';
import { plainBlocks } from './plain-blocks.ts';
import { checkBudget, type Measure, measureOf, type TokenBudget, tokenizerName } from './token-measure.ts';

/** Options of {@link structureChunker}. */
export interface StructureChunkerOptions extends TokenBudget {
  /** Sections below this many tokens are joined with the next one. Left out: a quarter of `maxTokens`. */
  readonly minTokens?: number;
}

/** A part that is not cut further: a block, or a piece of one. */
interface Part extends Span {
  readonly tokens: number;
  /** Of a heading. */
  readonly heading: boolean;
  /** Whether it is a piece of a block that did not fit. */
  readonly cut: boolean;
  /** Whether its block begins with it. */
  readonly first: boolean;
  /** Of a further part of a table. */
  readonly header?: Span;
}

/**
 * Cuts by structure: a heading begins a chunk and never ends one; blocks that do not fit are cut by sentences (tables and code by
 * lines, and so are paragraphs that are one line each), those by clauses, words and characters; parts are filled evenly, so that no
 * small rest is left behind. No chunk is
 * above the budget, unless a single code point is.
 *
 * The default budget was chosen by measurement, see `docs/decisions/chunking.md`.
 *
 * @throws ModeshiftError `invalid-input` for a budget that is no whole number.
 * @example
 * ```ts
 * import { structureChunker } from '@modeshift/rag';
 *
 * const chunker = structureChunker({ maxTokens: 12 });
 * const chunks = chunker.chunk({ id: 'a', text: '今天下雨了。我们不出门。\r\n\r\nTomorrow will be fine. 😀' });
 * console.log(chunks.map(chunk => chunk.text)); // [ '今天下雨了。我们不出门。', 'Tomorrow will be fine. 😀' ]
 * ```
 */
export function structureChunker(options: StructureChunkerOptions = {}): Chunker {
  const { maxTokens = 400, countTokens } = options;
  checkBudget('maxTokens', maxTokens, 1);
  const { minTokens = maxTokens >> 2 } = options;
  checkBudget('minTokens', minTokens, 0);
  return {
    id: `structure/1 max=${maxTokens} min=${minTokens} tokenizer=${tokenizerName(options)}`,
    chunk(document: SourceDocument): Chunk[] {
      const blocks = document.blocks ?? plainBlocks(document.text);
      const measure = measureOf(document.text, countTokens);
      const raw: RawChunk[] = [];
      for (const section of sectionsOf(document.text, blocks, maxTokens, minTokens, measure))
        fill(document.text, section, maxTokens, measure, raw);
      return placeChunks(document, blocks, raw);
    },
  };
}

/** Parts by section; a section that is too small takes the next one in. */
function sectionsOf(
  text: string,
  blocks: readonly Block[],
  maxTokens: number,
  minTokens: number,
  measure: Measure,
): Part[][] {
  const sections: Part[][] = [[]];
  let tokens = 0;
  let body = false;
  for (const block of blocks) {
    if (block.kind === 'heading' && body && tokens >= minTokens) {
      sections.push([]);
      tokens = 0;
      body = false;
    }
    body ||= block.kind !== 'heading';
    for (const part of partsOf(text, block, maxTokens, measure)) {
      sections.at(-1)!.push(part);
      tokens += part.tokens;
    }
  }
  return sections;
}

function partsOf(text: string, block: Block, maxTokens: number, measure: Measure): Part[] {
  const heading = block.kind === 'heading';
  const tokens = measure(block.start, block.end);
  if (tokens <= maxTokens) return [{ start: block.start, end: block.end, tokens, heading, cut: false, first: true }];
  if (block.kind === 'paragraph') {
    const lines = unwrappedLines(text, block);
    if (lines.length > 1)
      return lines.flatMap(line => partsOf(text, { kind: 'paragraph', ...line }, maxTokens, measure));
  }
  const byLines = block.kind === 'table' || block.kind === 'code';
  const pieces = cutSpan(text, trimSpan(text, block), maxTokens, measure, byLines ? 'lines' : 'sentences');
  const { header } = block;
  return pieces.map((piece, i) => ({
    ...piece,
    heading,
    cut: true,
    first: i === 0,
    ...(header && piece.start >= header.end && { header }),
  }));
}

/** A line this long, in UTF-16 units, was not wrapped by an editor: the line is a paragraph. */
const unwrapped = 160;

/** The lines of a block whose lines are paragraphs; the block itself where they are wrapped. */
function unwrappedLines(text: string, block: Span): Span[] {
  const lines: Span[] = [];
  let longest = 0;
  for (let start = block.start; start < block.end; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 || newline >= block.end ? block.end : newline + 1;
    longest = Math.max(longest, end - start);
    lines.push({ start, end });
    start = end;
  }
  return longest > unwrapped ? lines : [{ start: block.start, end: block.end }];
}

/** Fills chunks evenly: as few as the budget allows, of about the same size. */
function fill(text: string, parts: readonly Part[], maxTokens: number, measure: Measure, raw: RawChunk[]): void {
  let left = parts.reduce((sum, part) => sum + part.tokens, 0);
  let from = 0;
  while (from < parts.length) {
    const share = left / Math.max(1, Math.ceil(left / maxTokens));
    let tokens = parts[from]!.tokens;
    let to = from + 1;
    for (; to < parts.length; to++) {
      // A block that had to be cut shares no chunk with its neighbours, but with the heading above it.
      const before = parts[to - 1]!;
      if (parts[to]!.first && !parts[to]!.heading && (before.cut || (parts[to]!.cut && !before.heading))) break;
      const next = parts[to]!.tokens;
      const fits = tokens + next <= maxTokens;
      // Past its share a chunk ends, unless that leaves it further from its share than going on does.
      if (!fits || (tokens + next > share && tokens + next - share > share - tokens)) break;
      tokens += next;
    }
    while (to - 1 > from && parts[to - 1]!.heading && to < parts.length) tokens -= parts[--to]!.tokens;
    // Tokens of a whole may be more than those of its parts.
    while (to - 1 > from && measure(parts[from]!.start, parts[to - 1]!.end) > maxTokens) tokens -= parts[--to]!.tokens;
    const { start, header } = parts[from]!;
    raw.push({ start, end: parts[to - 1]!.end, ...(header && { tableHeader: text.slice(header.start, header.end) }) });
    left -= tokens;
    from = to;
  }
}

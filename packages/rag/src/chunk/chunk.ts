// A chunk: what is searched, where it stands in its document, and what to read around it.
import { hash } from 'node:crypto';
import type { Block, SourceDocument, Span } from './document.ts';

/** A piece of a document: `document.text.slice(start, end) === text`, always. */
export interface Chunk extends Span {
  /** 0, 1, 2, … in the document. */
  readonly ordinal: number;
  readonly text: string;
  /** The headings above it, outermost first. */
  readonly headings: readonly string[];
  /** The line it begins on, from 1. */
  readonly line: number;
  /** The page it begins on, from 1, where the document has pages. */
  readonly page?: number;
  /** The place in the source it begins in, where the document has places. */
  readonly place?: string;
  /** The header rows of the table it is a further part of. */
  readonly tableHeader?: string;
  /** What to read when this was found: its parent or its window. */
  readonly context?: Span;
}

/** Cuts documents into chunks. */
export interface Chunker {
  /** Says how it cuts, options included: chunks of another id are cut anew at the next ingestion. */
  readonly id: string;
  chunk(document: SourceDocument): Chunk[];
}

/** What a chunker gives before places are looked up. */
export interface RawChunk extends Span {
  /** Left out: the headings of the document above it. */
  readonly headings?: readonly string[];
  readonly context?: Span;
  readonly tableHeader?: string;
}

/**
 * The text of a chunk that is indexed and embedded: the headings above it and the header of its table, then its own text. A
 * heading that the chunk begins with is not said twice.
 *
 * @example
 * ```ts
 * import { indexText, markdownDocument, structureChunker } from '@modeshift/rag';
 *
 * const document = markdownDocument('rules.md', `# 退款\n\n${'七天内可以退款。'.repeat(70)}`);
 * const [, second] = structureChunker().chunk(document);
 * console.log(second?.headings); // [ '退款' ]
 * console.log(indexText({ ...second!, text: '七天内可退。' }).split('\n')); // [ '退款', '七天内可退。' ]
 * ```
 */
export function indexText(chunk: Pick<Chunk, 'headings' | 'tableHeader' | 'text'>): string {
  const missing = chunk.headings.filter(heading => !chunk.text.includes(heading));
  return [missing.join(' > '), chunk.tableHeader ?? '', chunk.text].filter(Boolean).join('\n');
}

/** SHA-256 of a text, hexadecimal. */
export function textHash(text: string): string {
  return hash('sha256', text);
}

/** Trims white space off spans, drops empty ones and those that say nothing new, and looks up lines, pages and headings. */
export function placeChunks(document: SourceDocument, blocks: readonly Block[], raw: readonly RawChunk[]): Chunk[] {
  const { text, pages, places } = document;
  const chunks: Chunk[] = [];
  const path: (string | undefined)[] = [];
  const headings = blocks.filter(block => block.kind === 'heading');
  let heading = 0;
  let page = 0;
  let place = -1;
  let line = 1;
  let counted = 0;
  let previous: Span = { start: -1, end: -1 };
  for (const { context, tableHeader, headings: own, ...span } of raw) {
    const { start, end } = trimSpan(text, span);
    if (start >= end || (start >= previous.start && end <= previous.end)) continue;
    previous = { start, end };
    for (; heading < headings.length && headings[heading]!.start <= start; heading++) {
      const { level = 1, title } = headings[heading]!;
      path.length = Math.min(path.length, level - 1);
      path[level - 1] = title ?? text.slice(headings[heading]!.start, headings[heading]!.end).trim();
    }
    for (let at = text.indexOf('\n', counted); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) {
      line++;
      counted = at + 1;
    }
    while (pages && page + 1 < pages.length && pages[page + 1]! <= start) page++;
    while (places && place + 1 < places.length && places[place + 1]!.start <= start) place++;
    chunks.push({
      ordinal: chunks.length,
      text: text.slice(start, end),
      start,
      end,
      headings: own ?? path.filter(title => title !== undefined),
      line,
      ...(pages && { page: page + 1 }),
      ...(place >= 0 && { place: places![place]!.name }),
      ...(tableHeader !== undefined && { tableHeader }),
      ...(context && { context: trimSpan(text, context) }),
    });
  }
  return chunks;
}

/** The span without white space at its ends. */
export function trimSpan(text: string, { start, end }: Span): Span {
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/** White space as `String.prototype.trim` knows it, without a call for ASCII. */
export function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code === 0xa0 || code === 0x3000 || code === 0xfeff || /\s/.test(String.fromCharCode(code));
}

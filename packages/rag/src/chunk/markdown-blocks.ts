// The structure of Markdown by a scanner of lines: headings, fenced code, tables, lists, quotes, paragraphs.
import type { Block, SourceDocument } from './document.ts';

interface Line {
  readonly start: number;
  /** After the line's end. */
  readonly end: number;
  readonly text: string;
}

const fence = /^ {0,3}(`{3,}|~{3,})/;
const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const setext = /^ {0,3}(=+|-+)[ \t]*$/;
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]+/;
const tableRule = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const isBlank = (line: Line | undefined): boolean => line !== undefined && line.text.trim() === '';

/**
 * A Markdown text as a document with its structure.
 *
 * @example
 * ```ts
 * import { markdownDocument } from '@modeshift/rag';
 *
 * const document = markdownDocument('guide.md', '# 指南\n\n第一段。\n\n| 项 | 价 |\n|---|---|\n| 甲 | 1 |\n');
 * console.log(document.blocks?.map(block => block.kind)); // [ 'heading', 'paragraph', 'table' ]
 * console.log(document.title); // 指南
 * ```
 */
export function markdownDocument(
  id: string,
  text: string,
  rest: Omit<SourceDocument, 'id' | 'text' | 'blocks'> = {},
): SourceDocument {
  const blocks = markdownBlocks(text);
  const title = rest.title ?? blocks.find(block => block.kind === 'heading')?.title;
  return { ...rest, id, text, blocks, ...(title !== undefined && { title }) };
}

/** The blocks of a Markdown text, as CommonMark and the tables of GitHub know them; nested structure is left to its outer block. */
export function markdownBlocks(text: string): Block[] {
  const lines = linesOf(text);
  const blocks: Block[] = [];
  let at = frontMatter(lines);
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      at++;
      continue;
    }
    const [block, next] = blockAt(lines, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    let stop = newline < 0 ? end : newline;
    if (stop > start && text.charCodeAt(stop - 1) === 0x0d) stop--;
    lines.push({ start, end, text: text.slice(start, stop) });
    start = end;
  }
  return lines;
}

/** How many lines of YAML front matter there are. */
function frontMatter(lines: readonly Line[]): number {
  if (lines[0]?.text.trimEnd() !== '---') return 0;
  const end = lines.findIndex((line, i) => i > 0 && line.text.trimEnd() === '---');
  return end > 0 && lines.slice(1, end).every(line => !isBlank(line)) ? end + 1 : 0;
}

function blockAt(lines: readonly Line[], at: number): [Block, number] {
  const line = lines[at]!;
  const span = (next: number) => ({ start: line.start, end: lines[next - 1]!.end });
  const opening = fence.exec(line.text);
  if (opening) {
    const mark = opening[1]!;
    let next = at + 1;
    while (next < lines.length && !closes(lines[next]!.text, mark)) next++;
    next = Math.min(lines.length, next + 1);
    return [{ kind: 'code', ...span(next) }, next];
  }
  const heading = atx.exec(line.text);
  if (heading)
    return [
      { kind: 'heading', level: heading[1]!.length, title: plainTitle(heading[2] ?? ''), ...span(at + 1) },
      at + 1,
    ];
  if (/^(?: {4}|\t)/.test(line.text)) {
    const next = advance(lines, at, one => /^(?: {4}|\t)/.test(one.text) || isBlank(one));
    return [{ kind: 'code', ...span(next) }, next];
  }
  if (isTable(lines, at)) {
    const next = advance(lines, at, one => one.text.includes('|'));
    return [{ kind: 'table', ...span(next), header: span(at + 2) }, next];
  }
  if (/^ {0,3}>/.test(line.text)) {
    const next = advance(lines, at, one => !isBlank(one) && !atx.test(one.text));
    return [{ kind: 'quote', ...span(next) }, next];
  }
  if (listItem.test(line.text)) {
    const next = advance(lines, at, (one, i) => listGoesOn(lines, one, i));
    return [{ kind: 'list', ...span(next) }, next];
  }
  let next = at + 1;
  while (next < lines.length && !endsParagraph(lines, next)) next++;
  const underline = setext.exec(lines[next]?.text ?? '');
  if (underline && next > at) {
    const title = lines.slice(at, next).map(one => one.text.trim());
    const level = underline[1]!.startsWith('=') ? 1 : 2;
    return [{ kind: 'heading', level, title: plainTitle(title.join(' ')), ...span(next + 1) }, next + 1];
  }
  return [{ kind: 'paragraph', ...span(next) }, next];
}

/** The first line from `at` + 1 on that does not belong to the block, with blank lines at its end given back. */
function advance(lines: readonly Line[], at: number, goesOn: (line: Line, index: number) => boolean): number {
  let next = at + 1;
  while (next < lines.length && goesOn(lines[next]!, next)) next++;
  while (next > at + 1 && isBlank(lines[next - 1])) next--;
  return next;
}

const closes = (text: string, mark: string): boolean => {
  const closing = fence.exec(text);
  return closing !== null && closing[1]!.startsWith(mark) && text.trim() === closing[1];
};

const isTable = (lines: readonly Line[], at: number): boolean => {
  const rule = lines[at + 1]?.text ?? '';
  return lines[at]!.text.includes('|') && rule.includes('|') && rule.includes('-') && tableRule.test(rule);
};

/** A list goes on over a blank line where the next line is indented or another item. */
function listGoesOn(lines: readonly Line[], line: Line, index: number): boolean {
  if (!isBlank(line)) return !(atx.test(line.text) || fence.test(line.text)) || /^\s/.test(line.text);
  let after = index;
  while (isBlank(lines[after])) after++;
  const following = lines[after]?.text;
  return following !== undefined && (/^(?: {2,}|\t)/.test(following) || listItem.test(following));
}

function endsParagraph(lines: readonly Line[], at: number): boolean {
  const line = lines[at]!;
  return (
    isBlank(line) ||
    atx.test(line.text) ||
    fence.test(line.text) ||
    /^ {0,3}>/.test(line.text) ||
    listItem.test(line.text) ||
    setext.test(line.text) ||
    isTable(lines, at)
  );
}

/** The words of a heading: links by their text, without marks of emphasis and code. */
function plainTitle(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|`)(.+?)\1/g, '$2')
    .trim();
}

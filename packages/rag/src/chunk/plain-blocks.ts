// The structure of plain text: paragraphs between blank lines.
import type { Block } from './document.ts';

/** Paragraphs of a text that has no other structure. Line ends may be LF or CRLF. */
export function plainBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0; ) {
    let next = at + 1;
    while (next < text.length && isBlank(text.charCodeAt(next))) next++;
    if (text.charCodeAt(next) === 0x0a) {
      if (at > start) blocks.push({ kind: 'paragraph', start, end: at + 1 });
      start = next + 1;
    }
    at = text.indexOf('\n', at + 1);
  }
  if (start < text.length) blocks.push({ kind: 'paragraph', start, end: text.length });
  return blocks;
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0d || code === 0x3000;

// Cuts markdown that still grows into parts that can be parsed alone: only the last of them changes.

/**
 * The parts, which joined are the text. A cut is made at an empty line that is followed by the beginning of a line without
 * indent, outside of fences and of formulas; a list stays whole, as its numbers and its looseness hang together.
 */
export function blocksOf(markdown: string): readonly string[] {
  const blocks: string[] = [];
  let block = '';
  let fence: string | undefined;
  let isList = false;
  let wasEmpty = false;
  for (const line of markdown.split(/(?<=\n)/)) {
    const mark = /^ {0,3}(`{3,}|~{3,}|\$\$)/.exec(line)?.[1];
    const item = /^ {0,3}(?:[-*+]|\d{1,9}[.)])\s/.test(line);
    const isIndented = /^\s/.test(line);
    if (fence === undefined && wasEmpty && !isIndented && !(isList && item)) {
      blocks.push(block);
      block = '';
      isList = false;
    }
    if (mark !== undefined && (fence === undefined || (mark[0] === fence[0] && mark.length >= fence.length)))
      fence = fence === undefined ? (mark === '$$' && line.trim().length > 2 ? undefined : mark) : undefined;
    if (item) isList = true;
    wasEmpty = line.trim() === '' && block.trim() !== '';
    block += line;
  }
  return block === '' ? blocks : [...blocks, block];
}

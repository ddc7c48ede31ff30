// A table as Markdown.

/** Rows as a Markdown table, the first as its header; rows that are too short are filled up. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const width = Math.max(0, ...rows.map(row => row.length));
  if (width === 0) return '';
  const line = (cells: readonly string[]): string =>
    `| ${Array.from({ length: width }, (_, i) => cell(cells[i] ?? '')).join(' | ')} |`;
  const [header = [], ...rest] = rows;
  return [line(header), `|${' --- |'.repeat(width)}`, ...rest.map(line)].join('\n');
}

/** Texts as cells: on one line, bars escaped. */
export const markdownCells = (texts: readonly string[]): string[] => texts.map(cell);

const cell = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().replaceAll('|', '\\|');

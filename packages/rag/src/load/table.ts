// Comma-separated and similar tables as Markdown, each row with the line it stands on.
import { parse } from 'csv-parse/sync';
import type { SourceDocument } from '../chunk/document.ts';
import { broken } from './broken-file.ts';
import { markdownTable } from './markdown-table.ts';
import { PlacedText } from './placed-text.ts';

/** The table in a text; the delimiter is the one that its first line has most of. */
export function readTable(id: string, source: string): SourceDocument {
  const [line = ''] = source.split(/\r?\n/, 1);
  const delimiter = [',', ';', '\t', '|'].reduce((a, b) => (line.split(b).length > line.split(a).length ? b : a));
  let rows: { readonly record: string[]; readonly info: { readonly lines: number } }[];
  try {
    const options = {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      info: true,
    } as const;
    rows = parse(source, options) as unknown as typeof rows;
  } catch (error) {
    throw broken('table', error);
  }
  const text = new PlacedText();
  const lines = markdownTable(rows.map(one => one.record)).split('\n');
  // What the parser tells is the line on which a row ends; it begins after the one before.
  let before = 0;
  for (const [i, { record, info }] of rows.entries()) {
    const inside = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
    text.place(`line ${Math.max(before + 1, info.lines - inside)}`).line(lines[i === 0 ? 0 : i + 1]!);
    if (i === 0) text.line(lines[1]!);
    before = info.lines;
  }
  return text.document(id);
}

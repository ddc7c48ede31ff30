// Excel workbooks as Markdown: a heading for each sheet, a table for each run of rows, the place of every row.
import type { SourceDocument } from '../chunk/document.ts';
import { broken, tooMuch } from './broken-file.ts';
import { markdownCells } from './markdown-table.ts';
import { mainPart, relationshipsOf } from './office-parts.ts';
import { PlacedText } from './placed-text.ts';
import { sheetComments } from './xlsx-comments.ts';
import { columnName, readSheet, type Sheet } from './xlsx-sheet.ts';
import { numberKinds } from './xlsx-values.ts';
import { childrenOf, find, readXml, xmlTree } from './xml.ts';
import { ZipParts } from './zip-parts.ts';

const what = 'Excel workbook';

/** The document in a workbook (`.xlsx`, `.xlsm`). Hidden sheets, charts and pictures are left out. */
export function readXlsx(id: string, bytes: Uint8Array): SourceDocument {
  const parts = ZipParts.read(bytes, what, name => /\.(?:xml|rels)$/i.test(name));
  const main = mainPart(parts, 'xl/workbook.xml');
  const workbook = xmlTree(parts.need(main, what));
  const relationships = relationshipsOf(parts, main);
  const shared = sharedStrings(parts.text(relationships.find(one => one.type === 'sharedStrings')?.part ?? ''));
  const kinds = numberKinds(parts.text(relationships.find(one => one.type === 'styles')?.part ?? ''));
  const from1904 = ['1', 'true'].includes(find(workbook, 'workbookPr')?.attributes.date1904 ?? '');
  const people = peopleOf(parts, relationships.find(one => one.type === 'person')?.part);
  const sheets = childrenOf(find(workbook, 'sheets'), 'sheet');
  if (sheets.length === 0) throw broken(what, new Error('it has no sheets'));
  const text = new PlacedText();
  let cells = 0;
  for (const { attributes } of sheets) {
    const found = relationships.find(one => one.id === idOf(attributes));
    const xml = found?.type === 'worksheet' ? parts.text(found.part) : undefined;
    if (!found || xml === undefined || (attributes.state ?? 'visible') !== 'visible') continue;
    const sheet = readSheet(xml, shared, kinds, from1904);
    cells += sheet.cells;
    if (cells > 4e6) throw tooMuch('more than 4,000,000 cells');
    const name = attributes.name ?? '';
    text.place(placeOf(name, 'A1')).block(`## ${markdownCells([name])[0]}`);
    writeSheet(text, name, sheet);
    for (const comment of sheetComments(parts, found.part, people))
      text.place(placeOf(name, comment.cell)).line(`- ${comment.cell}, ${comment.author}: ${comment.text}`);
    text.gap();
  }
  return text.document(id);
}

const idOf = (attributes: Readonly<Record<string, string>>): string | undefined =>
  Object.entries(attributes).find(([name]) => /(?:^|:)id$/.test(name) && name !== 'sheetId')?.[1];

/** A cell or a row as formulas name it. */
const placeOf = (sheet: string, cell: string): string =>
  `${/^[\p{L}_][\p{L}\p{N}_.]*$/u.test(sheet) ? sheet : `'${sheet.replaceAll("'", "''")}'`}!${cell}`;

function sharedStrings(xml: string | undefined): readonly string[] {
  const strings: string[] = [];
  let value = '';
  let inText = false;
  let phonetic = 0;
  readXml(xml ?? '', {
    open(name) {
      if (name === 'si') value = '';
      else if (name === 'rPh') phonetic++;
      inText = name === 't' && phonetic === 0;
    },
    text: part => {
      if (inText) value += part;
    },
    close(name) {
      inText = false;
      if (name === 'si') strings.push(value);
      else if (name === 'rPh') phonetic--;
    },
  });
  return strings;
}

function peopleOf(parts: ZipParts, part: string | undefined): ReadonlyMap<string, string> {
  const tree = xmlTree((part !== undefined && parts.text(part)) || '');
  return new Map(
    childrenOf(find(tree, 'personList'), 'person').map(one => [
      one.attributes.id ?? '',
      one.attributes.displayName ?? '',
    ]),
  );
}

function writeSheet(text: PlacedText, name: string, sheet: Sheet): void {
  const numbers = [...sheet.rows.keys()].sort((a, b) => a - b);
  for (let from = 0; from < numbers.length; ) {
    let to = from + 1;
    while (to < numbers.length && numbers[to] === numbers[to - 1]! + 1) to++;
    writeTable(text, name, sheet, numbers.slice(from, to));
    from = to;
  }
}

/** Rows without a gap between them: lines above a table by themselves, the rest as a table whose first row is its header. */
function writeTable(text: PlacedText, name: string, sheet: Sheet, numbers: readonly number[]): void {
  const used = new Set<number>();
  for (const number of numbers) for (const column of sheet.rows.get(number)!.keys()) used.add(column);
  const columns = [...used].sort((a, b) => a - b);
  const at = (number: number): string => {
    const first = Math.min(...sheet.rows.get(number)!.keys());
    return placeOf(name, `${columnName(first)}${number}`);
  };
  let top = 0;
  while (top < numbers.length && new Set(sheet.rows.get(numbers[top]!)!.values()).size === 1) {
    // One value, or one that is merged over the columns, is a title, unless the whole table is one column.
    if (columns.length === 1 && numbers.length > 1) break;
    text.place(at(numbers[top]!)).block(markdownCells([...sheet.rows.get(numbers[top]!)!.values()])[0]!);
    top++;
  }
  text.gap();
  for (let i = top; i < numbers.length; i++) {
    const row = sheet.rows.get(numbers[i]!)!;
    text.place(at(numbers[i]!));
    text.line(`| ${markdownCells(columns.map(column => row.get(column) ?? '')).join(' | ')} |`);
    if (i === top) text.line(`|${' --- |'.repeat(columns.length)}`);
  }
  text.gap();
}

// OpenDocument texts, sheets and presentations (ODF 1.3) as Markdown.
import { invalidInput } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import { tooMuch } from './broken-file.ts';
import { markdownTable } from './markdown-table.ts';
import { PlacedText } from './placed-text.ts';
import { columnName } from './xlsx-sheet.ts';
import { childrenOf, find, findAll, type XmlElement, xmlTree } from './xml.ts';
import { ZipParts } from './zip-parts.ts';

const what = 'OpenDocument file';
const maxCells = 2e6;

/** The document in an `.odt`, `.ods` or `.odp`. Pictures, and pages and sheets that are hidden by nothing but a style, are not told apart. */
export function readOdf(id: string, bytes: Uint8Array): SourceDocument {
  const parts = ZipParts.read(bytes, what, name => name === 'content.xml' || name === 'META-INF/manifest.xml');
  if (find(xmlTree(parts.text('META-INF/manifest.xml') ?? ''), 'encryption-data'))
    throw invalidInput('The OpenDocument file is protected by a password. Save it without one.');
  const body = find(xmlTree(parts.need('content.xml', what)), 'body');
  const text = new PlacedText();
  const sheets = childrenOf(childrenOf(body, 'spreadsheet')[0], 'table');
  const pages = childrenOf(childrenOf(body, 'presentation')[0], 'page');
  for (const sheet of sheets) writeSheet(text, sheet);
  for (const [i, page] of pages.entries()) {
    text.page().place(`slide ${i + 1}`);
    const frames = childrenOf(page).filter(one => one.name !== 'notes');
    const title = frames.find(one => one.attributes['presentation:class'] === 'title');
    const words = title ? oneLine(findAll(title, 'p').map(textOf).join(' ')) : '';
    text.block(`# ${words || i + 1}`);
    for (const frame of frames) if (frame !== title || words === '') writeBlocks(text, frame, 0);
    for (const notes of childrenOf(page, 'notes'))
      text.block(
        findAll(notes, 'p')
          .map(one => textOf(one))
          .filter(Boolean)
          .map(one => `> ${one}`)
          .join('\n'),
      );
  }
  if (sheets.length === 0 && pages.length === 0) writeBlocks(text, childrenOf(body, 'text')[0], 0);
  return text.document(id);
}

const oneLine = (text: string): string => text.replaceAll(/[ \t\n\r]+/g, ' ').trim();

/** The words of a paragraph: blanks and breaks are elements, notes and comments are not its own. */
function textOf(element: XmlElement): string {
  const words = (one: XmlElement | string): string => {
    if (typeof one === 'string') return one;
    if (['s', 'tab', 'line-break'].includes(one.name)) return ' ';
    return ['note', 'annotation', 'tracked-changes'].includes(one.name) ? '' : one.children.map(words).join('');
  };
  return oneLine(element.children.map(words).join(''));
}

function writeBlocks(text: PlacedText, element: XmlElement | undefined, depth: number): void {
  for (const one of childrenOf(element)) {
    if (one.name === 'h') {
      const level = Math.min(6, Math.max(1, Number(one.attributes['text:outline-level'] ?? 1)));
      if (textOf(one) !== '') text.block(`${'#'.repeat(level)} ${textOf(one)}`);
    } else if (one.name === 'p') {
      text.block(textOf(one));
      // What is anchored in a paragraph: frames with text of their own.
      for (const box of findAll(one, 'text-box')) writeBlocks(text, box, depth);
    } else if (one.name === 'list') {
      writeList(text, one, depth);
      if (depth === 0) text.gap();
    } else if (one.name === 'table') text.block(markdownTable(rowsOf(one).map(row => row.cells)));
    else if (!['tracked-changes', 'annotation', 'sequence-decls', 'forms'].includes(one.name))
      writeBlocks(text, one, depth);
  }
}

function writeList(text: PlacedText, list: XmlElement, depth: number): void {
  for (const item of childrenOf(list)) {
    const words = childrenOf(item)
      .filter(one => one.name === 'p' || one.name === 'h')
      .map(textOf)
      .filter(Boolean)
      .join(' ');
    if (words !== '') text.line(`${'    '.repeat(Math.min(depth, 8))}- ${words}`);
    for (const inner of childrenOf(item, 'list')) writeList(text, inner, depth + 1);
  }
}

interface Row {
  /** From 1. */
  readonly number: number;
  readonly cells: readonly string[];
}

/** Rows that have words; repeated cells and rows are written out only where they have some. */
function rowsOf(table: XmlElement): Row[] {
  const rows: Row[] = [];
  let number = 1;
  let cells = 0;
  for (const row of tableRows(table)) {
    const values: string[] = [];
    for (const cell of childrenOf(row)) {
      if (cell.name !== 'table-cell' && cell.name !== 'covered-table-cell') continue;
      const words = findAll(cell, 'p').map(textOf).filter(Boolean).join(' ');
      const times = Number(cell.attributes['table:number-columns-repeated'] ?? 1);
      for (let i = 0; i < Math.min(times, words === '' ? 64 : 16_384); i++) values.push(words);
    }
    while (values.at(-1) === '') values.pop();
    const times = Number(row.attributes['table:number-rows-repeated'] ?? 1);
    for (let i = 0; i < times && values.length > 0; i++) {
      cells += values.length;
      if (cells > maxCells) throw tooMuch(`more than ${maxCells} cells in a table`);
      rows.push({ number: number + i, cells: values });
    }
    number += times;
  }
  return rows;
}

const tableRows = (element: XmlElement): XmlElement[] =>
  childrenOf(element).flatMap(one => {
    if (one.name === 'table-row') return [one];
    return /^table-(?:header-)?rows$|^table-row-group$/.test(one.name) ? tableRows(one) : [];
  });

function writeSheet(text: PlacedText, sheet: XmlElement): void {
  const name = sheet.attributes['table:name'] ?? '';
  text.place(`${name}!A1`).block(`## ${oneLine(name)}`);
  const rows = rowsOf(sheet);
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    while (to < rows.length && rows[to]!.number === rows[to - 1]!.number + 1) to++;
    const run = rows.slice(from, to);
    const isTitle = run[0]!.cells.filter(Boolean).length === 1 && (run.length === 1 || run[1]!.cells.length > 1);
    if (isTitle) text.place(placeOf(name, run[0]!)).block(run[0]!.cells.filter(Boolean)[0]!);
    const table = isTitle ? run.slice(1) : run;
    const lines = markdownTable(table.map(row => row.cells)).split('\n');
    for (const [i, row] of table.entries()) {
      text.place(placeOf(name, row)).line(lines[i === 0 ? 0 : i + 1]!);
      if (i === 0) text.line(lines[1]!);
    }
    text.gap();
    from = to;
  }
}

const placeOf = (name: string, { number, cells }: Row): string =>
  `${name}!${columnName(1 + cells.findIndex(Boolean))}${number}`;

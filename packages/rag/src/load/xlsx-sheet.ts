// The cells of a worksheet, read in one pass (ECMA-376, part 1, 18.3).
import { tooMuch } from './broken-file.ts';
import { type NumberKind, numberText } from './xlsx-values.ts';
import { readXml } from './xml.ts';

/** A sheet: its rows by number from 1, their cells by column from 1; empty cells and rows are left out. */
export interface Sheet {
  readonly rows: ReadonlyMap<number, ReadonlyMap<number, string>>;
  readonly cells: number;
}

const maxCells = 2e6;
const maxRows = 1_048_576;
const maxColumns = 16_384;

export function readSheet(
  xml: string,
  shared: readonly string[],
  kinds: readonly NumberKind[],
  from1904: boolean,
): Sheet {
  const rows = new Map<number, Map<number, string>>();
  const merges: string[] = [];
  let cells = 0;
  let row = 0;
  let column = 0;
  let type = 'n';
  let style = 0;
  let value = '';
  let inValue = false;
  let phonetic = 0;
  const put = (r: number, c: number, text: string): void => {
    if (text.trim() === '') return;
    if (++cells > maxCells) throw tooMuch(`more than ${maxCells} cells in a sheet`);
    const line = rows.get(r);
    if (line) line.set(c, text);
    else rows.set(r, new Map([[c, text]]));
  };
  readXml(xml, {
    open(name, attributes) {
      inValue = false;
      if (name === 'row') {
        row = Number(attributes.r ?? row + 1);
        column = 0;
      } else if (name === 'c') {
        const place = cellOf(attributes.r);
        if (place) [row, column] = place;
        else column++;
        type = attributes.t ?? 'n';
        style = Number(attributes.s ?? 0);
        value = '';
      } else if (name === 'rPh') phonetic++;
      else if (name === 'v' || (name === 't' && phonetic === 0)) inValue = true;
      else if (name === 'mergeCell' && attributes.ref) merges.push(attributes.ref);
    },
    text: part => {
      if (inValue) value += part;
    },
    close(name) {
      inValue = false;
      if (name === 'rPh') phonetic--;
      if (name !== 'c' || !(row >= 1 && row <= maxRows && column >= 1 && column <= maxColumns)) return;
      if (type === 's') put(row, column, shared[Number(value)] ?? '');
      else if (type === 'b') put(row, column, value === '1' ? 'TRUE' : 'FALSE');
      else if (type === 'n') put(row, column, numberText(value, kinds[style] ?? 'number', from1904));
      else put(row, column, value);
    },
  });
  spread(rows, merges, put);
  return { rows, cells };
}

/** A value over merged cells stands in each of them that lies within the rows and columns in use. */
function spread(
  rows: ReadonlyMap<number, ReadonlyMap<number, string>>,
  merges: readonly string[],
  put: (row: number, column: number, text: string) => void,
): void {
  const used = [...rows.keys()].sort((a, b) => a - b);
  let width = 0;
  for (const row of rows.values()) for (const column of row.keys()) width = Math.max(width, column);
  for (const merge of merges) {
    const [from, to] = merge.split(':').map(cellOf);
    const value = from && rows.get(from[0])?.get(from[1]);
    if (!from || !to || value === undefined) continue;
    for (const row of used) {
      if (row < from[0] || row > to[0]) continue;
      for (let column = from[1]; column <= Math.min(to[1], width); column++)
        if (row !== from[0] || column !== from[1]) put(row, column, value);
    }
  }
}

/** Row and column of `B12`: 12 and 2. */
function cellOf(reference: string | undefined): readonly [row: number, column: number] | undefined {
  const match = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/i.exec(reference ?? '');
  if (!match) return undefined;
  let column = 0;
  for (const letter of match[1]!.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return [Number(match[2]), column];
}

/** The letters of a column from 1: `A`, `Z`, `AA`. */
export function columnName(column: number): string {
  const rest = Math.floor((column - 1) / 26);
  return (rest > 0 ? columnName(rest) : '') + String.fromCharCode(65 + ((column - 1) % 26));
}

// The values of cells as a person reads them: numbers, days and times, percentages (ECMA-376, part 1, 18.8.30).
import { childrenOf, find, xmlTree } from './xml.ts';

/** How a number is shown. */
export type NumberKind = 'number' | 'date' | 'percent';

/** What each cell style (`s` of a cell) makes of a number. */
export function numberKinds(styles: string | undefined): readonly NumberKind[] {
  if (styles === undefined) return [];
  const tree = xmlTree(styles);
  const custom = new Map(
    childrenOf(find(tree, 'numFmts'), 'numFmt').map(one => [
      Number(one.attributes.numFmtId),
      one.attributes.formatCode ?? '',
    ]),
  );
  return childrenOf(find(tree, 'cellXfs'), 'xf').map(one => {
    const id = Number(one.attributes.numFmtId);
    return custom.has(id) ? kindOfCode(custom.get(id)!) : kindOfId(id);
  });
}

function kindOfId(id: number): NumberKind {
  if (id === 9 || id === 10) return 'percent';
  const isDate = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
  return isDate ? 'date' : 'number';
}

function kindOfCode(code: string): NumberKind {
  const bare = code.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?![hms]+\])[^\]]*\]/gi, '');
  if (/[ymdhs]/i.test(bare) && !/general/i.test(bare)) return 'date';
  return bare.includes('%') ? 'percent' : 'number';
}

/** A stored number as text: days as ISO 8601, percentages with their sign, others with the 15 digits that a sheet keeps. */
export function numberText(stored: string, kind: NumberKind, from1904: boolean): string {
  const value = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(value)) return stored;
  if (kind === 'percent') return `${tidy(value * 100)}%`;
  if (kind === 'date' && value >= 0 && value < 2_958_466) return dateText(value, from1904);
  return tidy(value);
}

const tidy = (value: number): string => String(Number(value.toPrecision(15)));

function dateText(serial: number, from1904: boolean): string {
  // Day 60 of the 1900 system is a 29th of February that never was.
  const days = from1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
  const [day = '', time = ''] = new Date(Math.round((days - 25_569) * 86_400) * 1000).toISOString().split(/T|\.000Z/);
  if (serial < 1 && !from1904) return time;
  return time === '00:00:00' ? day : `${day}T${time}`;
}

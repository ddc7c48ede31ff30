// A header's cells as column names: every column gets a name of its own.
import { type DataWarning, dataWarning } from './data-warning.ts';

/** Trims the names of a header; a column without a name or with one that stands before gets one with its position. */
export function nameColumns(header: readonly string[]): { columns: string[]; warnings: DataWarning[] } {
  const given = header.map(cell => cell.trim());
  const columns: string[] = [];
  const taken = new Set<string>();
  const reserved = new Set(given);
  const renamed: string[] = [];
  given.forEach((name, index) => {
    let own = name;
    if (name === '' || name === '__proto__' || taken.has(name)) {
      const base = name === '' || name === '__proto__' ? 'column' : name;
      let number = name === '' || name === '__proto__' ? index + 1 : 2;
      while (reserved.has(`${base}_${number}`) || taken.has(`${base}_${number}`)) number++;
      own = `${base}_${number}`;
      renamed.push(own);
    }
    taken.add(own);
    columns.push(own);
  });
  const warnings =
    renamed.length === 0
      ? []
      : [dataWarning({ code: 'columns-renamed', count: renamed.length, names: renamed, lines: [] })];
  return { columns, warnings };
}

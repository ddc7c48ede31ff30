// A small CSV reader for the benchmarks and tests of this package (RFC 4180).
import { readFileSync } from 'node:fs';

/** The rows of a CSV file as objects, keyed by the first row. */
export function readCsv(file: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  const content = readFileSync(file, 'utf8').trimEnd();
  while (cells.lastIndex < content.length) {
    const match = cells.exec(content);
    if (!match) throw new Error(`${file} is no CSV file near character ${cells.lastIndex}`);
    rows.at(-1)!.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3]!.endsWith('\n')) rows.push([]);
  }
  const [header = [], ...body] = rows;
  return body.map(row => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])));
}

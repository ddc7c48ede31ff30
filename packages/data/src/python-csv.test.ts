// Python's csv module and codecs as the outside judge (oracles/data/make_csv_cases.py).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeText } from './decode-text.ts';
import { detectDelimiter } from './detect-delimiter.ts';
import { parseTable } from './parse-table.ts';
import { readRecords } from './read-records.ts';

interface Case {
  readonly name: string;
  readonly bytes: string;
  readonly delimiter: string;
  readonly encoding: string;
  readonly rows: readonly (readonly string[])[];
}
const file = new URL('../fixtures/csv-cases.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[];

it('has cases', () => expect(cases.length).toBeGreaterThan(25));

describe.each(cases)('$name', ({ bytes, delimiter, encoding, rows }) => {
  const content = Uint8Array.from(Buffer.from(bytes, 'base64'));

  it('is decoded in the right encoding, split at the right delimiter, and reads as in Python', () => {
    const decoded = decodeText(content, 'case');
    expect(decoded.encoding).toBe(encoding);
    expect(detectDelimiter(decoded.text)).toBe(delimiter);
    expect([...readRecords(decoded.text, { delimiter })].map(record => record.fields)).toEqual(rows);
  });

  it('gives the same table', () => {
    const table = parseTable({ name: 'case.csv', bytes: content });
    const [header, ...body] = rows.filter(row => row.some(cell => cell !== ''));
    expect(table.columns).toEqual(header);
    expect(table.rows.map(row => table.columns.map(column => row.values[column]))).toEqual(body);
    expect(table).toMatchObject({ encoding, delimiter, format: delimiter === '\t' ? 'tsv' : 'csv' });
  });
});

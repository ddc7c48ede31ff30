import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectDelimiter, knownDelimiters } from './detect-delimiter.ts';
import { readRecords } from './read-records.ts';

const read = (text: string, delimiter = ',') => [...readRecords(text, { delimiter })];
const fieldsOf = (text: string, delimiter = ',') => read(text, delimiter).map(record => record.fields);

/** Writes as RFC 4180 says: a field with a delimiter, quote or line break is quoted, as is a lone empty one. */
function write(rows: readonly (readonly string[])[], delimiter: string, lineEnd: string): string {
  const cell = (text: string, alone: boolean): string =>
    text.includes(delimiter) || /["\r\n]/.test(text) || (alone && text === '')
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  return rows.map(row => row.map(text => cell(text, row.length === 1)).join(delimiter) + lineEnd).join('');
}

const field = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\t', '|', '\n', '\r', ' ', '好', '“', '😀', '\ufeff') }),
  fc.string({ unit: 'grapheme' }),
);
const rows = fc
  .integer({ min: 1, max: 4 })
  .chain(width => fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }));

describe('readRecords', () => {
  it.each(knownDelimiters)('reads back what was written with %j', delimiter => {
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n', '\r'), (table, lineEnd) => {
        expect(fieldsOf(write(table, delimiter, lineEnd), delimiter)).toEqual(table);
      }),
      { numRuns: 300 },
    );
  });

  it('reads as csv-parse does, and gives its line numbers', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (table, lineEnd) => {
        const text = write(table, ',', lineEnd);
        // csv-parse may drop a byte order mark that starts the text, which here comes off before.
        fc.pre(!text.startsWith('\ufeff'));
        const ours = read(text);
        const theirs = parse(text, { info: true, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] });
        const parsed = theirs as unknown as { record: string[]; info: { lines: number } }[];
        expect(ours.map(record => record.fields)).toEqual(parsed.map(({ record }) => record));
        if (!/[\r\n]/.test(table.flat().join(''))) {
          expect(ours.map(record => record.line)).toEqual(parsed.map(({ info }) => info.lines));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives the line on which each record starts, as an editor counts them', () => {
    const text = 'text,label\r\n"一\r\n二\n三\r四",a\n\nb,c\r"",d';
    expect(read(text).map(record => [record.line, record.fields.length])).toEqual([
      [1, 2],
      [2, 2],
      [6, 0],
      [7, 2],
      [8, 2],
    ]);
  });

  it('ends the last field of a line that ends in the delimiter', () => {
    expect(fieldsOf('a,b\n,\nc,')).toEqual([
      ['a', 'b'],
      ['', ''],
      ['c', ''],
    ]);
    expect(fieldsOf('')).toEqual([]);
  });

  it('names the line where a quote was opened and never closed', () => {
    expect(() => read('text,label\nx,a\n"never closed,b\ny,c\n')).toThrow(/quote opened on line 3 is never closed/);
    expect(() => read('text,label\n"never closed,b\ny,c\n"z",d\n')).toThrow(/quote opened on line 2 ends on line 4/);
  });

  it('keeps quotes inside a field and characters after a closing quote', () => {
    const [first, second] = read('5" disk,"a"b\nx,"c""d"\n');
    expect(first).toMatchObject({ fields: ['5" disk', 'ab'], strayQuote: true });
    expect(second).toMatchObject({ fields: ['x', 'c"d'], strayQuote: false });
  });

  it('refuses a delimiter that cannot be one', () => {
    for (const delimiter of ['', '"', '\n', ', ']) expect(() => read('a', delimiter)).toThrow(/one character/);
  });
});

describe('detectDelimiter', () => {
  it.each(knownDelimiters)('finds %j in tables whose texts hold all the others', delimiter => {
    const texts = ['是的,请;现在|吗\t好', 'yes, please; now', 'a|b|c', 'plain', '"quoted", he said'];
    const table = [['text', 'label'], ...texts.map((text, i) => [text, `label ${i % 2}`])];
    expect(detectDelimiter(write(table, delimiter, '\n'))).toBe(delimiter);
  });

  it('takes what Excel writes on the first line, and the comma for one column', () => {
    expect(detectDelimiter('sep=;\r\na,b;c\r\n1,2;3\r\n')).toBe(';');
    expect(detectDelimiter('text\n你好\n')).toBe(',');
  });

  it('does not read a long file to its end', () => {
    const text = `a;b\n${'x, y;1\n'.repeat(2_000_000)}`;
    const start = performance.now();
    expect(detectDelimiter(text)).toBe(';');
    expect(performance.now() - start).toBeLessThan(500);
  });
});

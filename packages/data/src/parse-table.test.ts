import { ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { parseTable, type ReadTableOptions } from './parse-table.ts';
import { commandLineNames } from './setting-names.ts';

const table = (text: string, name = 'a.csv', options: ReadTableOptions = {}) =>
  parseTable({ name, bytes: new TextEncoder().encode(text) }, options);
const bytes = (hex: string, filler = 'x'.repeat(100)) =>
  Uint8Array.from([...Buffer.from(hex.replaceAll(' ', ''), 'hex'), ...new TextEncoder().encode(filler)]);

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!ModeshiftError.is(error, 'invalid-input')) throw error;
    expect(error.message).not.toContain('\n');
    return error.message;
  }
  throw new Error('nothing was thrown');
}

describe('delimited text', () => {
  it('keeps columns in order and the line of every row', () => {
    const read = table('text,label,类别\n你好,a,问候\n\n"再\n见",b,告别\n');
    expect(read).toMatchObject({
      columns: ['text', 'label', '类别'],
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ',',
    });
    expect(read.rows).toEqual([
      { line: 2, values: { text: '你好', label: 'a', 类别: '问候' } },
      { line: 4, values: { text: '再\n见', label: 'b', 类别: '告别' } },
    ]);
    expect(read.warnings).toEqual([]);
  });

  it('skips ragged rows and tells their lines', () => {
    const good = Array.from({ length: 30 }, (_, i) => `text ${i},a\n`).join('');
    const read = table(`text,label\nx,a,more\nonly\n${good}`);
    expect(read.rows.length).toBe(30);
    expect(read.warnings).toMatchObject([{ code: 'ragged-rows', count: 2, lines: [2, 3], source: 'a.csv' }]);
    expect(read.warnings[0]!.message).toBe(
      'a.csv: 2 rows have more or fewer fields than the header and were skipped. Lines 2, 3.',
    );
  });

  it('fails when too many rows are ragged, and says what to change', () => {
    const text = 'text,label\nHello, world,a\nplain,b\n';
    expect(messageOf(() => table(text, 'a.csv', { settingNames: commandLineNames }))).toBe(
      'a.csv has 1 row of 2 without the header\'s 2 fields (lines 2; line 2 has 3). Quote fields that contain the delimiter ",", or set another with --delimiter.',
    );
    expect(table(text, 'a.csv', { maxRaggedShare: 0.5 }).rows.length).toBe(1);
  });

  it('takes empty columns at the end for what spreadsheets write, not for ragged rows', () => {
    const read = table('text,label,,\n你好,a,,\n再见,b\n,,,\nx,c, ,\n');
    expect(read.columns).toEqual(['text', 'label']);
    expect(read.rows.map(row => row.line)).toEqual([2, 3, 5]);
    expect(read.warnings).toEqual([]);
  });

  it('gives every column a name of its own', () => {
    const read = table(',text,text,text_2,__proto__\n0,a,b,c,d\n');
    expect(read.columns).toEqual(['column_1', 'text', 'text_3', 'text_2', 'column_5']);
    expect(read.rows[0]!.values).toEqual({ column_1: '0', text: 'a', text_3: 'b', text_2: 'c', column_5: 'd' });
    expect(read.warnings).toMatchObject([
      { code: 'columns-renamed', count: 3, names: ['column_1', 'text_3', 'column_5'] },
    ]);
  });

  it('reads a tab-separated file whose quotes do not pair up as one without quoting', () => {
    const read = table('text\tlabel\n"Hello he said\ta\n太好了\tb\n', 'a.tsv');
    expect(read.rows.map(row => row.values.text)).toEqual(['"Hello he said', '太好了']);
    expect(read.warnings).toMatchObject([{ code: 'quotes-literal' }]);
  });

  it('reads a file that starts with sep=', () => {
    const read = table('\ufeffsep=;\r\ntext;label\r\n你好;a\r\n');
    expect(read.columns).toEqual(['text', 'label']);
    expect(read.rows[0]).toMatchObject({ line: 3, values: { text: '你好' } });
  });

  it('says where a quote is missing', () => {
    expect(messageOf(() => table('text,label\nx,a\n"y,b\n'))).toBe(
      'a.csv: The quote opened on line 3 is never closed. Close it, or write it twice inside a quoted field.',
    );
  });
});

describe('content that is no table', () => {
  it.each([
    [
      '504b0304',
      'xl/workbook.xml',
      'a.xlsx is an Excel file, not a table of text. Save the sheet as "CSV UTF-8" and give that file.',
    ],
    ['504b0304', 'word/document.xml', 'a.xlsx is a Word file, '],
    ['504b0304', 'something', 'a.xlsx is an Excel file, '],
    ['d0cf11e0a1b11ae1', '', 'a.xlsx is an old Office file (.xls or .doc), '],
    ['255044462d', '', 'a.xlsx is a PDF, '],
    ['89504e470d0a1a0a', '', 'a.xlsx is a PNG image, '],
    ['1f8b08', '', 'a.xlsx is gzip-compressed, '],
    ['50415231', '', 'a.xlsx is a Parquet file, '],
    ['', '<!DOCTYPE html><html>', 'a.xlsx is a web page, '],
    ['', 'version https://git-lfs.github.com/spec/v1\n', 'a.xlsx is a Git LFS pointer, '],
    ['0001000200ff', '\0\0\0\0', 'a.xlsx is a binary file, '],
  ])('refuses %j %j', (hex, filler, message) => {
    expect(messageOf(() => parseTable({ name: 'a.xlsx', bytes: bytes(hex, filler) }))).toContain(message);
  });

  it('refuses what is empty or only a header', () => {
    for (const text of ['', ' \n\r\n', '\ufeff', ',,\n,,\n'])
      expect(messageOf(() => table(text))).toMatch(/^a\.csv is empty/);
    expect(messageOf(() => table('text,label\n\n'))).toBe(
      'a.csv has a header (text, label) but no rows. Add rows below it.',
    );
    expect(messageOf(() => table('[]', 'a.json'))).toMatch(/no rows/);
  });

  it('refuses an unknown encoding', () => {
    expect(messageOf(() => table('a,b\n1,2\n', 'a.csv', { encoding: 'utf-9' }))).toMatch(/no encoding "utf-9"/);
  });
});

describe('encodings', () => {
  it('warns when it had to guess, and not when it was told', () => {
    const gbk = bytes('ceC4b1be2cc0e0b1f00a c4e3bac32c610a d4d9bcfb2c620a', '');
    const read = parseTable({ name: 'a.csv', bytes: gbk });
    expect(read).toMatchObject({ encoding: 'gb18030', columns: ['文本', '类别'] });
    expect(read.warnings).toMatchObject([{ code: 'encoding-guessed', names: ['GB18030'] }]);
    expect(parseTable({ name: 'a.csv', bytes: gbk }, { encoding: 'gbk' }).warnings).toEqual([]);
  });

  it('reads UTF-8 with a broken character as UTF-8 and tells the line', () => {
    const text = new TextEncoder().encode(`text,label\n${'这是一个很长的中文句子,\n'.repeat(40)}`);
    text[14] = 0xff;
    const read = parseTable({ name: 'a.csv', bytes: text });
    expect(read.encoding).toBe('utf-8');
    expect(read.warnings).toMatchObject([{ code: 'undecodable-bytes', lines: [2] }]);
  });
});

describe('JSON', () => {
  it('reads JSON Lines with nested fields and keeps line numbers', () => {
    const read = table(
      '{"message":{"text":"你好"},"label":1}\r\n\n{"message":{"text":"再见"},"label":2,"x":null}\n',
      'a.jsonl',
    );
    expect(read).toMatchObject({ format: 'jsonl', columns: ['message.text', 'label', 'x'], delimiter: undefined });
    expect(read.rows.map(row => row.line)).toEqual([1, 3]);
  });

  it('names the wrong line', () => {
    expect(messageOf(() => table('{"a":1}\n{"a":2,}\n', 'a.jsonl'))).toMatch(/^a\.jsonl: line 2 is not valid JSON: /);
    expect(messageOf(() => table('{"a":1}\n[1]\n', 'a.jsonl'))).toMatch(/line 2 is a list, not a JSON object/);
    expect(messageOf(() => table('[{"a":1},\n2]', 'a.json'))).toMatch(/item 2 \(line 2\) is a number/);
    expect(messageOf(() => table('[{"a":1},\n', 'a.json'))).toMatch(/^a\.json is not valid JSON/);
    expect(messageOf(() => table('{"a":1}', 'a.json'))).toMatch(/without a list of rows/);
  });

  it('reads an array, with the line of each object', () => {
    const text = '[\n  {"text": "a]}\\"", "n": [1, {"b": 2}]},\n\n  {\n "text": "好"},{"text": "c"}\n]';
    expect(table(text, 'a.json').rows.map(row => row.line)).toEqual([2, 4, 5]);
    expect(table(text, 'a.txt').format).toBe('json');
  });

  it('reads an object that holds the rows', () => {
    const text = '{"version": [1, 2], "info": {"data": [3]},\n "data":\n [{"text": "a"},\n {"text": "b"}]}';
    expect(table(text, 'a.json').rows).toEqual([
      { line: 3, values: { text: 'a' } },
      { line: 4, values: { text: 'b' } },
    ]);
  });

  it('knows JSON Lines named .json, and a CSV whose text starts with a brace', () => {
    expect(table('{"m":[{"a":1},{"a":2}]}\n{"m":[]}\n', 'a.json').format).toBe('jsonl');
    expect(table('{text},label\na,b\n', 'a.csv').columns).toEqual(['{text}', 'label']);
  });
});

import { describe, expect, it } from 'vitest';
import { parseTable } from './parse-table.ts';
import { readExamples } from './read-examples.ts';
import { commandLineNames as settingNames } from './setting-names.ts';

const csv = (text: string) => parseTable({ name: 'a.csv', bytes: text });
const jsonl = (...rows: unknown[]) =>
  parseTable({ name: 'a.jsonl', bytes: rows.map(row => JSON.stringify(row)).join('\n') });

describe('readExamples', () => {
  it('trims labels, keeps texts, drops and counts what is empty', () => {
    const table = csv('text,label\n 你好 ,"  问候\n"\n,a\n   ,a\nx,\n"y",  \n');
    const { examples, warnings } = readExamples({ table, input: 'text', label: 'label' });
    expect(examples).toEqual([{ text: ' 你好 ', label: '问候', line: 2 }]);
    expect(warnings).toMatchObject([
      { code: 'empty-text', count: 2, lines: [4, 5] },
      { code: 'empty-label', count: 2, lines: [6, 7] },
    ]);
  });

  it('takes nested fields, numbers and booleans; null and missing are empty', () => {
    const table = jsonl({ m: { t: 7 }, l: true }, { m: { t: null }, l: false }, { l: 1 }, { m: { t: 'x' }, l: 0 });
    const { examples, warnings } = readExamples({ table, input: 'm.t', label: 'l' });
    expect(examples).toEqual([
      { text: '7', label: 'true', line: 1 },
      { text: 'x', label: '0', line: 4 },
    ]);
    expect(warnings).toMatchObject([{ code: 'empty-text', count: 2, lines: [2, 3] }]);
    const chat = jsonl({ messages: [{ content: '你好' }], label: 'a' });
    expect(readExamples({ table: chat, input: 'messages.0.content', label: 'label' }).examples[0]!.text).toBe('你好');
  });

  it('says which columns there are and which was meant', () => {
    const table = csv('text,category\nx,a\n');
    const wrong =
      (input: string, label = 'category', names = settingNames) =>
      () =>
        readExamples({ table, input, label, settingNames: names });
    expect(wrong('tex')).toThrow('There is no column "tex" in a.csv. Columns: text, category. Use --input text.');
    expect(wrong('Text')).toThrow('Use --input text.');
    expect(wrong('text', 'label')).toThrow('Columns: text, category. Use one of them with --label.');
    expect(() => readExamples({ table, input: 'txet', label: 'category' })).toThrow('Use input: "text".');
    expect(wrong('category', 'category')).toThrow('--input category and --label category are the same column');
    expect(wrong('constructor')).toThrow('There is no column "constructor"');
  });

  it('says so when the header is missing', () => {
    const table = csv('我的卡呢,card\n密码忘了,password\n卡没到,card\n');
    expect(() => readExamples({ table, input: 'text', label: 'label' })).toThrow(
      'Columns: 我的卡呢, card. The first line looks like data: put a header line such as text,label above it.',
    );
  });

  it('refuses lists and objects, and names a field in them', () => {
    const table = jsonl({ t: { en: 'a' }, l: ['x'] });
    expect(() => readExamples({ table, input: 't', label: 'l' })).toThrow(/holds an object on line 1.*"t\.en"/);
    expect(() => readExamples({ table, input: 't.en', label: 'l' })).toThrow(/holds a list on line 1.*"l\.0"/);
  });

  it('fails when nothing is left', () => {
    const table = csv('text,label,id\nx,,1\ny,,2\n');
    expect(() => readExamples({ table, input: 'text', label: 'label' })).toThrow(/column "label" is empty/);
  });
});

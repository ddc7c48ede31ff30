// Files as they are found in the world, where the shared data folder is present.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareExamples } from './prepare-examples.ts';
import { readExamples } from './read-examples.ts';
import { readTable } from './read-table.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
const data = process.env.MODESHIFT_DATA ?? resolve(root, '..', 'shared', 'data');
const has = (folder: string): boolean => {
  if (existsSync(join(data, folder))) return true;
  console.log(`skipped: there is no ${folder} in the data folder (set MODESHIFT_DATA)`);
  return false;
};

describe.skipIf(!has('banking77'))('banking77', () => {
  const load = async (part: string) => {
    const table = await readTable(join(data, 'banking77', `${part}.csv`));
    expect(table.warnings).toEqual([]);
    return readExamples({ table, input: 'text', label: 'category' }).examples;
  };

  it('has the counts of its card, and the repeated and leaked texts that Python finds', async () => {
    const train = await load('train');
    const test = await load('test');
    const prepared = prepareExamples({ train, test });
    expect([train.length, test.length, prepared.labels.length]).toEqual([10003, 3080, 77]);
    const names = JSON.parse(readFileSync(join(data, 'banking77', 'categories.json'), 'utf8')) as string[];
    expect(prepared.labels).toEqual([...names].sort());
    // python3 oracles/data/count_repeats.py
    expect(prepared.warnings.map(({ code, count, source }) => [code, count, source])).toEqual([
      ['leaks', 7, 'train'],
      ['duplicate-texts', 4, 'train'],
      ['duplicate-texts', 1, 'test'],
    ]);
    expect(prepared.train.length).toBe(10003 - 7);
  });

  it('splits with every label on both sides', async () => {
    const { train, test } = prepareExamples({ train: await load('train'), split: 0.8 });
    expect(train.length + test.length).toBe(10003);
    expect(Math.abs(test.length - 2001)).toBeLessThanOrEqual(5);
    expect(new Set(test.map(example => example.label)).size).toBe(77);
  });
});

describe.skipIf(!has('docs_docling'))('docling’s CSV files', () => {
  const sources = join(data, 'docs_docling', 'csv', 'sources');
  it.each(['comma', 'semicolon', 'tab', 'pipe'])('csv-%s gives the table of its ground truth', async name => {
    const table = await readTable(join(sources, `csv-${name}.csv`));
    const markdown = readFileSync(join(data, 'docs_docling', 'csv', 'groundtruth', `csv-${name}.csv.md`), 'utf8');
    const expected = markdown
      .trim()
      .split('\n')
      .filter((_, line) => line !== 1)
      .map(line =>
        line
          .slice(1, -1)
          .split('|')
          .map(cell => cell.trim().replaceAll('&#124;', '|')),
      );
    expect([table.columns, ...table.rows.map(row => Object.values(row.values))]).toEqual(expected);
    expect(table.warnings).toEqual([]);
  });

  it.each(['too-few-columns', 'too-many-columns'])('csv-%s: the ragged row is named', async name => {
    const path = join(sources, `csv-${name}.csv`);
    await expect(readTable(path)).rejects.toThrow(
      /1 row of 4 without the header's 4 fields \(lines 3; line 3 has [35]\)/,
    );
    const table = await readTable(path, { maxRaggedShare: 0.25 });
    expect(table.rows.map(row => row.line)).toEqual([2, 4, 5]);
  });

  it('refuses the office and PDF files beside them by name of what they are', async () => {
    const { globSync } = await import('node:fs');
    for (const [folder, what] of [
      ['xlsx', 'an Excel file'],
      ['docx', 'a Word file'],
      ['pdf', 'a PDF'],
      ['xls', 'an old Office file'],
    ] as const) {
      const files = globSync(`docs_docling/${folder}/sources/*.${folder}`, { cwd: data });
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) await expect(readTable(join(data, file))).rejects.toThrow(`is ${what}`);
    }
  });
});

describe.skipIf(!has('gsm8k'))('gsm8k', () => {
  it('reads 7473 JSON lines', async () => {
    const table = await readTable(join(data, 'gsm8k', 'train.jsonl'));
    expect([table.rows.length, table.columns, table.format]).toEqual([7473, ['question', 'answer'], 'jsonl']);
  });
});

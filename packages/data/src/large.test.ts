// 100,000 rows from bytes to a task, in time that grows with the rows and not faster.
import { expect, it } from 'vitest';
import { classificationTask } from './classification-task.ts';
import { parseTable } from './parse-table.ts';
import { prepareExamples } from './prepare-examples.ts';
import { readExamples } from './read-examples.ts';

const encoder = new TextEncoder();

function file(rows: number): Uint8Array {
  let text = 'text,label\n';
  for (let i = 0; i < rows; i++) {
    text += i % 4 ? `Where is my card number ${i} please` : `"第 ${i} 条留言,""加急""\n请尽快处理"`;
    text += `,label_${i % 77}\n`;
  }
  return encoder.encode(text);
}

function work(bytes: Uint8Array): { ms: number; train: number; test: number; rows: number } {
  const start = performance.now();
  const table = parseTable({ name: 'large.csv', bytes });
  const { examples } = readExamples({ table, input: 'text', label: 'label' });
  const { train, test, labels } = prepareExamples({ train: examples });
  const task = classificationTask({ name: 'large', train, test, labels });
  return { ms: performance.now() - start, train: task.train.length, test: task.test.length, rows: table.rows.length };
}

it('takes 100,000 rows without trouble', () => {
  const small = file(20_000);
  const large = file(100_000);
  work(small);
  const base = Math.min(work(small).ms, work(small).ms, work(small).ms);
  const result = work(large);
  expect(result).toMatchObject({ rows: 100_000, train: 80_000, test: 20_000 });
  // Five times the rows; a quadratic step would cost 25 times.
  expect(Math.min(result.ms, work(large).ms) / base).toBeLessThan(12);
});

it('takes a label for every row, one text for every row, and one line of a million characters', () => {
  const start = performance.now();
  const rows = Array.from({ length: 50_000 }, (_, i) => ({
    text: `text ${i}`,
    label: `label ${i % 25_000}`,
    line: i + 2,
  }));
  expect(prepareExamples({ train: rows, split: 0.5, limit: 1000 }).train.length).toBe(1000);
  const same = rows.map((row, i) => ({ ...row, text: i % 2 ? '一样' : `t${i}`, label: i % 2 ? 'a' : 'b' }));
  expect(prepareExamples({ train: same }).warnings[0]).toMatchObject({ code: 'duplicate-texts', count: 24_999 });
  const wide = encoder.encode(`text,label\n"${'好""'.repeat(250_000)}",a\nb,c\n`);
  expect(String(parseTable({ name: 'a.csv', bytes: wide }).rows[0]!.values.text).length).toBe(500_000);
  expect(performance.now() - start).toBeLessThan(15_000);
});

// Rows per second: our record reader, the whole way to examples, and csv-parse on the same 100,000 rows.
// Run: node --conditions=modeshift-source packages/data/bench/read-rows.ts [rows]
import { parseTable, prepareExamples, readExamples, readRecords } from '@modeshift/data';
import { parse } from 'csv-parse/sync';

const rows = Number(process.argv[2] ?? 100_000);
let text = 'text,label,id\n';
for (let i = 0; i < rows; i++) {
  text += i % 5 ? `This is customer message number ${i} about my card` : `"第 ${i} 条留言,带 ""引号""\n和换行"`;
  text += `,label_${i % 77},${i}\n`;
}
const bytes = new TextEncoder().encode(text);

function measure(name: string, work: () => number): number {
  let best = Number.POSITIVE_INFINITY;
  let count = 0;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    count = work();
    best = Math.min(best, performance.now() - start);
  }
  if (count < rows) throw new Error(`${name} read ${count} of ${rows} rows`);
  const perSecond = Math.round((rows / best) * 1000).toLocaleString('en-US');
  console.log(`${name.padEnd(48)} ${best.toFixed(0).padStart(6)} ms ${perSecond.padStart(12)} rows/s`);
  return best;
}

console.log(`${rows.toLocaleString('en-US')} rows, ${(bytes.length / 1e6).toFixed(1)} MB, best of 5`);
const theirs = measure('csv-parse, string to arrays', () => parse(text, { relax_column_count: true }).length);
const records = measure('readRecords, string to arrays', () => [...readRecords(text, { delimiter: ',' })].length);
measure('parseTable, bytes to rows with line numbers', () => parseTable({ name: 'a.csv', bytes }).rows.length);
measure('bytes to train and test', () => {
  const table = parseTable({ name: 'a.csv', bytes });
  const { examples } = readExamples({ table, input: 'text', label: 'label' });
  const { train, test } = prepareExamples({ train: examples });
  return train.length + test.length;
});
console.log(`readRecords takes ${(records / theirs).toFixed(2)} times csv-parse's time`);

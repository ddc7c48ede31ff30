// nearest on the bundled sample task. Run: node --conditions=modeshift-source packages/rag/bench/sample.ts
import path from 'node:path';
import { defineTask, labels } from '@modeshift/core';
import { readTable } from '@modeshift/data';
import { nearest } from '@modeshift/rag';
import { z } from 'zod';

const folder = path.resolve(import.meta.dirname, '../../compare/samples');
const rowsOf = async (split: string) => {
  const table = await readTable(path.join(folder, `service-desk.${split}.csv`));
  return table.rows.map(row => row.values as Record<string, string>);
};
const examplesOf = async (split: string) =>
  (await rowsOf(split)).map(row => ({ input: { text: row.text! }, output: row.intent! }));
const train = await examplesOf('train');
const task = defineTask({
  name: 'service-desk',
  instruction: 'Say what the customer wants.',
  input: z.object({ text: z.string() }),
  output: labels([...new Set(train.map(example => example.output))].sort()),
  examples: { train, test: await examplesOf('test') },
});
for (const weighting of ['label-information', 'idf'] as const) {
  const solution = await nearest({ weighting }).solve(task, {});
  const right = { en: 0, zh: 0 };
  const count = { en: 0, zh: 0 };
  let confidence = 0;
  for (const [i, row] of (await rowsOf('test')).entries()) {
    const { output, probabilities } = await solution.predict(task.test[i]!.input, {});
    const lang = row.lang as 'en' | 'zh';
    count[lang]++;
    if (output === task.test[i]!.output) right[lang]++;
    confidence += probabilities![output!]!;
  }
  const all = count.en + count.zh;
  console.log(
    `${weighting}: accuracy ${((100 * (right.en + right.zh)) / all).toFixed(1)} % (en ${((100 * right.en) / count.en).toFixed(1)}, ` +
      `zh ${((100 * right.zh) / count.zh).toFixed(1)}), mean confidence ${((100 * confidence) / all).toFixed(1)} %, ` +
      `made in ${Math.round(solution.footprint.trainMs)} ms, ${JSON.stringify(solution.vote)}`,
  );
}

// nearest on Banking77: accuracy with all data and with 10 examples per label, calibration, time, questions per second.
// Run: node --conditions=modeshift-source packages/rag/bench/banking77.ts [seed]
import path from 'node:path';
import { defineTask, labels, random } from '@modeshift/core';
import { readExamples, readTable } from '@modeshift/data';
import { nearest } from '@modeshift/rag';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../../..');
const data = path.join(process.env.MODESHIFT_DATA ?? path.resolve(root, '../shared/data'), 'banking77');
const seed = Number(process.argv[2] ?? 0);
const examplesOf = async (file: string) => {
  const table = await readTable(path.join(data, file));
  const { examples } = readExamples({ table, input: 'text', label: 'category' });
  return examples.map(({ text, label }) => ({ input: { text }, output: label }));
};
const train = await examplesOf('train.csv');
const test = await examplesOf('test.csv');
const known = [...new Set(train.map(example => example.output))].sort();
const few = known.flatMap(label =>
  random(seed)
    .shuffle(train.filter(example => example.output === label))
    .slice(0, 10),
);

for (const [name, examples] of [
  ['all data', train],
  ['10 per label', few],
] as const) {
  const task = defineTask({
    name: 'banking77',
    instruction: 'Say what the customer asks.',
    input: z.object({ text: z.string() }),
    output: labels(known),
    examples: { train: examples, test },
  });
  const solution = await nearest().solve(task, { seed });
  const started = performance.now();
  let right = 0;
  const bins = Array.from({ length: 15 }, () => ({ count: 0, right: 0, confidence: 0 }));
  for (const example of test) {
    const { output, probabilities } = await solution.predict(example.input, {});
    const confidence = probabilities![output!]!;
    const bin = bins[Math.min(14, Math.floor(confidence * 15))]!;
    bin.count++;
    bin.confidence += confidence;
    if (output === example.output) {
      right++;
      bin.right++;
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const ece = bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.confidence), 0) / test.length;
  const { bytes, trainMs } = solution.footprint;
  console.log(
    `${name}: accuracy ${((100 * right) / test.length).toFixed(2)} %, ECE ${(100 * ece).toFixed(2)} %, made in ` +
      `${(trainMs / 1000).toFixed(2)} s, ${bytes} bytes, ${Math.round(test.length / seconds)} questions/s, ` +
      JSON.stringify(solution.vote),
  );
}

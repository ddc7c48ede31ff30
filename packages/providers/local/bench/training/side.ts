// Our side of the training benchmark as a process: for each line N on standard input N steps, and their cost on standard output.
import { createInterface } from 'node:readline';
import { openCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import { createTrainer } from '../../src/training/create-trainer.ts';
import { lengthOf } from '../../src/training/token-example.ts';
import { batchOf, type Workload, workloads } from './workloads.ts';

const [work, folder, threads] = process.argv.slice(2) as [Workload, string, string];
const trainer = await createTrainer(await openCheckpoint(folder), {
  ...workloads[work].spec,
  learningRate: 1e-4,
  seed: 1,
  options: { threads: Number(threads) },
});
const batch = batchOf(work);
const tokens = batch.reduce((sum, example) => sum + lengthOf(example), 0);
const first = (await trainer.step(batch)).loss;
for (let i = 0; i < 2; i++) await trainer.step(batch);
console.log(JSON.stringify({ version: 'modeshift', tokens, loss: first, trained: trainer.trainedParameters }));
for await (const line of createInterface({ input: process.stdin })) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < Number(line); i++) await trainer.step(batch);
  const { user, system } = process.cpuUsage(cpu);
  const milliseconds = performance.now() - start;
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ cpuMilliseconds: (user + system) / 1000, milliseconds, peakMegabytes }));
}
await trainer.dispose();

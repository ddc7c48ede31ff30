// One side of the benchmark as a process: for each line "N" on standard input it does N steps and prints their cost.
import { createInterface } from 'node:readline';
import { prepare, type Work } from './workloads.ts';

const [work, threads] = process.argv.slice(2) as [Work, string];
const { trainer, feeds, tokens } = await prepare(work, Number(threads));
for (let i = 0; i < 3; i++) await trainer.step(feeds);
console.log(JSON.stringify({ version: 'modeshift', tokens }));
for await (const line of createInterface({ input: process.stdin })) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < Number(line); i++) await trainer.step(feeds);
  const { user, system } = process.cpuUsage(cpu);
  const milliseconds = performance.now() - start;
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ cpuMilliseconds: (user + system) / 1000, milliseconds, peakMegabytes }));
}
await trainer.dispose();

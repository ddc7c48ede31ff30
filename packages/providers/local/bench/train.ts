// Training steps on a checkpoint beside transformers and PEFT on PyTorch: two processes take turns, so both meet the same load.
// PYTHON=… node --conditions=modeshift-source packages/providers/local/bench/train.ts [workload|all] [turns]
// BENCH_THREADS (default 1) sets the threads of both; BENCH_TURN the milliseconds of one turn (default 800).
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { batchOf, type Workload, workloads, writeCheckpoint } from './training/workloads.ts';

interface Turn {
  readonly cpuMilliseconds: number;
  readonly milliseconds: number;
  readonly peakMegabytes: number;
}

const threads = Number(process.env.BENCH_THREADS ?? 1);
const turnMilliseconds = Number(process.env.BENCH_TURN ?? 800);
const python = process.env.PYTHON ?? 'python3';
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

async function start(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', process.env.BENCH_ERRORS ? 'inherit' : 'ignore'] });
  child.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  const first: { version: string; tokens: number; loss: number; trained: number } | undefined = await read();
  if (!first) return undefined;
  return {
    ...first,
    async run(steps: number): Promise<Turn> {
      child.stdin.write(`${steps}\n`);
      const turn: Turn | undefined = await read();
      if (!turn) throw new Error(`${command} stopped in the middle of the benchmark.`);
      return turn;
    },
    stop: () => child.stdin.end(),
  };
}

type Side = NonNullable<Awaited<ReturnType<typeof start>>>;

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.round(share * (values.length - 1))]!;
const spread = (values: readonly number[]): string =>
  `${quantile(values, 0.5).toFixed(2)} (${quantile(values, 0.25).toFixed(2)}–${quantile(values, 0.75).toFixed(2)})`;

async function stepsOf(side: Side): Promise<number> {
  const { milliseconds } = await side.run(2);
  return Math.max(1, Math.round((2 * turnMilliseconds) / milliseconds));
}

async function compare(work: Workload, folder: string, turns: number): Promise<void> {
  const jobs = join(folder, `${work}.json`);
  writeFileSync(jobs, JSON.stringify({ ...workloads[work], batch: batchOf(work), threads }));
  const mine = await start(process.execPath, [
    ...process.execArgv,
    path('./training/side.ts'),
    work,
    folder,
    `${threads}`,
  ]);
  const theirs = await start(python, [path('../../../../oracles/local/engine/bench_training.py'), folder, jobs]);
  if (!mine) throw new Error(`The workload ${work} did not start; set BENCH_ERRORS=1 to see why.`);
  const sides = theirs ? [mine, theirs] : [mine];
  const steps: number[] = [];
  for (const side of sides) steps.push(await stepsOf(side));
  const cost: { cpu: number; wall: number; peak: number }[][] = sides.map(() => []);
  for (let turn = 0; turn < turns; turn++)
    for (const i of turn % 2 ? [...sides.keys()].reverse() : sides.keys()) {
      const { cpuMilliseconds, milliseconds, peakMegabytes } = await sides[i]!.run(steps[i]!);
      cost[i]!.push({ cpu: cpuMilliseconds / steps[i]!, wall: milliseconds / steps[i]!, peak: peakMegabytes });
    }
  for (const side of sides) side.stop();
  const rate = (i: number): string =>
    String(
      Math.round(
        (1000 * sides[i]!.tokens) /
          quantile(
            cost[i]!.map(({ wall }) => wall),
            0.5,
          ),
      ),
    );
  const peak = (i: number): string => String(Math.round(cost[i]!.at(-1)!.peak));
  const same = theirs ? Math.abs(mine.loss - theirs.loss).toExponential(0) : '–';
  const ratio = (what: 'cpu' | 'wall'): string =>
    theirs ? spread(cost[0]!.map((turn, i) => cost[1]![i]![what] / turn[what])) : '–';
  const columns = [work, rate(0), theirs ? rate(1) : '–', ratio('wall'), ratio('cpu'), peak(0), theirs ? peak(1) : '–'];
  console.log(`| ${columns.join(' | ')} | ${mine.trained}${theirs ? ` = ${theirs.trained}` : ''} | ${same} |`);
}

const asked = (process.argv[2] ?? 'all') as Workload | 'all';
const turns = Number(process.argv[3] ?? 9);
const folder = mkdtempSync(join(tmpdir(), 'bench-training-'));
try {
  writeCheckpoint(folder);
  console.log(
    `${threads} thread(s), ${turns} turns each in alternation; ratios: median (quartiles), above 1 is faster than PyTorch`,
  );
  console.log(
    '| work | tokens/s | PyTorch | ratio, wall | ratio, processor | MB | PyTorch MB | trained | first losses apart |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const work of asked === 'all' ? (Object.keys(workloads) as Workload[]) : [asked])
    await compare(work, folder, turns);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

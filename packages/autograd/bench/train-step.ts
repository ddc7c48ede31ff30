// Training steps beside PyTorch: two processes take turns of a few steps each, so that both meet the same load of the machine.
// node --conditions=modeshift-source packages/autograd/bench/train-step.ts [decoder|lora|classifier|bag|flat|rows|all] [turns]
// BENCH_THREADS (default 1) sets the threads of both; BENCH_TURN the milliseconds of one turn (default 600).
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sizesOf, type Work, workNames } from './workloads.ts';

interface Turn {
  readonly cpuMilliseconds: number;
  readonly milliseconds: number;
  readonly peakMegabytes: number;
}

/** A process that steps when it is told to. */
interface Side {
  readonly version: string;
  readonly tokens: number;
  run(steps: number): Promise<Turn>;
  stop(): void;
}

const threads = Number(process.env.BENCH_THREADS ?? 1);
const turnMilliseconds = Number(process.env.BENCH_TURN ?? 600);

async function start(command: string, args: readonly string[]): Promise<Side | undefined> {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => {});
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  const first = await read();
  if (!first) return undefined;
  return {
    ...first,
    async run(steps) {
      child.stdin!.write(`${steps}\n`);
      const turn: Turn | undefined = await read();
      if (!turn) throw new Error(`${command} stopped in the middle of the benchmark.`);
      return turn;
    },
    stop: () => child.stdin!.end(),
  };
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const ours = (work: Work) => start(process.execPath, [...process.execArgv, path('./stepper.ts'), work, `${threads}`]);
const torch = (work: Work) =>
  start('python3', [
    path('../../../oracles/autograd/bench_torch.py'),
    ...[work, JSON.stringify(sizesOf(work)), `${threads}`],
  ]);

/** The value below which a share of the values lies. */
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.round(share * (values.length - 1))]!;
const spread = (values: readonly number[], digits = 2): string =>
  `${quantile(values, 0.5).toFixed(digits)} (${quantile(values, 0.25).toFixed(digits)}–${quantile(values, 0.75).toFixed(digits)})`;

/** As many steps as fill a turn. */
async function stepsOf(side: Side): Promise<number> {
  const once = await side.run(1);
  const { milliseconds } = await side.run(Math.max(1, Math.round(100 / once.milliseconds)));
  const each = milliseconds / Math.max(1, Math.round(100 / once.milliseconds));
  return Math.max(1, Math.round(turnMilliseconds / each));
}

async function compare(work: Work, turns: number): Promise<void> {
  const [mine, theirs] = [await ours(work), await torch(work)];
  if (!mine) throw new Error(`The workload ${work} did not start; run bench/stepper.ts ${work} 1 to see why.`);
  const sides = theirs ? [mine, theirs] : [mine];
  const steps = [];
  for (const side of sides) steps.push(await stepsOf(side));
  const cost: { cpu: number; wall: number; peak: number }[][] = sides.map(() => []);
  for (let turn = 0; turn < turns; turn++)
    for (const i of turn % 2 ? sides.keys().toArray().reverse() : sides.keys()) {
      const { cpuMilliseconds, milliseconds, peakMegabytes } = await sides[i]!.run(steps[i]!);
      cost[i]!.push({ cpu: cpuMilliseconds / steps[i]!, wall: milliseconds / steps[i]!, peak: peakMegabytes });
    }
  for (const side of sides) side.stop();
  for (const [i, side] of sides.entries()) {
    const wall = cost[i]!.map(turn => turn.wall);
    console.log(
      `${i ? `  PyTorch ${side.version}` : work}: processor ${spread(cost[i]!.map(turn => turn.cpu))} ms a step, ` +
        `wall ${spread(wall)} ms, ${Math.round((1000 * side.tokens) / quantile(wall, 0.5))} tokens/s, ` +
        `peak ${Math.round(cost[i]!.at(-1)!.peak)} MB`,
    );
  }
  if (!theirs) return console.log('  PyTorch is not installed here, so there is no ratio.');
  const ratio = (what: 'cpu' | 'wall') => spread(cost[0]!.map((turn, i) => cost[1]![i]![what] / turn[what]));
  console.log(
    `  ratio by processor time ${ratio('cpu')}, by wall time ${ratio('wall')}; above 1 is faster than PyTorch`,
  );
}

const asked = (process.argv[2] ?? 'all') as Work | 'all';
const turns = Number(process.argv[3] ?? 9);
console.log(`${threads} thread(s), ${turns} turns each in alternation: median (quartiles)`);
for (const work of asked === 'all' ? workNames : [asked]) await compare(work, turns);

// Loads, uses, ends and abandons models in every order, in many child processes, and tells which of them ended by a signal.
//
//   node --conditions=modeshift-source packages/providers/local/stress/lifetimes.ts [processes] [first seed] [at once]
//
// Each process is told by its seed, so `lifetimes.ts 1 SEED` repeats one. With `ulimit -c unlimited` a crash leaves a core file.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker, workerData } from 'node:worker_threads';
import { Random } from '@modeshift/autograd';
import { type CallContext, ModeshiftError } from '@modeshift/core';
import { local, localEmbedding, localReranker } from '@modeshift/local';

const self = fileURLToPath(import.meta.url);
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const context: CallContext = {};

interface Used {
  readonly model: { dispose(): Promise<void> };
  readonly use: () => Promise<unknown>;
}

const kinds: readonly (() => Used)[] = [
  () => {
    const model = local(fixture('llama'));
    return { model, use: () => read(model) };
  },
  () => {
    const model = localEmbedding(fixture('bert-mean'));
    return { model, use: () => model.embed(['七天内可以退货', 'a parcel'], context) };
  },
  () => {
    const model = localReranker(fixture('xlmr-reranker'));
    return { model, use: async () => model.rerank('退货', ['七天', 'never'], context) };
  },
  () => {
    const model = local(fixture('qwen3'), { weights: 'int8' });
    return { model, use: async () => (await model.trainer({ method: 'lora' })).dispose() };
  },
];

async function read(model: ReturnType<typeof local>): Promise<void> {
  const messages = [{ role: 'user', content: '数数' }] as const;
  const providerOptions = { local: { regex: '[0-9]{1,8}' } };
  for await (const _ of model.stream({ messages, maxTokens: 8, providerOptions }, context));
}

const ends = ['exits', 'throws', 'ends', 'worker exits', 'worker is terminated'] as const;

/** One process: some cycles of models that overlap, then an end with models alive in it. */
async function live(seed: number): Promise<void> {
  const random = new Random(seed);
  const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
  const one = async (): Promise<void> => {
    const { model, use } = kinds[random.integer(kinds.length)]!();
    const [before, uses, after] = [random.integer(40), random.integer(3), random.integer(60)];
    const [isLeft, isKept] = [random.integer(3) === 0, random.integer(6) === 0];
    await pause(before);
    for (let i = 0; i < uses; i++) await use();
    // Disposed of while it loads or works.
    if (isLeft) use().catch(unlessAborted);
    await pause(after);
    if (!isKept) await model.dispose();
  };
  for (let cycle = 0; cycle < 3; cycle++) await Promise.all([one(), one(), one()]);
  const end = ends[seed % ends.length]!;
  if (end.startsWith('worker')) {
    const worker = new Worker(self, { workerData: end, argv: [], execArgv: process.execArgv });
    await new Promise(resolve => worker.once('message', resolve).once('exit', resolve).once('error', resolve));
    await worker.terminate();
  }
  if (end === 'throws') setImmediate(() => Promise.reject(new Error('a bug of the user')));
  else if (end !== 'ends') process.exit(7);
}

/** A worker of the user's that has models in it: it exits, or is terminated while they rest. */
async function liveInWorker(end: string): Promise<void> {
  const { parentPort } = await import('node:worker_threads');
  const used = [kinds[0]!(), kinds[1]!()];
  await Promise.all(used.map(({ use }) => use()));
  if (end === 'worker exits') process.exit(3);
  parentPort!.postMessage('ready');
}

function unlessAborted(error: unknown): void {
  if (!ModeshiftError.is(error, 'aborted')) throw error;
}

function run(seed: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [...process.execArgv, self, 'child', String(seed)]);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', piece => {
        text += String(piece);
      });
    const end = ends[seed % ends.length];
    const expected = end === 'ends' ? 0 : end === 'throws' ? 1 : 7;
    child.on('exit', (code, signal) => {
      const wrong = signal ?? (code === expected ? undefined : `code ${code}`);
      resolve(wrong && `seed ${seed}, which ${end}: ${wrong}\n${text.slice(-600)}`);
    });
  });
}

if (workerData !== null) await liveInWorker(workerData as string);
else if (process.argv[2] === 'child') await live(Number(process.argv[3]));
else {
  const [processes, first, atOnce] = [2, 3, 4].map((i, at) => Number(process.argv[i] ?? [100, 1, 2][at]));
  let next = first!;
  let wrong = 0;
  const lane = async (): Promise<void> => {
    while (next < first! + processes!) {
      const problem = await run(next++);
      if (problem === undefined) continue;
      wrong++;
      console.log(problem);
    }
  };
  await Promise.all(Array.from({ length: atOnce! }, lane));
  console.log(`${wrong} of ${processes} processes ended otherwise than they should.`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

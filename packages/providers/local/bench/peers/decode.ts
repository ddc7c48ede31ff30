// Decoding beside node-llama-cpp, on the same random weights, in turns. Installs node-llama-cpp from the npm registry.
// MODESHIFT_DECODE_PEER names a folder that has it already; MODESHIFT_DECODE_SIZE, MODESHIFT_DECODE_WEIGHTS and MODESHIFT_DECODE_WORK say what of the table is wanted.
// Measured in processor time, on one thread unless MODESHIFT_DECODE_THREADS says more: what else runs on the machine does not count then, and
// with several threads the time that they wait for each other does.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { install } from '../../../../../bench/peers/install.ts';
import { median } from '../../../../../bench/peers/median.ts';
import type { WeightFormat } from '../../src/network/quantise.ts';
import { sizes, writeCheckpoint } from '../decode/checkpoints.ts';
import { type GgufFormat, writeGguf } from '../decode/gguf.ts';

const peer = [
  'node-llama-cpp@3.22.1',
  `@node-llama-cpp/${process.platform === 'darwin' ? 'mac-arm64-metal' : `linux-${process.arch}`}@3.22.1`,
];
const rounds = Number(process.env.MODESHIFT_DECODE_ROUNDS ?? 7);
const threads = Number(process.env.MODESHIFT_DECODE_THREADS ?? 1);
const place = mkdtempSync(join(tmpdir(), 'modeshift-decode-'));
/** Weights as they are called in the table: ours, and the peer's, whose blocks are of 32 (Q8_0, Q4_0). */
const formats: Readonly<Record<string, readonly [WeightFormat, GgufFormat]>> = {
  f32: ['f32', 'f32'],
  int8: ['int8', 'int8'],
  int4: ['int4', 'int4'],
  'int4, blocks of 32': [{ bits: 4, blockSize: 32 }, 'int4'],
};
const allWorks = {
  'one request, 32 tokens': { requests: 1, tokens: 33, length: 16 },
  'eight at once': { requests: 8, tokens: 33, length: 16 },
  'first token, prompt of 256': { requests: 1, tokens: 1, length: 256 },
} as const;
const wanted = process.env.MODESHIFT_DECODE_WORK ?? '';
const works = Object.fromEntries(Object.entries(allWorks).filter(([name]) => name.includes(wanted)));

interface Answer {
  /** Milliseconds to the first token. */
  readonly first: number;
  /** Milliseconds of a token after those of the prompts. */
  readonly each: number;
  readonly ids: number[];
}

interface Side {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
}

async function start(side: string, format: WeightFormat, model: string): Promise<Side> {
  const flags = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];
  const args = [
    ...flags,
    join(import.meta.dirname, '../decode/turns.ts'),
    side,
    JSON.stringify(format),
    model,
    process.env.MODESHIFT_DECODE_PEER ?? place,
    String(threads),
  ];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.value !== 'ready') throw new Error(`${side} did not start: ${first.value}`);
  return { child, lines };
}

async function ask({ child, lines }: Side, work: object): Promise<Answer> {
  child.stdin!.write(`${JSON.stringify(work)}\n`);
  return JSON.parse((await lines.next()).value) as Answer;
}

/** Milliseconds that count: of a token where several are decoded, otherwise of the first. */
const counted = ({ first, each }: Answer, { tokens }: { tokens: number }): number => (tokens === 1 ? first : each);

try {
  const installed = process.env.MODESHIFT_DECODE_PEER;
  if (!installed) install(place, peer, {});
  console.log(
    `Threads: ${threads}. ${rounds} rounds in turns. Tokens a second of processor time, or its milliseconds to the first token; a ratio above 1 is faster than node-llama-cpp.\n`,
  );
  console.log('| model | weights | work | modeshift | node-llama-cpp | ratio | same tokens |');
  console.log('|---|---|---|---:|---:|---:|---:|');
  for (const size of sizes) {
    if (process.env.MODESHIFT_DECODE_SIZE && process.env.MODESHIFT_DECODE_SIZE !== size.name) continue;
    const folder = join(place, size.name);
    mkdirSync(folder);
    await writeCheckpoint(folder, size);
    for (const [format, [own, their]] of Object.entries(formats)) {
      if (!format.includes(process.env.MODESHIFT_DECODE_WEIGHTS ?? '')) continue;
      const file = join(place, `${size.name}-${their}.gguf`);
      await writeGguf(file, size, their);
      const both = [await start('ours', own, folder), await start('peer', their, file)] as const;
      const times = new Map<string, [number[], number[]]>(Object.keys(works).map(name => [name, [[], []]]));
      const same = new Map<string, number>();
      for (let round = -1; round < rounds; round++)
        for (const [name, work] of Object.entries(works)) {
          const answers: Answer[] = [];
          for (const side of both) answers.push(await ask(side, { ...work, seed: round + 2 }));
          const [a, b] = answers as [Answer, Answer];
          const differs = a.ids.findIndex((id, i) => id !== b.ids[i]);
          same.set(name, (same.get(name) ?? 0) + (differs < 0 ? 1 : differs / a.ids.length) / (rounds + 1));
          if (round < 0) continue;
          for (const [i, answer] of answers.entries()) times.get(name)![i as 0 | 1].push(counted(answer, work));
        }
      for (const { child } of both) child.kill();
      rmSync(file);
      for (const [name, [own, their]] of times) {
        const work = works[name]!;
        const shown = (ms: readonly number[]): string =>
          work.tokens === 1 ? `${median(ms).toFixed(0)} ms` : (1000 / median(ms)).toFixed(1);
        const ratio = median(own.map((ms, i) => their[i]! / ms));
        console.log(
          `| ${size.name} | ${format} | ${name} | ${shown(own)} | ${shown(their)} | ${ratio.toFixed(2)} | ${(100 * same.get(name)!).toFixed(0)} % |`,
        );
      }
      if (wanted) continue;
      const gain = median(
        times.get('eight at once')![0].map((ms, i) => times.get('one request, 32 tokens')![0][i]! / ms),
      );
      console.log(`| ${size.name} | ${format} | eight at once, beside one of ours | ${gain.toFixed(2)} × | | | |`);
    }
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}

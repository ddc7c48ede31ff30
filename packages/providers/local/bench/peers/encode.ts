// Encoding 512 short texts beside transformers.js, on the same weights, in turns. Installs transformers.js from the npm registry.
// MODESHIFT_ENCODE_MODEL names a folder with a real checkpoint and its onnx/model.onnx; without it, weights are random.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { install } from '../../../../../bench/peers/install.ts';
import { median } from '../../../../../bench/peers/median.ts';
import { writeOnnxEncoder, writeRandomEncoder } from './random-encoder.ts';

const transformersJs = '@huggingface/transformers@4.3.1';
const rounds = 9;
const place = mkdtempSync(join(tmpdir(), 'modeshift-encode-'));

/** Customer messages of Banking77 where they are, otherwise sentences of like length. */
function shortTexts(): string[] {
  const data = process.env.MODESHIFT_DATA ?? join(import.meta.dirname, '../../../../../../shared/data');
  const file = join(data, 'banking77', 'test.csv');
  if (existsSync(file))
    return readFileSync(file, 'utf8')
      .split('\n')
      .slice(1, 513)
      .map(line => line.slice(0, line.lastIndexOf(',')));
  const words = 'my card was lost on the way home and i would like to know when the new one will arrive please'.split(
    ' ',
  );
  return Array.from({ length: 512 }, (_, i) => words.slice(i % 7, 5 + ((i * 7) % 16)).join(' ') || 'hello');
}

interface Side {
  readonly name: string;
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly times: number[];
  sum: number;
}

async function start(name: string, argument: string, folder: string, texts: string): Promise<Side> {
  const flags = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];
  const args = [...flags, join(import.meta.dirname, 'encode-turns.ts'), argument, folder, texts, place];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.value !== 'ready') throw new Error(`${name} did not start: ${first.value}`);
  return { name, child, lines, times: [], sum: 0 };
}

try {
  install(place, [transformersJs], {});
  const given = process.env.MODESHIFT_ENCODE_MODEL;
  const folder = given ?? join(place, 'checkpoint');
  if (!given) {
    writeRandomEncoder(folder);
    await writeOnnxEncoder(folder);
  }
  const file = join(place, 'texts.json');
  const texts = shortTexts();
  writeFileSync(file, JSON.stringify(texts));
  const sides: Side[] = [];
  for (const [name, argument] of [
    ['transformers.js f32', 'peer'],
    ['modeshift f32', 'f32'],
    ['modeshift int8', 'int8'],
  ] as const)
    sides.push(await start(name, argument, folder, file));
  for (let round = -1; round < rounds; round++)
    for (const side of sides) {
      side.child.stdin!.write('go\n');
      const { value } = await side.lines.next();
      const { ms, sum } = JSON.parse(value) as { ms: number; sum: number };
      if (round >= 0) side.times.push(ms);
      side.sum = sum;
    }
  for (const { child } of sides) child.kill();
  const base = sides[0]!;
  console.log(
    `${texts.length} texts, ${rounds} rounds in turns, ${given ?? 'random weights of the shape of all-MiniLM-L6-v2'}`,
  );
  for (const { name, times, sum } of sides) {
    const ratios = times.map((ms, i) => base.times[i]! / ms);
    console.log(
      `${name.padEnd(22)} ${((texts.length / median(times)) * 1000).toFixed(0).padStart(6)} texts/s  ${median(ratios).toFixed(2)}×  check ${sum.toFixed(4)}`,
    );
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}

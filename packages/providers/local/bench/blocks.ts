// What bits and sizes of blocks cost and bring, on a checkpoint of yours and a text: the mean negative log-probability of the text's first
// 512 tokens, the processor time of a greedy token, and the bytes of weights.
// CHECKPOINT=folder TEXT=file npm run bench -- local/bench/blocks
import { readFileSync } from 'node:fs';
import { openCheckpoint } from '../src/checkpoint/checkpoint.ts';
import { Decoder } from '../src/engine/decoder.ts';
import { Generator } from '../src/engine/generator.ts';
import type { WeightFormat } from '../src/network/quantise.ts';
import { readTokenizer } from '../src/tokenizer/index.ts';

const { CHECKPOINT: folder, TEXT: text } = process.env;
if (!folder || !text) {
  console.log('Set CHECKPOINT to the folder of a checkpoint and TEXT to a text file.');
  process.exit(0);
}

const formats: readonly WeightFormat[] = [
  'f32',
  ...([8, 4] as const).flatMap(bits => ([32, 64, 128] as const).map(blockSize => ({ bits, blockSize }))),
];
const tokenizer = await readTokenizer(folder);
const ids = tokenizer.encode(readFileSync(text, 'utf8').slice(0, 8000)).slice(0, 512);
const generators: Generator[] = [];
for (const weights of formats) {
  const options = { weights, threads: 1, contextLength: 1024 };
  generators.push(new Generator(await Decoder.load(await openCheckpoint(folder), options), { guessAhead: false }));
}

/** Milliseconds of processor time of an answer. */
async function timeOf(generator: Generator, maxTokens: number): Promise<number> {
  const before = process.cpuUsage();
  const request = { ids: ids.slice(0, 20), maxTokens, sampling: { temperature: 0 }, stopTokens: new Set<number>() };
  for await (const _ of generator.generate(request));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const times: number[][] = formats.map(() => []);
// In turns: other work on the machine meets all of them.
for (let round = 0; round < 5; round++)
  for (const [i, generator] of generators.entries()) {
    const prompt = await timeOf(generator, 1);
    times[i]!.push(((await timeOf(generator, 33)) - prompt) / 32);
  }
console.log('| weights | block | −log p of a token | ms a token, least | median | MB |\n|---|---|---|---|---|---|');
for (const [i, format] of formats.entries()) {
  const [scored] = await generators[i]!.score({ prompt: ids.slice(0, 1), continuations: [ids.slice(1)] });
  const loss = -scored!.logprobs.reduce((a, b) => a + b, 0) / scored!.logprobs.length;
  const [least, , median] = times[i]!.sort((a, b) => a - b) as [number, number, number];
  const [bits, block] = typeof format === 'string' ? ['32 bits', ''] : [`${format.bits} bits`, format.blockSize];
  const figures = [
    loss.toFixed(4),
    least.toFixed(1),
    median.toFixed(1),
    (generators[i]!.decoder.bytes / 1e6).toFixed(0),
  ];
  console.log(`| ${[bits, block, ...figures].join(' | ')} |`);
}
for (const generator of generators) await generator.dispose();

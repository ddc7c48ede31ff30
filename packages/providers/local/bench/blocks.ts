// What bits and sizes of blocks cost and bring, on a checkpoint of yours and a text: the mean negative log-probability of the text's tokens
// in pieces of 512, what each adds to that of 32 bits with the standard error over tokens, the processor time of a greedy token, and the
// bytes of weights.
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
const [pieces, length] = [8, 512];
const ids = tokenizer.encode(readFileSync(text, 'utf8').slice(0, 100_000)).slice(0, pieces * length);
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
/** Negative log-probabilities of all tokens but the first of each piece. */
async function lossesOf(generator: Generator): Promise<number[]> {
  const losses: number[] = [];
  for (let from = 0; from + 1 < ids.length; from += length) {
    const [first, ...rest] = ids.slice(from, from + length);
    const [scored] = await generator.score({ prompt: [first!], continuations: [rest] });
    losses.push(...scored!.logprobs.map(value => -value));
  }
  return losses;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const exact = await lossesOf(generators[0]!);
console.log(
  '| weights | block | −log p of a token | more than in 32 bits | ms a token, least | median | MB |\n|---|---|---|---|---|---|---|',
);
for (const [i, format] of formats.entries()) {
  const losses = i === 0 ? exact : await lossesOf(generators[i]!);
  const more = losses.map((loss, k) => loss - exact[k]!);
  const error = Math.sqrt(mean(more.map(value => (value - mean(more)) ** 2)) / more.length);
  const [least, , median] = times[i]!.sort((a, b) => a - b) as [number, number, number];
  const [bits, block] = typeof format === 'string' ? ['32 bits', ''] : [`${format.bits} bits`, format.blockSize];
  const figures = [
    mean(losses).toFixed(4),
    i === 0 ? '' : `${mean(more).toFixed(4)} ± ${error.toFixed(4)}`,
    least.toFixed(1),
    median.toFixed(1),
    (generators[i]!.decoder.bytes / 1e6).toFixed(0),
  ];
  console.log(`| ${[bits, block, ...figures].join(' | ')} |`);
}
for (const generator of generators) await generator.dispose();

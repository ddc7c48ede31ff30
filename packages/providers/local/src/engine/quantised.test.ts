// Weights in 8 and 4 bits beside the floats that they stand for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { roundedCheckpoint } from '../../test/rounded-checkpoint.ts';
import { type Checkpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import { openLlama2c } from '../checkpoint/llama2c.ts';
import type { WeightFormat } from '../network/quantise.ts';
import { Decoder } from './decoder.ts';
import { Generator } from './generator.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');
const opened: Generator[] = [];
async function load(checkpoint: Checkpoint, weights: WeightFormat): Promise<Generator> {
  const generator = new Generator(await Decoder.load(checkpoint, { threads: 1, weights }));
  opened.push(generator);
  return generator;
}
afterAll(async () => {
  for (const generator of opened) await generator.dispose();
});

const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

describe.each(['llama-untied', 'mistral'])('%s', name => {
  const path = join(fixtures, name);
  const { greedy } = JSON.parse(readFileSync(join(path, 'golden.json'), 'utf8')) as {
    greedy: { prompt: number[]; ids: number[] }[];
  };
  const { prompt, ids } = greedy[0]!;
  const scores = async (generator: Generator): Promise<readonly number[]> =>
    (await generator.score({ prompt, continuations: [ids] }))[0]!.logprobs;

  const formats: WeightFormat[] = ['int8', 'int4', { bits: 4, blockSize: 32 }, { bits: 8, blockSize: 32 }];
  test.each(formats)('%o gives what the rounded floats give', async format => {
    const packed = await scores(await load(await openCheckpoint(path), format));
    const floats = await scores(await load(roundedCheckpoint(await openCheckpoint(path), format), 'f32'));
    const exact = await scores(await load(await openCheckpoint(path), 'f32'));
    // Products are computed on inputs rounded to 8 bits: here, with weights at random, that moves log-probabilities as 8-bit weights do.
    expect(distance(packed, floats)).toBeLessThan(0.1);
    if (format === 'int4') expect(distance(packed, floats)).toBeLessThan(distance(floats, exact) / 5);
    expect(packed).not.toEqual(floats);
  });
});

const stories = join(
  process.env.MODESHIFT_DATA ?? join(import.meta.dirname, '../../../../../../shared/data'),
  'models/stories260K',
);
const there = existsSync(join(stories, 'golden.json'));
if (!there) console.log(`skipped: ${stories} is not there; set MODESHIFT_DATA`);

test.skipIf(!there)('a trained model loses little: mean negative log-probability of its story', async () => {
  const { greedy_ids: ids, mean_nll_of_greedy: exact } = JSON.parse(
    readFileSync(join(stories, 'golden.json'), 'utf8'),
  ) as { greedy_ids: number[]; mean_nll_of_greedy: number };
  const losses: [WeightFormat, number][] = [
    ['int8', 0.01],
    [{ bits: 8, blockSize: 32 }, 0.01],
    ['int4', 0.2],
    [{ bits: 4, blockSize: 32 }, 0.15],
  ];
  for (const [format, loss] of losses) {
    const generator = await load(await openLlama2c(join(stories, 'stories260K.bin')), format);
    const [scored] = await generator.score({ prompt: [1], continuations: [ids] });
    const mean = -scored!.logprobs.reduce((a, b) => a + b, 0) / ids.length;
    expect(Math.abs(mean - exact)).toBeLessThan(loss);
  }
});

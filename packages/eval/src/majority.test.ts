import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTask, labels } from '@modeshift/core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { majority, modes } from './majority.ts';

const task = (outputs: readonly ('甲' | '乙')[]) =>
  defineTask({
    name: 'floor',
    instruction: 'Guess.',
    input: z.string(),
    output: labels(['乙', '甲']),
    examples: { train: outputs.map(output => ({ input: 'x', output })), test: [{ input: 'y', output: '甲' }] },
  });

it('answers the most frequent training answer with the shares as probabilities', async () => {
  const solution = await majority<'甲' | '乙'>().solve(task(['甲', '甲', '乙', '甲']), {});
  expect(await solution.predict('?', {})).toEqual({ output: '甲', probabilities: { 甲: 0.75, 乙: 0.25 }, usd: 0 });
  const dir = await mkdtemp(join(tmpdir(), 'majority-'));
  await solution.save(join(dir, 'new'));
  const saved = await readFile(join(dir, 'new', 'majority.json'), 'utf8');
  expect(JSON.parse(saved)).toMatchObject({ output: '甲' });
  expect(solution.footprint).toMatchObject({ trainedParameters: 0, bytes: Buffer.byteLength(saved) });
  await rm(dir, { recursive: true });
});

it('breaks a tie by the order of the labels', async () => {
  const solution = await majority<'甲' | '乙'>().solve(task(['甲', '乙']), {});
  expect((await solution.predict('?', {})).output).toBe('乙');
});

it('is offered to the command line', () => {
  expect(modes.map(offer => [offer.name, offer.needs, offer.create({}).name])).toEqual([
    ['majority', 'none', 'majority'],
  ]);
});

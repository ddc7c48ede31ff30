// Small rules of training: schedules, packing, targets, specs that are refused, folders that are whole or not there.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModeshiftError, type TrainSpec } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { trainerOn } from '../../test/training-fixtures.ts';
import { packSequences } from './pack-sequences.ts';
import { batchesOf, microBatches } from './plan-steps.ts';
import { rateShare } from './schedule.ts';
import { patternOf, targetModules } from './target-modules.ts';
import { lengthOf } from './token-example.ts';
import { removeLeftovers, writeFolderAtomically } from './write-folder-atomically.ts';

const folder = mkdtempSync(join(tmpdir(), 'training-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('schedules', () => {
  const rates = (schedule: NonNullable<TrainSpec['schedule']>, steps: number): number[] =>
    Array.from({ length: steps }, (_, step) => Number(rateShare(schedule, steps)(step).toFixed(4)));

  // transformers: get_linear_…, get_cosine_with_min_lr_…, get_constant_schedule_with_warmup with 2 of 6 steps of warm-up.
  it('are those of transformers', () => {
    expect(rates({ kind: 'linear', warmup: 2 }, 6)).toEqual([0, 0.5, 1, 0.75, 0.5, 0.25]);
    expect(rates({ kind: 'constant', warmup: 2 }, 4)).toEqual([0, 0.5, 1, 1]);
    expect(rates({ kind: 'cosine', warmup: 2, minRatio: 0.1 }, 6)).toEqual([0, 0.5, 1, 0.8682, 0.55, 0.2318]);
    expect(rates({ kind: 'wsd', warmup: 0.2, decay: 0.4 }, 10)).toEqual([0, 0.5, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25]);
  });

  it('refuse what makes no sense', () => {
    expect(() => rateShare({ warmup: -1 }, 10)).toThrow(/warmup/);
    expect(() => rateShare({ kind: 'square' as 'linear' }, 10)).toThrow(/linear, cosine/);
  });
});

describe('packing', () => {
  it('is TRL’s best fit decreasing', () => {
    expect(packSequences([3, 4, 1], 4)).toEqual([[1], [0, 2]]);
  });

  it('loses no sequence and fills no row beyond its capacity', () => {
    const lengths = Array.from({ length: 200 }, (_, i) => 1 + ((i * 7919) % 37));
    const rows = packSequences(lengths, 40);
    expect(rows.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()]);
    for (const row of rows) expect(row.reduce((sum, i) => sum + lengths[i]!, 0)).toBeLessThanOrEqual(40);
    const tokens = lengths.reduce((a, b) => a + b, 0);
    expect(rows.length).toBeLessThan(1.1 * Math.ceil(tokens / 40));
  });
});

describe('batches', () => {
  const examples = Array.from({ length: 50 }, (_, i) => ({ ids: Array<number>(1 + ((i * 31) % 40)).fill(1) }));

  it('hold each example once, in another order each epoch and the same order for a seed', () => {
    const settings = { seed: 1, batchSize: 8, groupByLength: false };
    const first = batchesOf(examples, 0, settings);
    expect(first.flat().sort((a, b) => a - b)).toEqual([...examples.keys()]);
    expect(first.map(batch => batch.length)).toEqual([8, 8, 8, 8, 8, 8, 2]);
    expect(batchesOf(examples, 0, settings)).toEqual(first);
    expect(batchesOf(examples, 1, settings)).not.toEqual(first);
    expect(batchesOf(examples, 0, { ...settings, seed: 2 })).not.toEqual(first);
  });

  it('by length have little padding', () => {
    const padding = (groupByLength: boolean): number =>
      batchesOf(examples, 0, { seed: 1, batchSize: 5, groupByLength })
        .map(batch => batch.map(i => lengthOf(examples[i]!)))
        .reduce((sum, lengths) => sum + Math.max(...lengths) * lengths.length, 0);
    expect(padding(true)).toBeLessThan(0.85 * padding(false));
  });

  it('are cut so that no part is above the limit of tokens', () => {
    const parts = microBatches(examples, {
      tokens: 100,
      packing: false,
      loss: { kind: 'causal' },
      virtual: undefined,
    } as Parameters<typeof microBatches>[1]);
    expect(parts.flat()).toHaveLength(50);
    for (const part of parts) expect(Math.max(...part.map(lengthOf)) * part.length).toBeLessThanOrEqual(100);
  });
});

describe('targets', () => {
  const layers = [0, 1].flatMap(i =>
    ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.up_proj'].map(part => `model.layers.${i}.${part}`),
  );
  const chosen = (settings: Parameters<typeof targetModules>[2]): readonly string[] =>
    targetModules(layers, ['q_proj', 'v_proj'], settings);

  it('are matched as PEFT matches them', () => {
    expect(chosen({})).toHaveLength(4);
    expect(chosen({ targets: 'all-linear' })).toEqual(layers);
    expect(chosen({ targets: ['layers.1.mlp.up_proj'] })).toEqual(['model.layers.1.mlp.up_proj']);
    expect(chosen({ targets: '.*\\.1\\..*(q|up)_proj' })).toEqual([layers[3], layers[5]]);
    expect(chosen({ targets: 'all-linear', exclude: ['up_proj'], blocks: [0] })).toEqual([layers[0], layers[1]]);
    expect(patternOf({ 'layers.1.*v_proj': 2, q_proj: 4 }, layers[4]!, 8)).toBe(2);
    expect(patternOf({ v: 2 }, layers[4]!, 8)).toBe(8);
  });

  it('that mean nothing are refused with the names there are', () => {
    expect(() => chosen({ targets: ['q_proj', 'query'] })).toThrow(/query.*q_proj, v_proj, up_proj/);
    expect(() => chosen({ targets: 'q_proj' })).toThrow(/no linear layer/);
    expect(() => chosen({ targets: '(' })).toThrow(/no regular expression/);
  });
});

describe('a spec', () => {
  const refusals: [string, TrainSpec, string, RegExp][] = [
    ['llama', { method: 'qlora' }, 'unsupported', /full, last-layers/],
    ['llama', { method: 'full', lora: {} }, 'invalid-input', /"lora" is given/],
    ['llama', { method: 'lora', lora: { rank: 0 } }, 'invalid-input', /rank/],
    ['llama', { method: 'last-layers', layers: 9 }, 'invalid-input', /has 2 of them/],
    ['llama', { method: 'head' }, 'unsupported', /classification/],
    ['llama', { method: 'prefix', batches: { packing: true } }, 'unsupported', /packing/],
    ['llama', { method: 'lora', batches: { maxLength: 1000 } }, 'invalid-input', /room for 128/],
    // @ts-expect-error A rule that is none.
    ['llama', { method: 'lora', batches: { tooLong: 'cut' } }, 'invalid-input', /truncate-prompt or drop/],
    ['llama', { method: 'soft-prompt', softPrompt: { init: { ids: [999] } } }, 'invalid-input', /0 to 319/],
    ['llama', { method: 'soft-prompt', loss: { kind: 'classification', labels: 2 } }, 'unsupported', /causal/],
    ['bert-mean', { method: 'full' }, 'unsupported', /causal loss on an encoder/],
    ['bert-classifier', { method: 'full', loss: { kind: 'classification', labels: 5 } }, 'unsupported', /5 labels/],
    ['llama', { method: 'full', loss: { kind: 'classification', labels: ['a'] } }, 'invalid-input', /more than 1/],
    ['llama', { method: 'full', learningRate: -1 }, 'invalid-input', /learningRate/],
  ];
  it.each(refusals)('of %s %o is refused (%s)', async (name, spec, tag, message) => {
    const error = await trainerOn(name, spec).catch((cause: unknown) => cause);
    expect(ModeshiftError.is(error, tag as 'unsupported')).toBe(true);
    expect((error as Error).message).toMatch(message);
  });

  it('refuses examples that do not fit', async () => {
    const trainer = await trainerOn('llama', { method: 'lora' });
    await expect(trainer.forwardBackward([])).rejects.toThrow(/counts/);
    await expect(trainer.forwardBackward([{ ids: [1, 999] }])).rejects.toThrow(/vocabulary of 320/);
    await expect(trainer.forwardBackward([{ ids: [1, 2], labels: [1] }])).rejects.toThrow(/1 labels/);
    await expect(trainer.forwardBackward([{ ids: [1, 2], labels: [-100, -100] }])).rejects.toThrow(/-100/);
    await expect(trainer.forwardBackward([{ ids: [1, 2], label: 1 }])).rejects.toThrow(/causal/);
    await expect(trainer.optimStep()).rejects.toThrow(/forwardBackward/);
    await expect(trainer.train({ examples: [] })).rejects.toThrow(/at least one/);
    await trainer.dispose();
  });
});

describe('a folder', () => {
  it('is replaced as a whole, and stays when writing fails', async () => {
    const target = join(folder, 'target');
    await writeFolderAtomically(target, temporary => writeFile(join(temporary, 'a'), 'one'));
    await writeFolderAtomically(target, temporary => writeFile(join(temporary, 'b'), 'two'));
    expect(readdirSync(target)).toEqual(['b']);
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const error = await writeFolderAtomically(target, async temporary => {
      await writeFile(join(temporary, 'c'), 'half');
      throw full;
    }).catch((cause: unknown) => cause);
    expect(ModeshiftError.is(error, 'storage')).toBe(true);
    expect((error as Error).message).toMatch(/disk is full/);
    expect(readdirSync(folder)).toEqual(['target']);
    expect(readFileSync(join(target, 'b'), 'utf8')).toBe('two');
  });

  it('left half-done by a killed process is put right', async () => {
    const parent = join(folder, 'killed');
    const id = '00000000-0000-4000-8000-000000000000';
    mkdirSync(join(parent, `step-1.${id}.old`), { recursive: true });
    writeFileSync(join(parent, `step-1.${id}.old`, 'a'), '');
    mkdirSync(join(parent, `step-2.${id}.tmp`));
    await removeLeftovers(parent);
    expect(readdirSync(parent)).toEqual(['step-1']);
  });
});

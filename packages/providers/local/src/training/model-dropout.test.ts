// The model's own dropout while it is trained: losses and gradients of transformers with the same masks.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainSpec } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import {
  examplesOf,
  fixture,
  golden,
  normOf,
  type PaddedBatch,
  relativeDifference,
} from '../../test/training-fixtures.ts';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { createTrainer } from './create-trainer.ts';
import { moduleName } from './load-base.ts';
import type { LocalTrainer } from './local-trainer.ts';

interface Golden {
  readonly config: Readonly<Record<string, number>>;
  readonly batch: PaddedBatch;
  readonly loss: number;
  readonly lossWithout: number;
  readonly norms: Readonly<Record<string, number>>;
  readonly first: Readonly<Record<string, readonly number[]>>;
}
const { seed, cases } = golden('.', 'dropout.json') as { seed: number; cases: Record<string, Golden> };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A trainer of every weight on a copy of a fixture whose configuration has dropout. */
async function trainer(name: string, spec: Partial<TrainSpec> = {}): Promise<LocalTrainer> {
  const folder = mkdtempSync(join(tmpdir(), 'dropout-'));
  folders.push(folder);
  for (const file of ['config.json', 'model.safetensors']) await cp(join(fixture(name), file), join(folder, file));
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, ...cases[name]!.config }));
  const losses: Readonly<Record<string, TrainSpec['loss']>> = {
    'bert-classifier': { kind: 'classification', labels: 3 },
    'xlmr-reranker': { kind: 'classification', labels: 1, problem: 'multi-label' },
  };
  const loss = losses[name];
  const whole: TrainSpec = { method: 'full', seed, ...(loss ? { loss } : {}), ...spec };
  return createTrainer(await openCheckpoint(folder), { ...whole, options: { threads: 1, ...spec.options } });
}

describe.each(Object.keys(cases))('%s', name => {
  const { batch, loss, lossWithout, norms, first } = cases[name]!;
  const examples = examplesOf(batch);

  it('has the loss and the gradients of transformers, in whole and with blocks computed again', async () => {
    for (const recompute of [false, true]) {
      const model = await trainer(name, { batches: { recompute } });
      const { modelType } = model.checkpoint.config;
      const gradients = Object.fromEntries(
        Object.entries(await model.gradients(examples)).map(([key, value]) => [
          moduleName(key, modelType, model.resolved.loss.kind),
          value,
        ]),
      );
      expect(Object.keys(gradients).sort()).toEqual(Object.keys(norms).sort());
      for (const [key, norm] of Object.entries(norms)) {
        expect(Math.abs(normOf(gradients[key]!) - norm), key).toBeLessThan(1e-3 * norm + 1e-5);
        const [ours, theirs] = [gradients[key]!.slice(0, 3), first[key]!];
        if (normOf(theirs) > 1e-4) expect(relativeDifference(ours, theirs), key).toBeLessThan(2e-3);
      }
      expect((await model.forwardBackward(examples)).loss).toBeCloseTo(loss, 5);
      await model.dispose();
    }
  });

  it('drops nothing where a loss is measured, and nothing at all when told so', async () => {
    const model = await trainer(name);
    expect((await model.evaluate(examples)).loss).toBeCloseTo(lossWithout, 5);
    await model.dispose();
    const without = await trainer(name, { options: { dropout: false } });
    expect((await without.forwardBackward(examples)).loss).toBeCloseTo(lossWithout, 5);
    await without.dispose();
  });
});

describe('a run with dropout', () => {
  const examples = examplesOf(cases.gpt2!.batch);
  const step = async (model: LocalTrainer): Promise<number> => (await model.step(examples)).loss;

  it('goes on to the bit from a saved state, with other masks at every step', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dropout-'));
    folders.push(folder);
    const whole = await trainer('gpt2', { learningRate: 0.01 });
    const losses = [await step(whole), await step(whole)];
    await whole.saveState(folder);
    losses.push(await step(whole), await step(whole));
    const resumed = await trainer('gpt2', { learningRate: 0.01 });
    await resumed.loadState(folder);
    expect([await step(resumed), await step(resumed)]).toEqual(losses.slice(2));
    expect(resumed.parameters()).toEqual(whole.parameters());
    const other = await trainer('gpt2', { learningRate: 0.01, seed: seed + 1 });
    expect(await step(other)).not.toBe(losses[0]);
    const others = await trainer('gpt2', { learningRate: 0.01, options: { dropout: false } });
    await expect(others.loadState(folder)).rejects.toThrow('another training');
    for (const one of [whole, resumed, other, others]) await one.dispose();
  });

  it('leaves the model whole where answers are compared with it, as TRL does', async () => {
    const pairs = [{ prompt: [5, 6, 7], chosen: [8, 9], rejected: [10, 11] }];
    const model = await trainer('gpt2', { loss: { kind: 'preference' } });
    expect((await model.forwardBackward(pairs)).loss).toBeCloseTo(Math.log(2), 5);
    await model.dispose();
  });

  it('is refused with a share that is none', async () => {
    await expect(trainer('gpt2', { options: { dropout: 0.3 } })).rejects.toThrow('options.dropout is 0.3');
  });
});

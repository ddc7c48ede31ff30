// Losses, gradients and trajectories beside transformers and PEFT on tiny decoders.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainSpec } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { follows, followTrajectory, optimizerOf } from '../../test/follow-trajectory.ts';
import {
  examplesOf,
  fixture,
  golden,
  normOf,
  plainName,
  relativeDifference,
  trainerOn,
} from '../../test/training-fixtures.ts';
import { readSafetensors } from '../checkpoint/read-safetensors.ts';
import type { TokenExample } from './token-example.ts';

const decoders = ['llama', 'llama-untied', 'mistral', 'qwen2', 'qwen3', 'gpt2'];
const trained = ['llama', 'qwen3', 'gpt2'];

describe.each(decoders)('%s', name => {
  it('has the loss and gradients of transformers', async () => {
    const { gradients } = golden(name, 'golden.json');
    const trainer = await trainerOn(name, { method: 'full', optimizer: { clipNorm: Number.POSITIVE_INFINITY } });
    const batch = examplesOf(gradients);
    const result = await trainer.forwardBackward(batch);
    expect(result.weight).toBe(gradients.lossTokens);
    expect(Math.abs(result.loss - gradients.loss) / gradients.loss).toBeLessThan(1e-5);
    expect((await trainer.evaluate(batch)).loss).toBeCloseTo(result.loss, 5);
    const { gradientNorm } = await trainer.optimStep({ learningRate: 0 });
    expect(Math.abs(gradientNorm - gradients.totalNorm) / gradients.totalNorm).toBeLessThan(1e-4);
    const each = await trainer.gradients(batch);
    for (const [key, norm] of Object.entries<number>(gradients.norms))
      expect(Math.abs(normOf(each[key]!) - norm), key).toBeLessThan(1e-4 * norm + 1e-6);
    expect(Object.keys(each).sort()).toEqual(Object.keys(gradients.norms).sort());
    await trainer.dispose();
  });

  it('packs texts into one row without a trace', async () => {
    const { packing } = golden(name, 'golden.json');
    const batch: TokenExample[] = packing.examples;
    const results = [];
    for (const packed of [true, false]) {
      const trainer = await trainerOn(name, { method: 'full', batches: { packing: packed } });
      const { loss } = await trainer.forwardBackward(batch);
      results.push({ loss, gradients: await trainer.gradients(batch) });
      await trainer.dispose();
    }
    const [packed, apart] = results as [(typeof results)[0], (typeof results)[0]];
    expect(Math.abs(packed.loss - packing.loss)).toBeLessThan(1e-4);
    expect(Math.abs(packed.loss - apart.loss) / apart.loss).toBeLessThan(1e-5);
    for (const [key, norm] of Object.entries<number>(packing.norms)) {
      expect(Math.abs(normOf(packed.gradients[key]!) - norm), key).toBeLessThan(1e-3 * norm + 1e-6);
      expect(relativeDifference(packed.gradients[key]!, apart.gradients[key]!), key).toBeLessThan(2e-5);
    }
  });
});

describe.each(trained)('20 steps of %s', name => {
  const all = golden(name, 'training.json');
  const gpt2 = name === 'gpt2';
  const attention = gpt2 ? ['c_attn'] : ['q_proj', 'v_proj'];
  const wide = [...attention, gpt2 ? 'mlp.c_proj' : 'down_proj'];
  const patterns = gpt2 ? {} : { rankPattern: { v_proj: 2 }, alphaPattern: { v_proj: 6 } };
  const specs: Record<string, TrainSpec> = {
    full: { method: 'full' },
    lora: { method: 'lora', lora: { rank: 4, alpha: 8, targets: attention } },
    'lora-all-linear': { method: 'lora', lora: { rank: 2, alpha: 4, targets: 'all-linear' } },
    rslora: { method: 'rslora', lora: { rank: 4, alpha: 8, targets: wide, ...patterns } },
    dora: { method: 'dora', lora: { rank: 4, alpha: 8, targets: wide } },
    'prompt-tuning': { method: 'soft-prompt', softPrompt: { tokens: 5 } },
    'prefix-tuning': { method: 'prefix', prefix: { tokens: 4 } },
  };

  it.each(Object.keys(specs))('%s', async method => {
    const wanted = all[method];
    const before = join(fixture(name), 'adapters', method, 'before');
    const spec = { ...specs[method]!, ...optimizerOf(wanted), ...(existsSync(before) ? { from: before } : {}) };
    const trainer = await trainerOn(name, spec);
    const batches = wanted.batches.map(examplesOf);
    const first = await trainer.gradients(batches[0]);
    for (const [key, norm] of Object.entries<number>(wanted.firstGradientNorms ?? {}))
      expect(Math.abs(normOf(first[plainName(key)]!) - norm), key).toBeLessThan(1e-3 * norm + 1e-6);
    expect(await followTrajectory(trainer, batches, wanted)).toSatisfy(follows);
    expect(trainer.trainedParameters).toBe(wanted.trainedCount);
    await trainer.dispose();
  });

  it.each(['classifier', 'lora-classifier'])('%s', async method => {
    const wanted = all[method];
    const lora = method === 'lora-classifier';
    const trainer = await trainerOn(name, {
      ...optimizerOf(wanted),
      ...(lora ? { method: 'lora', lora: { rank: 4, alpha: 8, targets: attention } } : { method: 'full' }),
      ...(lora ? { from: join(fixture(name), 'adapters', method, 'before') } : {}),
      loss: { kind: 'classification', labels: 3 },
    });
    const batches = wanted.batches.map(examplesOf);
    if (!lora) {
      const { tensors } = readSafetensors(readFileSync(join(fixture(name), 'training.safetensors')));
      const state = trainer.state();
      trainer.restore({
        ...state,
        parameters: { ...state.parameters, 'score.weight': tensors.get('score.weight')!.float32() },
      });
    }
    const logits = await trainer.logits(batches[0]);
    for (const [i, row] of wanted.logits.entries()) expect(relativeDifference(logits[i]!, row)).toBeLessThan(1e-4);
    expect(await followTrajectory(trainer, batches, wanted)).toSatisfy(follows);
    expect(trainer.trainedParameters).toBe(wanted.trainedCount);
    await trainer.dispose();
  });

  it('DPO', async () => {
    const { dpo } = all;
    const trainer = await trainerOn(name, {
      ...optimizerOf(dpo.training),
      method: 'lora',
      lora: { rank: 4, alpha: 8, targets: attention },
      from: join(fixture(name), 'adapters/lora/before'),
      loss: { kind: 'preference', beta: dpo.beta },
    });
    const { loss } = await trainer.evaluate(dpo.pairs);
    expect(Math.abs(loss - dpo.loss) / dpo.loss).toBeLessThan(1e-4);
    const first = await trainer.gradients(dpo.pairs);
    for (const [key, norm] of Object.entries<number>(dpo.gradientNorms))
      expect(Math.abs(normOf(first[plainName(key)]!) - norm), key).toBeLessThan(1e-3 * norm + 1e-6);
    expect(await followTrajectory(trainer, [dpo.pairs], dpo.training)).toSatisfy(follows);
    expect(trainer.trainedParameters).toBe(dpo.training.trainedCount);
    await trainer.dispose();
  });
});

// Training on the WebGPU provider beside transformers and PEFT, one JSON line each, in a process of its own, since a driver may end
// it. Test-only.
// node --conditions=modeshift-source webgpu-training.ts [names]
import { join } from 'node:path';
import type { TrainSpec } from '@modeshift/core';
import { followTrajectory, optimizerOf } from './follow-trajectory.ts';
import { reportChecks } from './report-checks.ts';
import { examplesOf, fixture, golden, trainerOn } from './training-fixtures.ts';

const webgpu = { options: { device: 'webgpu' } };

/** Steps of AdamW: the greatest relative difference of losses, norms and, at the end, of the values trained. */
async function follow(name: string, method: string, spec: TrainSpec, adapted: boolean): Promise<number> {
  const wanted = golden(name, 'training.json')[method];
  const from = adapted ? { from: join(fixture(name), 'adapters', method, 'before') } : {};
  const trainer = await trainerOn(name, { ...spec, ...optimizerOf(wanted), ...from, ...webgpu });
  const batches = wanted.batches.map(examplesOf);
  const { losses, norms, values } = await followTrajectory(trainer, batches, wanted);
  await trainer.dispose();
  return Math.max(losses, norms, values.difference);
}

/** Packed rows with masks between documents, and a loss on two sides. */
async function prefer(name: string): Promise<number> {
  const { dpo } = golden(name, 'training.json');
  const trainer = await trainerOn(name, {
    ...optimizerOf(dpo.training),
    method: 'lora',
    lora: { rank: 4, alpha: 8, targets: ['q_proj', 'v_proj'] },
    from: join(fixture(name), 'adapters/lora/before'),
    loss: { kind: 'preference', beta: dpo.beta },
    ...webgpu,
  });
  const { loss } = await trainer.evaluate(dpo.pairs);
  await trainer.dispose();
  return Math.abs(loss - dpo.loss) / dpo.loss;
}

async function packed(name: string): Promise<number> {
  const { packing } = golden(name, 'golden.json');
  const trainer = await trainerOn(name, { method: 'full', batches: { packing: true }, ...webgpu });
  const { loss } = await trainer.forwardBackward(packing.examples);
  await trainer.dispose();
  return Math.abs(loss - packing.loss) / packing.loss;
}

async function classify(name: string): Promise<number> {
  const { training } = golden(name, 'golden.json');
  const loss = { kind: 'classification', labels: 3 } as const;
  const trainer = await trainerOn(name, { ...optimizerOf(training), method: 'full', loss, ...webgpu });
  const { losses, norms } = await followTrajectory(trainer, training.batches.map(examplesOf), training);
  await trainer.dispose();
  return Math.max(losses, norms);
}

/** A trainer, for finding out whether there is an adapter. */
async function probe(): Promise<number> {
  const trainer = await trainerOn('llama', { method: 'lora', ...webgpu });
  await trainer.dispose();
  return 0;
}

const wide = ['q_proj', 'v_proj', 'down_proj'];
await reportChecks({
  'full llama': () => follow('llama', 'full', { method: 'full' }, false),
  'full gpt2': () => follow('gpt2', 'full', { method: 'full' }, false),
  'lora llama': () =>
    follow('llama', 'lora', { method: 'lora', lora: { rank: 4, alpha: 8, targets: ['q_proj', 'v_proj'] } }, true),
  'dora qwen3': () => follow('qwen3', 'dora', { method: 'dora', lora: { rank: 4, alpha: 8, targets: wide } }, true),
  'soft prompt gpt2': () => follow('gpt2', 'prompt-tuning', { method: 'soft-prompt', softPrompt: { tokens: 5 } }, true),
  'prefix llama': () => follow('llama', 'prefix-tuning', { method: 'prefix', prefix: { tokens: 4 } }, true),
  'packed mistral': () => packed('mistral'),
  'preference llama': () => prefer('llama'),
  probe,
  'classifier bert': () => classify('bert-classifier'),
});

// Trains a few steps by every method and saves, for check_adapters.py: what PEFT and transformers must load and compute alike.
// node --conditions=modeshift-source oracles/local/engine/write_adapters.ts FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainSpec } from '@modeshift/core';
import { openCheckpoint } from '../../../packages/providers/local/src/checkpoint/checkpoint.ts';
import { createTrainer } from '../../../packages/providers/local/src/training/create-trainer.ts';
import { sequencesOf, type TokenExample } from '../../../packages/providers/local/src/training/token-example.ts';
import { examplesOf, fixture, golden, rowsOf } from '../../../packages/providers/local/test/training-fixtures.ts';

const out = process.argv[2];
if (!out) throw new Error('Name a folder to write into.');
const all = 'all-linear';
const causal: Record<string, TrainSpec> = {
  lora: { method: 'lora', lora: { rank: 4 } },
  'lora-all-linear': { method: 'lora', lora: { rank: 2, alpha: 6, targets: all, init: 'random' } },
  'lora-blocks': { method: 'lora', lora: { rank: 2, blocks: [1], init: 'gaussian' } },
  rslora: { method: 'rslora', lora: { rank: 4, targets: all } },
  dora: { method: 'dora', lora: { rank: 4, targets: all, init: 'random' } },
  'soft-prompt': { method: 'soft-prompt', softPrompt: { tokens: 6 } },
  prefix: { method: 'prefix', prefix: { tokens: 3 } },
  full: { method: 'full' },
  'last-layers': { method: 'last-layers', layers: 1 },
};
const labels = ['退款', 'delivery', 'other'];
const classification: Record<string, TrainSpec> = {
  'lora-classifier': { method: 'lora', lora: { rank: 4 }, loss: { kind: 'classification', labels } },
  'dora-classifier': { method: 'dora', lora: { targets: all }, loss: { kind: 'classification', labels } },
  head: { method: 'head', loss: { kind: 'classification', labels } },
  'full-classifier': { method: 'full', loss: { kind: 'classification', labels } },
};

async function write(model: string, name: string, spec: TrainSpec, batch: readonly TokenExample[]): Promise<void> {
  const checkpoint = await openCheckpoint(fixture(model));
  const trainer = await createTrainer(checkpoint, {
    ...spec,
    learningRate: 0.01,
    options: { baseModel: fixture(model) },
  });
  for (let i = 0; i < 3; i++) await trainer.step(batch);
  const folder = join(out!, model, name);
  mkdirSync(join(out!, model), { recursive: true });
  await trainer.save(folder);
  const adapter = trainer.resolved.virtual !== undefined || trainer.base.network.adapters.size > 0;
  if (adapter && !trainer.resolved.virtual) await trainer.mergeAndSave(`${folder}.merged`);
  const { loss } = trainer.resolved;
  const rows = batch.flatMap(example => sequencesOf(example, loss, 512).map(({ ids }) => ids));
  const expected = {
    adapter,
    kind: loss.kind,
    method: spec.method,
    rows,
    labels: batch.map(example => ('labels' in example ? example.labels : 'label' in example ? example.label : null)),
    loss: (await trainer.evaluate(batch)).loss,
    logits: loss.kind === 'classification' ? (await trainer.logits(batch)).map(row => [...row]) : null,
    trained: trainer.trainedParameters,
    all: trainer.allParameters,
  };
  writeFileSync(`${folder}.json`, JSON.stringify(expected));
  await trainer.dispose();
}

for (const model of ['llama', 'qwen3', 'gpt2', 'llama-untied']) {
  const { gradients } = golden(model, 'golden.json');
  const batch = examplesOf(gradients);
  for (const [name, spec] of Object.entries(causal)) await write(model, name, spec, batch);
  const classes = rowsOf(gradients).map((row, i) => ({ ...row, label: i % 3 }));
  for (const [name, spec] of Object.entries(classification)) await write(model, name, spec, classes);
}
for (const model of ['bert-mean', 'xlmr-mean']) {
  const { contrastive } = golden(model, 'golden.json');
  const passages = rowsOf(contrastive.passages);
  const pairs = rowsOf(contrastive.queries).map((query, i) => ({ query, positive: passages[i]! }));
  for (const method of ['lora', 'full']) {
    const spec: TrainSpec = {
      method,
      loss: { kind: 'contrastive' },
      ...(method === 'lora' ? { lora: { targets: all } } : {}),
    };
    await write(model, `${method}-contrastive`, spec, pairs);
  }
  const classes = rowsOf(contrastive.queries).map((row, i) => ({ ...row, label: i % 3 }));
  for (const [name, spec] of Object.entries(classification)) await write(model, name, spec, classes);
}

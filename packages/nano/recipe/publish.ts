// Writes the weights of a run into the package: 8 bits a value, from which the checkpoint is rebuilt bit by bit.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCheckpoint, type SafetensorsEntry, writeSafetensors } from '@modeshift/local';
import { blockSize, scalesSuffix, unpackWeights, zeroPoint } from '../src/unpack-weights.ts';
import type { RunFolder } from './run-folder.ts';

/** Values as 8-bit numbers and a scale for each block, so that the largest of a block becomes 127. */
export function packValues(values: Float32Array): { readonly numbers: Uint8Array; readonly scales: Float32Array } {
  const numbers = new Uint8Array(values.length).fill(zeroPoint);
  const scales = new Float32Array(Math.ceil(values.length / blockSize));
  for (let block = 0; block < scales.length; block++) {
    const part = values.subarray(block * blockSize, (block + 1) * blockSize);
    const scale = Math.fround(part.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127);
    scales[block] = scale;
    if (scale > 0)
      for (let i = 0; i < part.length; i++) numbers[block * blockSize + i] = zeroPoint + Math.round(part[i]! / scale);
  }
  return { numbers, scales };
}

/** Writes the averaged weights of a run, its tokenizer and its settings, and the record of the run. */
export async function publish(run: RunFolder, folder: string): Promise<void> {
  const record = run.record();
  if (!record) throw new Error('There is no run yet: train first (npm run train:nano).');
  const checkpoint = await openCheckpoint(run.base);
  const entries: Record<string, SafetensorsEntry> = {};
  for (const [name, values] of run.averages(record.step)) {
    const { shape } = checkpoint.weights.find(name)!;
    if (shape.length === 1) entries[name] = { shape, data: values };
    else {
      const { numbers, scales } = packValues(values);
      entries[name] = { shape, data: numbers };
      entries[name + scalesSuffix] = { shape: [scales.length], data: scales };
    }
  }
  await checkpoint.weights.close();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packed = writeSafetensors(entries);
  writeFileSync(join(folder, 'nano.safetensors'), packed);
  const files = readdirSync(run.base)
    .filter(name => name !== 'model.safetensors')
    .sort();
  for (const name of files) copyFileSync(join(run.base, name), join(folder, name));
  const model = unpackWeights(packed);
  const sha256 = createHash('sha256').update(model).digest('hex');
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify({ sha256, bytes: model.length, files }, null, 2)}\n`);
  const { curve, ...figures } = record;
  const thinned = curve.filter((_, i) => i % Math.ceil(curve.length / 100) === 0 || i === curve.length - 1);
  writeFileSync(
    join(folder, 'training.json'),
    `${JSON.stringify({ ...figures, seconds: Math.round(figures.seconds), curve: thinned })}\n`,
  );
  const size = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  console.log(
    `Wrote ${folder}: step ${record.step}, ${(size / 1e6).toFixed(2)} MB, checkpoint ${sha256.slice(0, 16)}.`,
  );
}

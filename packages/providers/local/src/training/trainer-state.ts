// A trainer's state as files: parameters, moments and counters.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParameterValues, TrainingState } from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';
import { readJson } from '../checkpoint/checkpoint.ts';
import { openSafetensors } from '../checkpoint/open-safetensors.ts';
import { toFloat32 } from '../checkpoint/tensor-values.ts';
import type { LocalTrainer } from './local-trainer.ts';
import { writeFolderAtomically } from './write-folder-atomically.ts';
import { writeTensorFile } from './write-tensor-file.ts';

const tensorFile = 'training_state.safetensors';
const jsonFile = 'training_state.json';
const format = 1;

/** Writes a trainer's state, with what a run wants to know again, into a folder; whole or not at all. */
export async function saveTrainerState(
  trainer: LocalTrainer,
  dir: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { step, optimizer, parameters, slots } = trainer.state();
  const groups: Record<string, ParameterValues> = { values: parameters, ...slots };
  const tensors = Object.entries(groups).flatMap(([group, values]) =>
    Object.entries(values).map(([name, data]) => ({
      name: `${group}/${name}`,
      shape: trainer.shapes.get(name)!,
      read: async () => data as Float32Array,
    })),
  );
  const json = { format, step, optimizer, slots: Object.keys(slots), fingerprint: fingerprintOf(trainer), ...more };
  await writeFolderAtomically(dir, async folder => {
    await writeTensorFile(join(folder, tensorFile), tensors, {});
    await writeFile(join(folder, jsonFile), `${JSON.stringify(json, null, 2)}\n`);
  });
}

/** Reads a state back into a trainer, and gives what was written with it. Throws `storage` when it is of another training. */
export async function loadTrainerState(trainer: LocalTrainer, dir: string): Promise<Readonly<Record<string, unknown>>> {
  const path = join(dir, jsonFile);
  const json = (await readJson(path, 'The state of the training cannot be read')) as {
    format?: unknown;
    step: number;
    optimizer: string;
    slots: readonly string[];
    fingerprint?: unknown;
  };
  if (json.format !== format || json.fingerprint !== fingerprintOf(trainer))
    throw new ModeshiftError(
      { tag: 'storage', path },
      `${dir} is a state of another training: its model, method or parameters differ. Use another folder, or make the trainer as before.`,
    );
  const tensorPath = join(dir, tensorFile);
  const file = await openSafetensors(tensorPath);
  const group = async (name: string): Promise<ParameterValues> => {
    const values: ParameterValues = {};
    for (const parameter of trainer.shapes.keys()) {
      const range = file.ranges.get(`${name}/${parameter}`);
      if (!range)
        throw new ModeshiftError({ tag: 'storage', path: tensorPath }, `${tensorPath} has no "${name}/${parameter}".`);
      values[parameter] = toFloat32(range.dtype, await file.read(range), true);
    }
    return values;
  };
  let state: TrainingState;
  try {
    const slots: Record<string, ParameterValues> = {};
    for (const slot of json.slots) slots[slot] = await group(slot);
    state = { step: json.step, optimizer: json.optimizer, parameters: await group('values'), slots };
  } finally {
    await file.close();
  }
  trainer.restore(state);
  return json as unknown as Readonly<Record<string, unknown>>;
}

/** What must be the same for a state to fit: the spec, and the names and shapes of what is trained. */
function fingerprintOf({ resolved, shapes, checkpoint }: LocalTrainer): string {
  const { spec, threads: _, device: __, tooLong: ___, dropout, ...settings } = resolved;
  const { dropout: ____, ...config } = checkpoint.config;
  const parts: unknown[] = [settings, spec.lora, [...shapes], config];
  // A state without dropout says nothing of it, so that those of earlier versions fit.
  if (Object.values(dropout).some(share => share > 0)) parts.push(dropout);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

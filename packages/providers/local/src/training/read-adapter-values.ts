// The values of a saved PEFT adapter, to go on training from.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { requireSameTable } from '../adapters/same-table.ts';
import { readSafetensors } from '../checkpoint/read-safetensors.ts';
import { storageError } from '../storage-error.ts';
import { type LoadedBase, moduleName } from './load-base.ts';
import { peftKeys } from './peft-names.ts';
import type { ResolvedSpec } from './resolve-spec.ts';

/** Reads `adapter_model.safetensors`; every trained parameter must be there, in its shape. `values` tell the sizes. */
export async function readAdapterValues(
  folder: string,
  trained: Pick<LoadedBase, 'network' | 'options'> & { readonly resolved: ResolvedSpec },
  values: Readonly<Record<string, ArrayLike<number>>>,
): Promise<Record<string, Float32Array>> {
  const path = join(folder, 'adapter_model.safetensors');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw storageError(cause, path, 'The adapter cannot be read');
  }
  const { tensors } = readSafetensors(bytes, path);
  const keys = peftKeys(trained, trained.resolved);
  const table = savedTable(trained, path, tensors);
  const strange = [...tensors.keys()].find(key => !keys.has(key) && key !== table);
  if (strange !== undefined)
    throw invalidInput(
      `${path} holds "${strange}", which this training does not have. Use the method, rank and targets that the adapter was made with.`,
    );
  const read: Record<string, Float32Array> = {};
  for (const [key, name] of keys) {
    const tensor = tensors.get(key);
    if (!tensor)
      throw new ModeshiftError({ tag: 'storage', path }, `${path} has no "${key}", which this training needs.`);
    const data = tensor.float32();
    if (data.length !== values[name]?.length)
      throw invalidInput(
        `${path}: "${key}" has ${data.length} numbers and ${values[name]?.length} are needed. Use the rank the adapter was made with.`,
      );
    read[name] = data;
  }
  return read;
}

/** The key under which PEFT has saved the table beside its adapter. One that differs from the model's was changed by other means. */
function savedTable(
  { network, resolved, options }: Pick<LoadedBase, 'network' | 'options'> & { readonly resolved: ResolvedSpec },
  path: string,
  tensors: ReturnType<typeof readSafetensors>['tensors'],
): string | undefined {
  const layer = [...network.adapters.values()].find(({ embedding }) => embedding);
  if (!layer) return undefined;
  const outer = `base_model.model.${moduleName(layer.module, options.config.modelType, resolved.loss.kind)}`;
  const key = [`${outer}.base_layer.weight`, `${outer}.weight`].find(one => tensors.has(one));
  if (key === undefined) return undefined;
  requireSameTable(path, tensors.get(key)!.float32(), network.base.get(`${layer.module}.weight`)!.data);
  return key;
}

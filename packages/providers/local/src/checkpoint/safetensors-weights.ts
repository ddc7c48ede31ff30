// The weights of a checkpoint folder: one safetensors file, or several with an index.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { storageError } from '../storage-error.ts';
import { withoutWeights } from './missing-files.ts';
import { type OpenSafetensors, openSafetensors } from './open-safetensors.ts';
import { readFloats } from './read-floats.ts';
import type { Weight, Weights } from './weights.ts';

const single = 'model.safetensors';
const index = 'model.safetensors.index.json';

/**
 * Opens the weights of a folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
 *
 * Format of the index: https://huggingface.co/docs/safetensors (a `weight_map` from tensor to file).
 *
 * @throws ModeshiftError `storage` when a file is missing, damaged, or a tensor of the index is not where it says.
 */
export async function openWeights(folder: string): Promise<Weights> {
  const shards = await readIndex(folder);
  const opened: OpenSafetensors[] = [];
  const weights = new Map<string, Weight>();
  try {
    for (const [file, names] of shards ?? new Map([[single, undefined]])) {
      const open = await openSafetensors(join(folder, file)).catch(async error => {
        if (error.reason?.code !== 'ENOENT') throw error;
        throw shards ? missingShard(folder, file, error) : await withoutWeights(folder);
      });
      opened.push(open);
      for (const name of names ?? []) {
        if (!open.ranges.has(name))
          throw new ModeshiftError(
            { tag: 'storage', path: join(folder, file) },
            `${join(folder, index)} says that ${name} is in ${file}, and it is not there. Get the checkpoint again.`,
          );
      }
      for (const [name, range] of open.ranges)
        weights.set(name, {
          shape: range.shape,
          bytes: range.end - range.begin,
          read: async into => {
            try {
              return await readFloats(open, range, into);
            } catch (error) {
              if (!ModeshiftError.is(error, 'unsupported')) throw error;
              throw new ModeshiftError(error.reason, `${join(folder, file)}, ${name}: ${error.message}`, {
                cause: error,
              });
            }
          },
        });
    }
  } catch (error) {
    await Promise.all(opened.map(open => open.close()));
    throw error;
  }
  return {
    names: [...weights.keys()],
    place: folder,
    find: name => weights.get(name),
    close: async () => {
      await Promise.all(opened.map(open => open.close()));
    },
  };
}

function missingShard(folder: string, file: string, { reason }: ModeshiftError): ModeshiftError {
  return new ModeshiftError(
    reason,
    `${join(folder, index)} names ${file}, and it is not there. Put it there, or get the checkpoint again.`,
  );
}

/** Files with the tensors that the index says they hold, or `undefined` where there is no index. */
async function readIndex(folder: string): Promise<Map<string, string[]> | undefined> {
  const path = join(folder, index);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ENOENT') return undefined;
    throw storageError(cause, path, 'The index of the weights cannot be read');
  }
  const bad = (): ModeshiftError =>
    new ModeshiftError({ tag: 'storage', path }, `${path} is no index of weights. Get the checkpoint again.`);
  let map: unknown;
  try {
    map = (JSON.parse(text) as { weight_map?: unknown }).weight_map;
  } catch {
    throw bad();
  }
  if (typeof map !== 'object' || map === null) throw bad();
  const shards = new Map<string, string[]>();
  for (const [name, file] of Object.entries(map)) {
    // A name with a path in it could make us read elsewhere on the disk.
    if (typeof file !== 'string' || !/^[\w.-]+\.safetensors$/.test(file)) throw bad();
    shards.set(file, [...(shards.get(file) ?? []), name]);
  }
  return shards;
}

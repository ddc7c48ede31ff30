// The weights of a checkpoint that was closed, for graphs that are built later.
import { stat } from 'node:fs/promises';
import { type Checkpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import { openLlama2c } from '../checkpoint/llama2c.ts';
import type { Weights } from '../checkpoint/weights.ts';
import { storageError } from '../storage-error.ts';

/** Opens the weights of a checkpoint again. Throws `storage` when the files are gone. */
export async function reopenWeights({ folder }: Checkpoint): Promise<Weights> {
  const found = await stat(folder).catch(cause => {
    throw storageError(cause, folder, 'The weights cannot be read again');
  });
  return (found.isDirectory() ? await openCheckpoint(folder) : await openLlama2c(folder)).weights;
}

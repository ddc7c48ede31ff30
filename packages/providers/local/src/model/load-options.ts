// What every runtime tells its loader, and what must happen when loading fails half way.
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Device } from '../network/device.ts';
import type { WeightFormat } from '../network/quantise.ts';
import type { CallScope } from '../worker/serve-calls.ts';
import { given } from './given.ts';
import { byteProgress } from './load-directory.ts';
import type { ModelSource } from './model-source.ts';

/** What all loaders take. */
export interface LoadOptions {
  readonly weights?: WeightFormat;
  readonly threads?: number;
  readonly device?: Device;
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}

/** The options of a source, with progress sent to the owner. */
export function loadOptions({ weights, threads, device }: ModelSource, scope: CallScope): LoadOptions {
  return {
    ...given({ weights, threads, device }),
    signal: scope.signal,
    onProgress: byteProgress(scope, 'loading'),
  };
}

/** Runs `load`, and closes the checkpoint's files when it fails before it has taken them over. */
export async function withCheckpoint<T>(
  checkpoint: Checkpoint,
  load: (checkpoint: Checkpoint) => Promise<T>,
): Promise<T> {
  try {
    return await load(checkpoint);
  } catch (error) {
    await checkpoint.weights.close();
    throw error;
  }
}

// From what a model is called to its folder: in the engine's thread.
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Progress } from '@modeshift/core';
import { requireConfig } from '../checkpoint/checkpoint.ts';
import { resolveCheckpoint } from '../hub/index.ts';
import type { CallScope } from '../worker/serve-calls.ts';
import { given } from './given.ts';
import type { ModelSource } from './model-source.ts';

/** Sends how many bytes are done, at most ten times a second. */
export function byteProgress(scope: CallScope, phase: string): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - last < 100) return;
    last = now;
    scope.send({ phase, done, total, unit: 'bytes' } satisfies Progress);
  };
}

/** The folder (or llama2.c file) of a checkpoint, downloaded where it is an id on the hub. */
export async function loadDirectory(source: ModelSource, scope: CallScope): Promise<string> {
  const { checkpoint, revision, cacheDir, offline } = source;
  if (extname(checkpoint) === '.bin' && (await isFile(checkpoint))) return checkpoint;
  const report = byteProgress(scope, 'downloading');
  const { directory } = await resolveCheckpoint(checkpoint, {
    signal: scope.signal,
    ...given({ revision, cacheDir, offline }),
    onProgress: ({ bytes, totalBytes }) => report(bytes, totalBytes),
  });
  await requireConfig(directory);
  return directory;
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isFile(),
    () => false,
  );

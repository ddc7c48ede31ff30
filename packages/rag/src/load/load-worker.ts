// The thread in which files are read: one file after another, so that none can stop the program.
import { parentPort } from 'node:worker_threads';
import { ModeshiftError } from '@modeshift/core';
import { readSource } from './read-source.ts';
import type { LoadRequest } from './read-sources.ts';

parentPort!.on('message', async ({ id, ...content }: LoadRequest) => {
  try {
    parentPort!.postMessage({ document: await readSource(id, content) });
  } catch (error) {
    const known = ModeshiftError.is(error);
    const reason = known ? error.reason : { tag: 'invalid-input' as const };
    const message = error instanceof Error ? error.message : String(error);
    parentPort!.postMessage({ reason, message: known ? message : `The file cannot be read: ${message}` });
  }
});

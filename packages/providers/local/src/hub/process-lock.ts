// One process at a time: a file that its owner keeps fresh, and that others take over when it is stale.
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { throwIfAborted } from '@modeshift/core';

const freshenMs = 2_000;
const staleMs = 15_000;
const lookMs = 100;

/**
 * Does some work while no other process does work under the same lock. A process that died is waited for 15 seconds at most.
 *
 * @throws ModeshiftError `aborted` while waiting; a system error when the lock cannot be written.
 */
export async function withProcessLock<T>(
  file: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  for (;;) {
    throwIfAborted(signal);
    if (await take(file)) break;
    await new Promise(resolve => setTimeout(resolve, lookMs));
  }
  const timer = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, freshenMs);
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await (await open(file, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
  if (age > staleMs) {
    // Only one of several takes it away.
    const aside = `${file}.${randomUUID()}`;
    await rename(file, aside).then(
      () => rm(aside, { force: true }),
      () => undefined,
    );
  }
  return false;
}

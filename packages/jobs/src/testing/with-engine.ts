// What the cases share: a fresh engine, and ways to look at its runs.
import { setTimeout as pause } from 'node:timers/promises';
import type { JobEngine, RunEvent } from '../engine.ts';
import type { EngineUnderTest } from './test-engine.ts';

let made = 0;

/** Runs with a fresh engine and closes it. */
export function withEngine(
  engine: EngineUnderTest,
  use: (opened: JobEngine, name: string) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const name = `case-${process.pid}-${++made}`;
    const opened = await engine.open(name);
    try {
      await use(opened, name);
    } finally {
      await opened.close({ graceMs: 100 });
    }
  };
}

/** All events of a run after a point, to its end. */
export async function eventsOf(engine: JobEngine, id: string, after = 0): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const some of engine.events(id, { after })) all.push(...some);
  return all;
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 6000; i++) {
    if (await holds()) return;
    await pause(5);
  }
  throw new Error(`It never came to this: ${what}`);
}

/** A door that work waits at. */
export function door(): { readonly open: () => void; readonly opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, opened: promise };
}

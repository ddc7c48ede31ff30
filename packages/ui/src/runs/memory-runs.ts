// Runs in this process: they outlive every page, and end with the process.
import { randomBytes } from 'node:crypto';
import { invalidInput } from '@modeshift/core';
import type { RunEngine, RunRequest, RunSnapshot } from './run-engine.ts';

/** Options of {@link memoryRuns}. */
export interface MemoryRunsOptions {
  /** Runs that are remembered after their end. Left out: 100. */
  readonly keep?: number;
  /** Lines of the log that each run keeps, the last ones. Left out: 5000. */
  readonly maxLogLines?: number;
}

interface Run {
  snapshot: RunSnapshot;
  readonly request: RunRequest;
  readonly controller: AbortController;
  readonly watchers: Set<() => void>;
}

const isOver = ({ status }: RunSnapshot): boolean => status !== 'waiting' && status !== 'running';

/**
 * Runs jobs in this process. They are gone when it ends: for runs that survive a crash, give `app` an engine that stores them.
 *
 * @throws ModeshiftError `invalid-input` for numbers that make no sense.
 * @example
 * ```ts
 * import { app, memoryRuns } from '@modeshift/ui';
 *
 * app({ title: '训练', runs: memoryRuns({ keep: 20 }) });
 * ```
 */
export function memoryRuns({ keep = 100, maxLogLines = 5000 }: MemoryRunsOptions = {}): RunEngine {
  if (!(keep >= 1) || !(maxLogLines >= 1)) throw invalidInput('keep and maxLogLines must be 1 or more.');
  const runs = new Map<string, Run>();
  let isStopped = false;

  const change = (run: Run, change: Partial<RunSnapshot>): void => {
    if (isOver(run.snapshot)) return;
    run.snapshot = { ...run.snapshot, ...change };
    for (const wake of run.watchers) wake();
  };
  const forgetOld = (): void => {
    const over = [...runs.values()].filter(run => isOver(run.snapshot));
    for (const run of over.slice(0, Math.max(0, over.length - keep))) runs.delete(run.snapshot.id);
  };
  const end = (run: Run, status: RunSnapshot['status'], error?: string): void => {
    change(run, { status, error, endedAt: new Date() });
    forgetOld();
  };

  const execute = async (run: Run): Promise<void> => {
    const { request, controller } = run;
    const { signal } = controller;
    change(run, { status: 'running' });
    try {
      const values = request.work({
        run: { id: run.snapshot.id },
        signal,
        progress: (done, total, words = {}) => {
          const label = [words.label, words.unit].filter(Boolean).join(' ');
          change(run, { progress: { done, ...(total !== undefined && { total }), ...(label && { label }) } });
        },
        log: (message, level = 'info') => {
          const line = level === 'info' ? message : `${level}: ${message}`;
          change(run, { log: [...run.snapshot.log, line].slice(-maxLogLines) });
        },
      });
      for await (const some of values) {
        if (signal.aborted) break;
        change(run, { values: { ...run.snapshot.values, ...some } });
      }
      end(run, signal.aborted ? 'cancelled' : 'done');
    } catch (error) {
      if (signal.aborted) end(run, 'cancelled');
      else end(run, 'failed', request.describeError(error));
    }
  };

  const working = new Map<Run, Promise<void>>();
  const next = (job: string): void => {
    for (const run of runs.values()) {
      if (run.request.job !== job || run.snapshot.status !== 'waiting') continue;
      const running = [...working.keys()].filter(one => one.request.job === job).length;
      if (isStopped || running >= run.request.concurrency) return;
      const work = execute(run).finally(() => {
        working.delete(run);
        next(job);
      });
      working.set(run, work);
    }
  };

  return {
    async start(request) {
      if (isStopped) throw invalidInput('The server is stopping: no run can be started.');
      const id = randomBytes(12).toString('hex');
      const snapshot: RunSnapshot = {
        id,
        job: request.job,
        owner: request.owner,
        status: 'waiting',
        startedAt: new Date(),
        endedAt: undefined,
        progress: undefined,
        log: [],
        values: {},
        error: undefined,
      };
      runs.set(id, { snapshot, request, controller: new AbortController(), watchers: new Set() });
      next(request.job);
      return runs.get(id)!.snapshot;
    },
    async get(id) {
      return runs.get(id)?.snapshot;
    },
    async *watch(id, signal) {
      const run = runs.get(id);
      if (!run) return;
      let seen: RunSnapshot | undefined;
      let wake = (): void => undefined;
      const onChange = (): void => wake();
      run.watchers.add(onChange);
      signal.addEventListener('abort', onChange);
      try {
        while (!signal.aborted) {
          if (run.snapshot !== seen) {
            seen = run.snapshot;
            yield seen;
          } else if (isOver(seen)) return;
          else
            await new Promise<void>(resolve => {
              wake = resolve;
            });
        }
      } finally {
        run.watchers.delete(onChange);
        signal.removeEventListener('abort', onChange);
      }
    },
    async cancel(id) {
      const run = runs.get(id);
      if (!run || isOver(run.snapshot)) return false;
      run.controller.abort();
      if (run.snapshot.status === 'waiting') end(run, 'cancelled');
      return true;
    },
    async list(job) {
      return [...runs.values()]
        .map(run => run.snapshot)
        .filter(run => run.job === job)
        .reverse();
    },
    async stop() {
      isStopped = true;
      for (const run of runs.values()) {
        run.controller.abort();
        if (run.snapshot.status === 'waiting') end(run, 'cancelled');
      }
      await Promise.all(working.values());
    },
  };
}

// Opens an engine: on a file, or in memory.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { invalidInput } from '@modeshift/core';
import { Database, typedError } from './database.ts';
import type { JobEngine } from './engine.ts';
import { Journal } from './journal.ts';
import { isAlive, OwnerLock, sweep } from './owner-lock.ts';
import { newWorkerName, type Owners, SqliteEngine } from './sqlite-engine.ts';
import { environmentSecrets, StoredJson } from './stored-json.ts';

/** What every engine here may be told. */
export interface JobsOptions {
  /** Runs of each job that are kept after their end. Left out: 1000 in a file, 100 in memory. */
  readonly keep?: number;
  /** Lines of the log that each run keeps, the last ones. Left out: 5000. */
  readonly maxLogLines?: number;
}

/** Options of {@link openJobs}. */
export interface OpenJobsOptions extends JobsOptions {
  /** How long to wait for another process that writes, in milliseconds. Left out: 5000. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens the runs in a file (SQLite), which is made where there is none. Several processes may have it open: each run is worked
 * on by one of them. Runs whose process was killed are taken over by the next that looks, at once on opening.
 *
 * The file is to lie on a disk of this machine; beside it lies a folder with one small file for each process.
 *
 * @throws ModeshiftError `storage` where the file cannot be opened, is locked, damaged or of something else.
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { openJobs } from '@modeshift/jobs';
 *
 * const file = join(await mkdtemp(join(tmpdir(), 'jobs-')), 'jobs.db');
 * const jobs = openJobs(file);
 * jobs.define({
 *   name: 'translate',
 *   whenKilled: 'resume',
 *   run: async (input, ctx) => {
 *     const words = await ctx.step('split', () => String(input).split(' '));
 *     ctx.progress(words.length, words.length, 'words');
 *     return ctx.step('join', () => words.join('，'));
 *   },
 * });
 * const run = await jobs.start('translate', '你好 世界', { idempotencyKey: 'first' });
 * console.log(await jobs.result(run.id)); // 你好，世界
 * await jobs.close();
 * ```
 */
export function openJobs(file: string, options: OpenJobsOptions = {}): JobEngine {
  if (!file) throw invalidInput('Say where the runs are stored: the path of a file.');
  const { busyTimeoutMs = 5000 } = options;
  if (!(busyTimeoutMs >= 0)) throw invalidInput('busyTimeoutMs must be 0 or more.');
  const path = resolve(file);
  const folder = `${path}-owners`;
  const open = (at: string): DatabaseSync => new (sqlite().DatabaseSync)(at);
  let lock: OwnerLock | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Runs hold what people gave: for nobody else to read. SQLite gives its other files the same rights.
    closeSync(openSync(path, 'a', 0o600));
    const journal = journalOf(new Database(open(path), path, busyTimeoutMs), 1000, options);
    const mine = OwnerLock.take(folder, newWorkerName, open);
    lock = mine;
    sweep(folder, open);
    const owners: Owners = { isAlive: other => isAlive(folder, other, open), release: () => mine.release() };
    return new SqliteEngine(journal, storedJson(), mine.owner, owners);
  } catch (error) {
    lock?.release();
    throw typedError(error, path);
  }
}

/**
 * An engine whose runs are gone with the process. For runs that survive it, {@link openJobs}.
 *
 * @throws ModeshiftError `invalid-input` for numbers that make no sense.
 * @example
 * ```ts
 * import { memoryJobs } from '@modeshift/jobs';
 *
 * const jobs = memoryJobs();
 * jobs.define({ name: 'count', run: async (input, ctx) => [...String(input)].length });
 * console.log(await jobs.result((await jobs.start('count', '你好')).id)); // 2
 * await jobs.close();
 * ```
 */
export function memoryJobs(options: JobsOptions = {}): JobEngine {
  const db = new Database(new (sqlite().DatabaseSync)(':memory:'), 'memory', 0);
  return new SqliteEngine(journalOf(db, 100, options), storedJson(), newWorkerName(), undefined);
}

/** Not before it is needed: older versions of Node say at once that it is experimental. */
const sqlite = () => process.getBuiltinModule('node:sqlite');

function journalOf(db: Database, usual: number, { keep = usual, maxLogLines = 5000 }: JobsOptions): Journal {
  if (!(keep >= 1) || !(maxLogLines >= 1)) throw invalidInput('keep and maxLogLines must be 1 or more.');
  return new Journal(db, { keep, maxLogLines });
}

function storedJson(): StoredJson {
  return new StoredJson(environmentSecrets(process.env));
}

// The engine: runs in SQLite, in a file or in memory.
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { abortedError, invalidInput, ModeshiftError, throwIfAborted } from '@modeshift/core';
import type { Job, JobEngine, ListOptions, Run, RunEvent, StartOptions } from './engine.ts';
import { isEnd } from './engine.ts';
import type { Journal } from './journal.ts';
import { RunWork } from './run-work.ts';
import type { StoredJson } from './stored-json.ts';

/** How often other processes are looked at, in milliseconds. */
const pollMs = 200;
/** How often it is looked at whether the others live. */
const takeOverMs = 2000;

/** What an engine in a file needs besides the file: who lives. */
export interface Owners {
  readonly isAlive: (worker: string) => boolean;
  readonly release: () => void;
}

/** The engine behind `openJobs` and `memoryJobs`. */
export class SqliteEngine implements JobEngine {
  readonly #journal: Journal;
  readonly #stored: StoredJson;
  readonly #owners: Owners | undefined;
  readonly #worker: string;
  readonly #jobs = new Map<string, Job>();
  readonly #works = new Map<RunWork, Promise<void>>();
  readonly #readers = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #lastTakeOver = 0;
  #isAsked = false;
  #isShut = false;
  #closed: Promise<void> | undefined;

  constructor(journal: Journal, stored: StoredJson, worker: string, owners: Owners | undefined) {
    this.#journal = journal;
    this.#stored = stored;
    this.#worker = worker;
    this.#owners = owners;
    if (!owners) return;
    this.#takeOver();
    this.#timer = setInterval(() => this.#poll(), pollMs).unref();
  }

  define(job: Job): void {
    this.#assertOpen();
    const { name, concurrency = 1, maxKills = 3 } = job;
    if (typeof name !== 'string' || name === '') throw invalidInput('A job needs a name.');
    if (!(concurrency >= 1)) throw invalidInput(`"${name}": concurrency must be 1 or more.`);
    if (!(maxKills >= 1)) throw invalidInput(`"${name}": maxKills must be 1 or more.`);
    if (typeof job.run !== 'function') throw invalidInput(`"${name}" needs a function: run.`);
    this.#jobs.set(name, job);
    this.#workSoon();
  }

  async start(job: string, input: unknown, { owner, idempotencyKey }: StartOptions = {}): Promise<Run> {
    this.#assertOpen();
    if (typeof job !== 'string' || job === '') throw invalidInput('Say which job to start: its name.');
    const text = this.#stored.exactText(input ?? null, `The input of "${job}"`);
    this.#stored.exactText([job, owner, idempotencyKey], 'A name, owner or idempotency key');
    const { stored, isNew } = this.#journal.add({ job, owner, input: text, idempotencyKey, retryOf: undefined });
    if (!isNew && !isDeepStrictEqual(stored.run.input, JSON.parse(text)))
      throw invalidInput(`The idempotency key "${idempotencyKey}" was used for another input of "${job}".`);
    this.#workSoon();
    return stored.run;
  }

  async get(id: string): Promise<Run | undefined> {
    return this.#journal.find(id)?.run;
  }

  async *events(
    id: string,
    { after = 0, signal }: { readonly after?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<readonly RunEvent[]> {
    const { n } = this.#find(id);
    let seen = after;
    let wake = (): void => undefined;
    let isNews = true;
    const onNews = (): void => {
      isNews = true;
      wake();
    };
    this.#addReader(onNews);
    signal?.addEventListener('abort', onNews);
    try {
      while (!signal?.aborted && !this.#isShut) {
        isNews = false;
        // Before the events: what happens between the two is then found in the next round.
        const run = this.#journal.find(id)?.run;
        const events = this.#journal.events(n, seen);
        if (events.length > 0) {
          seen = events.at(-1)!.seq;
          yield events;
          if (events.at(-1)!.type === 'ended') return;
        } else if (!run || isEnd(run.status)) return;
        else if (!isNews)
          await new Promise<void>(resolve => {
            wake = resolve;
          });
      }
    } finally {
      this.#readers.delete(onNews);
      signal?.removeEventListener('abort', onNews);
      this.#holdProcess();
    }
  }

  async result(id: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<unknown> {
    for await (const events of this.events(id, signal ? { signal } : {})) if (events.at(-1)!.type === 'ended') break;
    throwIfAborted(signal);
    const { run } = this.#find(id);
    if (run.status === 'done') return this.#journal.output(id);
    if (run.status === 'cancelled') throw new ModeshiftError({ tag: 'aborted' }, `The run ${id} was cancelled.`);
    if (run.error) throw new ModeshiftError(run.error.reason, run.error.message);
    throw new ModeshiftError({ tag: 'interrupted' }, `The engine was closed before the run ${id} ended.`);
  }

  async cancel(id: string): Promise<boolean> {
    this.#assertOpen();
    const isAsked = this.#journal.cancel(id);
    this.#signalCancelled();
    this.#onStored();
    return isAsked;
  }

  async retry(id: string): Promise<Run> {
    this.#assertOpen();
    const { run } = this.#find(id);
    if (!isEnd(run.status)) throw invalidInput(`The run ${id} is not over yet.`);
    if (run.status === 'done') throw invalidInput(`The run ${id} is done. Start a new one.`);
    const { job, owner } = run;
    const input = JSON.stringify(run.input);
    const { stored } = this.#journal.add({ job, owner, input, idempotencyKey: undefined, retryOf: id });
    this.#workSoon();
    return stored.run;
  }

  async list(options: ListOptions = {}): Promise<readonly Run[]> {
    const { limit = 100 } = options;
    if (!Number.isInteger(limit) || limit < 1) throw invalidInput('limit must be a whole number from 1.');
    return this.#journal.list(options);
  }

  close({ graceMs = 2000 }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    // The jobs of a closed engine are nobody's; `#closed` is set when this first waits.
    this.#jobs.clear();
    clearInterval(this.#timer);
    for (const work of this.#works.keys()) work.abort(new ModeshiftError({ tag: 'aborted' }, 'The engine is closing.'));
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>(resolve => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.allSettled(this.#works.values()), grace]);
    clearTimeout(timer);
    for (const work of this.#works.keys()) work.close();
    try {
      this.#journal.release(this.#worker, false);
    } finally {
      this.#onStored();
      // Readers see the end before the file is closed.
      await new Promise(resolve => setImmediate(resolve));
      this.#isShut = true;
      this.#onStored();
      this.#journal.db.close();
      this.#owners?.release();
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw invalidInput('The jobs are closed: no run can be started, changed or cancelled.');
  }

  #find(id: string): { readonly n: number; readonly run: Run } {
    const stored = this.#journal.find(id);
    if (!stored) throw new ModeshiftError({ tag: 'not-found' }, `There is no run "${id}".`);
    return stored;
  }

  /** In a moment, so that a handler never begins before the call that started it has answered. */
  #workSoon(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    setImmediate(() => {
      this.#isAsked = false;
      if (!this.#closed) this.#work();
    });
  }

  #work(): void {
    for (const job of this.#jobs.values()) {
      const { concurrency = 1, maxKills = 3, whenKilled = 'interrupt' } = job;
      const terms = { concurrency, maxKills, resumes: whenKilled === 'resume' };
      try {
        for (let next = this.#journal.claim(job.name, this.#worker, terms); next; ) {
          const work = new RunWork(next, job, {
            journal: this.#journal,
            worker: this.#worker,
            stored: this.#stored,
            onStored: () => this.#onStored(),
          });
          const done = work.work().finally(() => {
            this.#works.delete(work);
            this.#holdProcess();
            this.#workSoon();
          });
          done.catch(error => console.error(`The end of run ${next?.run.id} could not be stored:`, error));
          this.#works.set(work, done);
          this.#holdProcess();
          next = this.#journal.claim(job.name, this.#worker, terms);
        }
      } catch (error) {
        // Locked or full: the next look may find it better.
        if (!ModeshiftError.is(error, 'storage')) throw error;
        setTimeout(() => this.#workSoon(), 500).unref();
      }
    }
    this.#onStored();
  }

  #poll(): void {
    try {
      if (performance.now() - this.#lastTakeOver > takeOverMs) this.#takeOver();
      this.#signalCancelled();
      this.#work();
    } catch (error) {
      if (!ModeshiftError.is(error, 'storage')) throw error;
    }
  }

  /** Runs whose process is gone. */
  #takeOver(): void {
    this.#lastTakeOver = performance.now();
    for (const worker of this.#journal.workers())
      if (worker !== this.#worker && !this.#owners!.isAlive(worker)) this.#journal.release(worker, true);
  }

  #signalCancelled(): void {
    for (const work of this.#works.keys()) if (this.#journal.isCancelled(work.n)) work.abort(abortedError());
  }

  #onStored(): void {
    for (const tell of [...this.#readers]) tell();
  }

  #addReader(tell: () => void): void {
    this.#readers.add(tell);
    this.#holdProcess();
  }

  /** The process stays for as long as a run is at work here or somebody reads one, and no longer. */
  #holdProcess(): void {
    if (this.#works.size + this.#readers.size > 0) this.#timer?.ref();
    else this.#timer?.unref();
  }
}

/** A name for a worker that no other has. */
export function newWorkerName(): string {
  return randomBytes(12).toString('hex');
}

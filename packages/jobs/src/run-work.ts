// One run at work: what its handler says is gathered and stored in pieces, its steps and its end at once.
import { abortedError, invalidInput, ModeshiftError, throwIfAborted } from '@modeshift/core';
import type { Job, JobContext, Run, RunError, RunEventBody } from './engine.ts';
import type { Journal, NewEvent, StoredRun } from './journal.ts';
import type { StoredJson } from './stored-json.ts';

/** How long what a handler says is gathered, in milliseconds. */
const gatherMs = 40;
const maxLineLength = 10_000;
const maxErrorLength = 2000;
/** The largest value, in characters of JSON. */
const maxValueLength = 16_000_000;

/** What a run at work needs of its engine. */
export interface WorkSurroundings {
  readonly journal: Journal;
  readonly worker: string;
  readonly stored: StoredJson;
  /** Tells readers here that something was stored. */
  readonly onStored: () => void;
}

/** A run at work. */
export class RunWork {
  readonly n: number;
  readonly run: Run;
  readonly #job: Job;
  readonly #around: WorkSurroundings;
  readonly #controller = new AbortController();
  readonly #names = new Set<string>();
  readonly #events: NewEvent[] = [];
  #progress: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor({ n, run }: StoredRun, job: Job, around: WorkSurroundings) {
    this.n = n;
    this.run = run;
    this.#job = job;
    this.#around = around;
  }

  /** Signals the handler. */
  abort(reason: ModeshiftError): void {
    this.#controller.abort(reason);
  }

  /** Runs the handler and stores its end. A run whose signal fired for the closing of the engine is left as it is. */
  async work(): Promise<void> {
    const { journal, worker } = this.#around;
    const end = await this.#outcome();
    for (let waitMs = 100; !this.#isOver; waitMs = Math.min(2 * waitMs, 5000)) {
      try {
        this.#flush();
        const { signal } = this.#controller;
        const isClosing = signal.aborted && !journal.isCancelled(this.n);
        if (!isClosing) journal.end(this.n, worker, end.status, end.output, end.error);
        break;
      } catch (error) {
        // The disk is full or somebody holds the lock: the end is not lost, it is tried again. Anything else is no passing trouble.
        if (!isPassing(error)) throw error;
        await new Promise(resolve => setTimeout(resolve, waitMs));
      }
    }
    this.close();
    this.#around.onStored();
  }

  /** Nothing is stored any more. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #outcome(): Promise<{ status: Run['status']; output: string | null; error: RunError | undefined }> {
    const { stored } = this.#around;
    try {
      const result = await this.#job.run(this.run.input, this.#context());
      return { status: 'done', output: stored.text(result, `The result of "${this.#job.name}"`), error: undefined };
    } catch (error) {
      const { describeError = messageOf } = this.#job;
      const message = stored.words(describeError(error), maxErrorLength);
      const reason = ModeshiftError.is(error) ? error.reason : ({ tag: 'internal' } as const);
      return {
        status: 'failed',
        output: null,
        error: { reason: JSON.parse(stored.text(reason, 'The error')), message },
      };
    }
  }

  #context(): JobContext {
    const { signal } = this.#controller;
    const { stored } = this.#around;
    return {
      run: { id: this.run.id, attempt: this.run.attempt },
      signal,
      step: (name, compute) => this.#step(name, compute),
      progress: (done, total, label) => {
        const progress = {
          done,
          ...(total !== undefined && { total }),
          ...(label && { label: stored.words(label, 300) }),
        };
        this.#progress = JSON.stringify(progress);
        this.#say({ type: 'progress', ...progress }, 'progress');
      },
      log: (message, level = 'info') =>
        this.#say({ type: 'log', message: stored.words(message, maxLineLength), level }, 'log'),
      value: (name, value) => {
        const body = stored.text({ type: 'value', name, value: value ?? null }, `The value "${name}"`);
        if (body.length > maxValueLength)
          throw invalidInput(
            `The value "${name}" has ${body.length} characters of JSON; at most ${maxValueLength} are stored.`,
          );
        this.#gather({ key: `value:${stored.words(name, 300)}`, body });
      },
    };
  }

  async #step<Result>(name: string, compute: () => Result | Promise<Result>): Promise<Result> {
    const { journal, worker, stored } = this.#around;
    const { signal } = this.#controller;
    throwIfAborted(signal);
    if (this.#names.has(name))
      throw invalidInput(`The step "${name}" is there twice. Steps are found again by their names: give each its own.`);
    stored.exactText(name, 'The name of a step');
    this.#names.add(name);
    const known = journal.step(this.n, name);
    if (known !== undefined) return JSON.parse(known) as Result;
    const output = stored.text(await compute(), `The result of the step "${name}"`);
    throwIfAborted(signal);
    this.#flush();
    if (!journal.addStep(this.n, worker, name, output)) throw abortedError(signal);
    this.#around.onStored();
    // As it will be given when the run is taken up again: the same in both cases.
    return JSON.parse(output) as Result;
  }

  #say(body: RunEventBody, key: string): void {
    this.#gather({ key, body: JSON.stringify(body) });
  }

  #gather(event: NewEvent): void {
    if (this.#isOver) return;
    if (event.key !== 'log') {
      const before = this.#events.findIndex(one => one.key === event.key);
      if (before >= 0) this.#events.splice(before, 1);
    }
    this.#events.push(event);
    this.#timer ??= setTimeout(() => this.#flushLater(), gatherMs);
  }

  #flushLater(): void {
    this.#timer = undefined;
    if (this.#isOver) return;
    try {
      this.#flush();
    } catch (error) {
      if (!isPassing(error)) throw error;
      // What was said stays gathered, the last lines of it.
      const logs = this.#events.filter(one => one.key === 'log').length;
      if (logs > 10_000) this.#events.splice(0, this.#events.length - 10_000);
      this.#timer = setTimeout(() => this.#flushLater(), 500);
    }
  }

  #flush(): void {
    if (this.#events.length === 0 || this.#isOver) return;
    const { journal, worker, onStored } = this.#around;
    const isMine = journal.append(this.n, worker, this.#events, this.#progress);
    this.#events.length = 0;
    this.#progress = undefined;
    if (!isMine) this.abort(new ModeshiftError({ tag: 'aborted' }, 'The run is worked on elsewhere.'));
    onStored();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));

/** Trouble with the file that may pass: a full disk, a lock. */
function isPassing(error: unknown): boolean {
  if (!ModeshiftError.is(error) || error.reason.tag !== 'storage') return false;
  return ['SQLITE_FULL', 'SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_IOERR'].includes(error.reason.code ?? '');
}

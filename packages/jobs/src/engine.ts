// The port of engines that run jobs: what every engine can do, whatever it stores runs in.
import type { ErrorReason } from '@modeshift/core';

/**
 * Where a run stands. `done`, `failed`, `cancelled` and `interrupted` are ends: a run has exactly one and never leaves it.
 * `interrupted`: the process that worked on it ended, and the job does not say that it can be taken up again.
 */
export type RunStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

/** How serious a line of the log is. */
export type LogLevel = 'info' | 'warning' | 'success' | 'error';

/** How far a run is: `done` of `total`, counted in what `label` says. */
export interface RunProgress {
  readonly done: number;
  readonly total?: number;
  readonly label?: string;
}

/** Why a run ended without a result. The message is fit to be shown: nothing in it has the form of a key. */
export interface RunError {
  readonly reason: ErrorReason;
  readonly message: string;
}

/** What is known of a run. */
export interface Run {
  readonly id: string;
  readonly job: string;
  /** Who started it; `undefined` where nobody is asked. */
  readonly owner: string | undefined;
  readonly status: RunStatus;
  /** As it was given. */
  readonly input: unknown;
  /** How often work on it has begun; more than 1 where its process ended in between. */
  readonly attempt: number;
  readonly createdAt: Date;
  /** When work on it first began. */
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly progress: RunProgress | undefined;
  readonly error: RunError | undefined;
  /** The run that this one is a further try of. */
  readonly retryOf: string | undefined;
}

/** What an event says. */
export type RunEventBody =
  /** Work began; `attempt` above 1: it was taken up again. */
  | { readonly type: 'started'; readonly attempt: number }
  /** The result of a step is stored. */
  | { readonly type: 'step'; readonly name: string }
  /** Only the last one is kept. */
  | ({ readonly type: 'progress' } & RunProgress)
  | { readonly type: 'log'; readonly message: string; readonly level: LogLevel }
  /** Of each name only the last one is kept. */
  | { readonly type: 'value'; readonly name: string; readonly value: unknown }
  /** Always the last one. */
  | { readonly type: 'ended'; readonly status: RunStatus; readonly error?: RunError };

/** What happened in a run. `seq` grows from event to event; numbers of what is no longer kept are missing. */
export type RunEvent = RunEventBody & { readonly seq: number; readonly at: Date };

/** What the work of a run is given. */
export interface JobContext {
  readonly run: { readonly id: string; readonly attempt: number };
  /** Fires when the run is cancelled, and when the engine is closed. */
  readonly signal: AbortSignal;
  /**
   * Computes something once: its result is stored, and given back where the run is taken up again after its process ended.
   * A step that was under way when the process ended is computed again, so what it does outside should bear that.
   *
   * @throws ModeshiftError `invalid-input` for a name that the attempt used already or a result that is no JSON; `storage`
   * where the result cannot be stored; `aborted` once the run is cancelled.
   */
  step<Result>(name: string, compute: () => Result | Promise<Result>): Promise<Result>;
  /** Says how far the run is. Calls in quick succession are joined. */
  progress(done: number, total?: number, label?: string): void;
  /** Adds a line. What has the form of a key is blotted out, and long lines are cut. */
  log(message: string, level?: LogLevel): void;
  /** Shows a result so far, under a name; a later one of the same name takes its place. JSON. */
  value(name: string, value: unknown): void;
}

/** Work that can be run. */
export interface Job {
  readonly name: string;
  /** Runs of it at once, in all processes on the same store together. Left out: 1. `Infinity`: no limit. */
  readonly concurrency?: number;
  /**
   * What becomes of a run whose process ended: `resume` begins it again, with the results of its steps, in whatever process
   * has the store open; `interrupt` ends it as `interrupted`. Left out: `interrupt`.
   */
  readonly whenKilled?: 'resume' | 'interrupt';
  /** How often its process may end under a run before it is `interrupted` all the same. Left out: 3. */
  readonly maxKills?: number;
  /** Makes what is thrown fit to be shown. Left out: its message. */
  readonly describeError?: (error: unknown) => string;
  /** What it gives is the result: JSON. */
  readonly run: (input: unknown, ctx: JobContext) => Promise<unknown>;
}

/** Options of `start`. */
export interface StartOptions {
  readonly owner?: string | undefined;
  /** A second start of the job by the same owner with the same key gives the first run, whatever became of it. */
  readonly idempotencyKey?: string | undefined;
}

/** Which runs `list` gives. */
export interface ListOptions {
  readonly job?: string;
  /** Given as `undefined`: those that nobody owns. Left out: everybody's. */
  readonly owner?: string | undefined;
  readonly status?: RunStatus;
  /** At most so many. Left out: 100. */
  readonly limit?: number;
  /** Only those that were started before this one. */
  readonly before?: string;
}

/** What runs jobs. An engine of another kind is an object with these methods that passes `testEngine`. */
export interface JobEngine {
  /** Says how a job is done, and takes up what waits of it. A second definition of the same name takes the first one's place. */
  define(job: Job): void;
  /**
   * Starts a run; it may also be of a job that only another process on the store defines.
   *
   * @throws ModeshiftError `invalid-input` for an input that is no JSON or holds a key, for an idempotency key that came with
   * another input, and once the engine is closed; `storage`.
   */
  start(job: string, input: unknown, options?: StartOptions): Promise<Run>;
  get(id: string): Promise<Run | undefined>;
  /**
   * What has happened after event `after`, in one piece, then what happens, until the run has ended or the signal fires.
   * Slow readers get more in one piece.
   *
   * @throws ModeshiftError `not-found`.
   */
  events(
    id: string,
    options?: { readonly after?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<readonly RunEvent[]>;
  /**
   * Waits for the result.
   *
   * @throws ModeshiftError what the run failed with; `aborted` where it was cancelled, or the signal fires; `interrupted`;
   * `not-found`.
   */
  result(id: string, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  /** Asks a run to end, in whatever process it is worked on. Gives whether there was something to cancel. */
  cancel(id: string): Promise<boolean>;
  /**
   * Starts a further run with the input of one that failed, was cancelled or interrupted. Results of its steps are taken over.
   *
   * @throws ModeshiftError `not-found`; `invalid-input` for a run that is not over, or done.
   */
  retry(id: string): Promise<Run>;
  /** The newest first. */
  list(options?: ListOptions): Promise<readonly Run[]>;
  /**
   * Stops: signals what runs here, waits for it (`graceMs`, left out: 2000), and leaves it as if its process had ended. Runs
   * that wait stay. Whatever is asked of it later is refused with `invalid-input`.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Whether a status is an end. */
export function isEnd(status: RunStatus): boolean {
  return status !== 'waiting' && status !== 'running';
}

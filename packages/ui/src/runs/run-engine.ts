// The port behind jobs: what runs detached from any page, and can be watched by several.
import type { ProgressValue } from '../components/shown.ts';
import type { LogLevel } from '../context.ts';
import type { Values } from '../endpoint.ts';

/** Where a run stands. */
export type RunStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** What is known of a run. A new object for every change, never changed in place. */
export interface RunSnapshot {
  readonly id: string;
  readonly job: string;
  /** Who started it; `undefined` where nobody is asked. */
  readonly owner: string | undefined;
  readonly status: RunStatus;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
  readonly progress: ProgressValue | undefined;
  /** Lines so far, the oldest first. */
  readonly log: readonly string[];
  /** The last outputs of the handler, as it gave them. */
  readonly values: Values;
  /** Why it failed, fit to be shown. */
  readonly error: string | undefined;
}

/** What the work of a run is given. */
export interface RunContext {
  readonly run: { readonly id: string };
  readonly signal: AbortSignal;
  progress(done: number, total?: number, words?: { readonly unit?: string; readonly label?: string }): void;
  log(message: string, level?: LogLevel): void;
}

/** A run to start. */
export interface RunRequest {
  readonly job: string;
  readonly owner: string | undefined;
  readonly input: unknown;
  /** Runs of the job at once. */
  readonly concurrency: number;
  /** Makes what is thrown fit to be shown. */
  readonly describeError: (error: unknown) => string;
  readonly work: (ctx: RunContext) => AsyncIterable<Values>;
}

/** What runs jobs. */
export interface RunEngine {
  start(request: RunRequest): Promise<RunSnapshot>;
  get(id: string): Promise<RunSnapshot | undefined>;
  /** The run as it is now, then again at each change, until it has ended or the signal fires. Slow readers miss what is between. */
  watch(id: string, signal: AbortSignal): AsyncIterable<RunSnapshot>;
  /** Whether there was something to cancel. */
  cancel(id: string): Promise<boolean>;
  /** The newest first. */
  list(job: string): Promise<readonly RunSnapshot[]>;
  /** Cancels what runs and waits for it to end. */
  stop(): Promise<void>;
}

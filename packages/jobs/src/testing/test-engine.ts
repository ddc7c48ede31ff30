// The conformance suite of engines: what every engine that runs jobs must do, for any test runner.
import type { JobEngine } from '../engine.ts';
import { endCases } from './end-cases.ts';
import { eventCases } from './event-cases.ts';
import { startCases } from './start-cases.ts';
import { stepCases } from './step-cases.ts';

/** An engine to be tested. */
export interface EngineUnderTest {
  /** Makes an engine with an empty store, or opens again what was made under this name before. */
  readonly open: (name: string) => JobEngine | Promise<JobEngine>;
  /** Whether `open` with the same name finds the runs that were there before `close`. Left out: it does. */
  readonly isPersistent?: boolean;
}

/** One case. */
export interface EngineCase {
  readonly name: string;
  /** Rejects with a `node:assert` error whose message says what is wrong. */
  readonly run: () => Promise<void>;
}

/**
 * The cases that an engine must pass: order and replay of events, one end for each run, idempotency keys, cancelling, steps and
 * retry, limits at once, limits of size, secrets, lists, closing and opening again, wrong use. What an engine does when its
 * process is killed needs processes, and is not among them.
 *
 * @example
 * ```ts
 * import { memoryJobs } from '@modeshift/jobs';
 * import { testEngine } from '@modeshift/jobs/testing';
 *
 * const cases = testEngine({ open: () => memoryJobs(), isPersistent: false });
 * for (const { run } of cases.slice(0, 2)) await run(); // with vitest: for (const { name, run } of cases) it(name, run)
 * console.log(cases.length > 12); // true
 * ```
 */
export function testEngine(engine: EngineUnderTest): readonly EngineCase[] {
  return [...eventCases(engine), ...endCases(engine), ...startCases(engine), ...stepCases(engine)];
}

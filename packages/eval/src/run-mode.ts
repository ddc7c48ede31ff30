// Lets one mode solve the task and answer the test inputs. Nothing here knows an expected answer.
import { type Footprint, invalidInput, type Mode, type Progress, type Solution, type Task } from '@modeshift/core';
import { type AskedAll, type AskOptions, collectAnswers } from './collect-answers.ts';
import { type Failure, failureOf } from './failure.ts';
import { predictingProgress } from './predicting-progress.ts';
import { sealTask } from './seal-task.ts';
import { endsWithin, waitFor } from './wait-for.ts';

/** What a mode did. */
export interface ModeRun<Output> {
  readonly asked: AskedAll<Output>;
  readonly footprint?: Footprint;
  readonly solveMs?: number;
  readonly warnings: readonly string[];
}

/** Options of one run. */
export interface RunModeOptions extends AskOptions {
  readonly seed: number;
  readonly onProgress: (phase: 'solving' | 'predicting', progress: Progress) => void;
}

const cancelled: Failure = { tag: 'aborted', message: 'Cancelled.' };

/** Runs a mode; what goes wrong in it is told in the result, not thrown. Its solution is disposed in every case. */
export async function runMode<Input, Output>(
  task: Task<Input, Output>,
  inputs: readonly Input[],
  mode: Mode<Input, Output>,
  options: RunModeOptions,
): Promise<ModeRun<Output>> {
  const { signal, seed, onProgress, graceMs = 2000 } = options;
  const none = (error: Failure): ModeRun<Output> => ({
    asked: { answers: new Array<undefined>(inputs.length).fill(undefined), elapsedMs: 0, error },
    warnings: [],
  });
  if (signal?.aborted) return none(cancelled);
  const own = signal && AbortSignal.any([signal]);
  const ctx = Object.freeze({
    seed,
    ...(own && { signal: own }),
    onProgress: (progress: Progress) => onProgress('solving', progress),
  });
  const begun = performance.now();
  onProgress('solving', { phase: 'solving', done: 0 });
  const work = (async () => checked(await mode.solve(sealTask(task), ctx)))();
  let solution: Solution<Input, Output>;
  try {
    solution = await waitFor(work, own, graceMs);
  } catch (error) {
    work.then(late => late.dispose?.()).catch(() => undefined);
    return none(signal?.aborted ? cancelled : failureOf(error));
  }
  const solveMs = Math.round((performance.now() - begun) * 1000) / 1000;
  const warnings: string[] = [];
  try {
    const footprint = footprintOf(solution);
    const told = predictingProgress(inputs.length, progress => onProgress('predicting', progress));
    const asked = await collectAnswers(solution, inputs, { ...options, ...(own && { signal: own }) }, told);
    return { asked, footprint, solveMs, warnings };
  } finally {
    const warning = await dispose(solution);
    if (warning) warnings.push(warning);
  }
}

function checked<Input, Output>(solution: Solution<Input, Output>): Solution<Input, Output> {
  if (typeof solution?.predict === 'function' && typeof solution.footprint === 'object') return solution;
  throw invalidInput('The mode gave no solution: `solve` must resolve to an object with `footprint` and `predict`.');
}

function footprintOf(solution: Solution<unknown, unknown>): Footprint {
  const { trainedParameters, totalParameters, bytes, trainMs, trainUsd } = solution.footprint;
  return {
    trainedParameters,
    bytes,
    trainMs,
    ...(totalParameters !== undefined && { totalParameters }),
    ...(trainUsd !== undefined && { trainUsd }),
  } as Footprint;
}

async function dispose(solution: Solution<unknown, unknown>): Promise<string | undefined> {
  if (!solution.dispose) return undefined;
  try {
    const ended = await endsWithin(Promise.resolve(solution.dispose()), 10_000);
    return ended ? undefined : 'The solution was not disposed within 10 s.';
  } catch (error) {
    return `The solution could not be disposed: ${failureOf(error).message}`;
  }
}

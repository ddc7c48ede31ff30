// Runs modes on a task, measures them on the same held-out examples and reports.
import { type Example, invalidInput, type Mode, type Progress, random, type Task } from '@modeshift/core';
import type { AskOptions } from './collect-answers.ts';
import { failureOf } from './failure.ts';
import { judgeAnswers, measure } from './judge-answers.ts';
import { labelKey } from './label-key.ts';
import { pairModes } from './pair-modes.ts';
import type { DataFacts, ModeRow, Report } from './report.ts';
import { type ModeRun, runMode } from './run-mode.ts';
import { verdictOf } from './verdict.ts';

/** Where a comparison stands. */
export interface CompareProgress extends Progress {
  /** The mode's name. */
  readonly mode: string;
  /** Its place among the modes, from 0, and how many there are. */
  readonly index: number;
  readonly modes: number;
  readonly phase: 'solving' | 'predicting' | 'finished';
  /** While solving: what the mode says it does, e.g. `'training'`. */
  readonly step?: string;
}

/** Options of {@link compare}. */
export interface CompareOptions<Input, Output> extends Omit<AskOptions, 'concurrency'> {
  /** Seed of everything random: given to the modes, and used for sampling and bootstrap. Default 0. */
  readonly seed?: number;
  /**
   * Predictions in flight of one mode: a number, or a choice by mode. Default 1, which is right for models in this process;
   * a remote model usually bears more. Latency is measured at this concurrency.
   */
  readonly concurrency?: number | ((mode: Mode<Input, Output>) => number);
  /** Modes run at the same time. Default 1: modes do not disturb each other's timing. */
  readonly modesAtOnce?: number;
  /** Measure on at most so many test examples, drawn at random by the seed; the same for every mode. */
  readonly limit?: number;
  /** Keep every prediction in the report. Default false. */
  readonly predictions?: boolean;
  /** What the reader should know of the data, e.g. leaks that were found. */
  readonly notes?: readonly string[];
  /** Resamples of each bootstrap. Default 1,000. */
  readonly replicates?: number;
  /** Told of progress; it must not throw. */
  readonly onProgress?: (progress: CompareProgress) => void;
  /**
   * Wraps the run of each mode, by its name. A durable job passes its own `step`, so that a mode that is done is not run again when
   * the process was killed. What a run gives is JSON where the task's answers are.
   */
  readonly step?: <Result>(mode: string, run: () => Promise<Result>) => Promise<Result>;
  /**
   * Told the report of the modes that have ended, each time one has; it must not throw. The labels are then read before the last
   * mode has ended, though by no mode.
   */
  readonly onReport?: (report: Report) => void;
}

/**
 * Runs modes on a task, one after another or `modesAtOnce`, and reports quality with confidence intervals, paired
 * significance, latency, cost and footprint of each.
 *
 * - No mode sees a test label. Modes get a sealed copy of the task and copies of the test inputs, in shuffled order; without
 *   `onReport`, the labels are not read before the last mode has ended.
 * - A mode that fails does not stop the others: its row says why.
 * - When `signal` fires, what is finished is kept: a mode that is predicting is reported `partial`, one that has not got so
 *   far `cancelled`. The promise still resolves.
 * - The same seed gives the same figures, as far as the modes keep to it; only times differ.
 *
 * @throws ModeshiftError `invalid-input` when there is no mode, two have one name, or an option is out of range.
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { compare, majority } from '@modeshift/eval';
 * import { z } from 'zod';
 *
 * const task = defineTask({
 *   name: 'support-topic',
 *   instruction: 'Say what the message is about.',
 *   input: z.object({ text: z.string() }),
 *   output: labels(['billing', 'delivery']),
 *   examples: {
 *     train: [{ input: { text: '多扣了钱' }, output: 'billing' }],
 *     test: [{ input: { text: 'charged twice' }, output: 'billing' }],
 *   },
 * });
 * const report = await compare(task, [majority()], { seed: 1 });
 * console.log(report.modes[0]?.metrics.accuracy); // 1
 * ```
 */
export async function compare<Input, Output>(
  task: Task<Input, Output>,
  modes: readonly Mode<Input, Output>[],
  options: CompareOptions<Input, Output> = {},
): Promise<Report> {
  const { seed = 0, signal, concurrency = 1, modesAtOnce = 1, notes = [] } = options;
  checkOptions(modes, options);
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  // Inputs and labels part here, before any mode runs: what the modes' code can reach holds inputs only.
  const used = sample(task.test, options.limit, seed);
  const inputs = used.map(example => example.input);
  const expected = used.map(example => example.output);
  const asking = {
    seed,
    ...(signal && { signal }),
    ...(options.failureLimit !== undefined && { failureLimit: options.failureLimit }),
    ...(options.graceMs !== undefined && { graceMs: options.graceMs }),
  };

  const run = async (mode: Mode<Input, Output>, index: number): Promise<void> => {
    const tell = (phase: CompareProgress['phase'], progress: Progress): void => {
      const step = phase === 'solving' && progress.phase !== phase ? { step: progress.phase } : {};
      options.onProgress?.({ ...progress, ...step, mode: mode.name, index, modes: modes.length, phase });
    };
    const work = (): Promise<ModeRun<Output>> =>
      runMode(task, inputs, mode, {
        ...asking,
        concurrency: typeof concurrency === 'function' ? concurrency(mode) : concurrency,
        onProgress: tell,
      });
    ended[index] = await (options.step ? options.step(mode.name, work) : work());
    tell('finished', { phase: 'finished', done: inputs.length, total: inputs.length, unit: 'examples' });
    options.onReport?.(reportOf());
  };

  const ended = new Array<ModeRun<Output> | undefined>(modes.length).fill(undefined);
  const reportOf = (): Report => {
    const done = modes.flatMap((mode, index) => (ended[index] ? [{ mode, run: ended[index] }] : []));
    const judged = judgeRuns(task, done, expected, options, signal?.aborted === true);
    return {
      schemaVersion: 1,
      task: { name: task.name, instruction: task.instruction },
      seed,
      confidence: 0.95,
      startedAt,
      elapsedMs: Math.round(performance.now() - begun),
      cancelled: judged.cancelled,
      data: factsOf(task, used, notes),
      modes: judged.modes,
      paired: judged.paired,
      verdict: judged.verdict,
    };
  };
  await inPool(modes, modesAtOnce, run);
  return reportOf();
}

/** The part of a report that judges what modes did. */
function judgeRuns<Input, Output>(
  task: Task<Input, Output>,
  done: readonly { readonly mode: Mode<Input, Output>; readonly run: ModeRun<Output> }[],
  expected: readonly Output[],
  options: CompareOptions<Input, Output>,
  isStopped: boolean,
): Pick<Report, 'cancelled' | 'modes' | 'paired' | 'verdict'> {
  const { seed = 0 } = options;
  const bootstrap = { seed, ...(options.replicates !== undefined && { replicates: options.replicates }) };
  const judged = done.map(({ run }) => judgeAnswers(run.asked.answers, expected, task.labels));
  const rows = done.map(({ mode, run: { asked, footprint, solveMs, warnings } }, index): ModeRow => {
    const { name, kind, model } = mode;
    const about = { name, kind, ...(model !== undefined && { model }) };
    const made = { ...(footprint && { footprint }), ...(solveMs !== undefined && { solveMs }), warnings };
    const judging = { ...bootstrap, labels: task.labels, predictions: options.predictions ?? false };
    try {
      return { ...about, ...made, ...measure(asked, judged[index]!, { ...judging, metric: task.metric }) };
    } catch (error) {
      const { message } = failureOf(error);
      const trouble = `The task's metric "${task.metric?.name}" failed: ${message}`;
      return { ...about, ...made, warnings: [...warnings, trouble], ...measure(asked, judged[index]!, judging) };
    }
  });
  const paired = pairModes(
    rows.flatMap((row, index) =>
      row.metrics.accuracy === undefined ? [] : [{ name: row.name, judged: judged[index]! }],
    ),
    { ...bootstrap, labelled: task.labels !== undefined },
  );
  return {
    cancelled: rows.some(row => row.error?.tag === 'aborted') && isStopped,
    modes: rows,
    paired,
    verdict: verdictOf(rows, paired),
  };
}

function checkOptions<Input, Output>(
  modes: readonly Mode<Input, Output>[],
  options: CompareOptions<Input, Output>,
): void {
  if (modes.length === 0) throw invalidInput('Give at least one mode to compare.');
  const names = new Set<string>();
  for (const { name } of modes) {
    if (names.has(name))
      throw invalidInput(`Two modes are named "${name}". Give each mode of a comparison its own name.`);
    names.add(name);
  }
  const whole = (value: unknown, least: number): boolean => Number.isInteger(value) && (value as number) >= least;
  const { seed = 0, concurrency = 1, modesAtOnce = 1, limit = 1, failureLimit = 0 } = options;
  if (!Number.isInteger(seed)) throw invalidInput('Give `seed` as a whole number.');
  if (typeof concurrency === 'number' && !whole(concurrency, 1)) {
    throw invalidInput('Give `concurrency` as a whole number above 0, or as a function of the mode.');
  }
  if (!whole(modesAtOnce, 1)) throw invalidInput('Give `modesAtOnce` as a whole number above 0.');
  if (!whole(limit, 1)) throw invalidInput('Give `limit` as a whole number of test examples above 0.');
  if (!whole(failureLimit, 0)) throw invalidInput('Give `failureLimit` as a whole number, 0 or above.');
}

/** All examples, or `limit` of them drawn at random, in their order. */
function sample<T>(examples: readonly T[], limit: number | undefined, seed: number): readonly T[] {
  if (limit === undefined || limit >= examples.length) return examples;
  const indices = random(seed).shuffle(Array.from(examples, (_, index) => index));
  return indices
    .slice(0, limit)
    .sort((a, b) => a - b)
    .map(index => examples[index]!);
}

async function inPool<T>(
  items: readonly T[],
  size: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      await work(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(size, items.length) }, worker));
}

function factsOf<Input, Output>(
  task: Task<Input, Output>,
  used: readonly Example<Input, Output>[],
  notes: readonly string[],
): DataFacts {
  const count = (examples: readonly Example<Input, Output>[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { output } of examples) counts.set(labelKey(output), (counts.get(labelKey(output)) ?? 0) + 1);
    return counts;
  };
  const base = {
    train: task.train.length,
    dev: task.dev.length,
    test: task.test.length,
    used: used.length,
    notes: [...notes],
  };
  if (!task.labels) return base;
  const train = count(task.train);
  const test = count(used);
  return {
    ...base,
    labels: [...task.labels],
    labelCounts: task.labels.map(label => ({ label, train: train.get(label) ?? 0, test: test.get(label) ?? 0 })),
  };
}

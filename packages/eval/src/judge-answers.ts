// Judges answers that have been collected: figures, intervals, tables, latency, cost.
import { addUsage, type Judged, type Metric, type Prediction } from '@modeshift/core';
import { accuracy, balancedAccuracyOf } from './accuracy.ts';
import { type BootstrapOptions, macroF1IntervalOf, meanInterval } from './bootstrap.ts';
import { calibration, type ProbableAnswer } from './calibration.ts';
import type { Asked, AskedAll } from './collect-answers.ts';
import { confusionOf } from './confusion.ts';
import { confusionPairsOf } from './confusion-pairs.ts';
import type { Evaluation, KeptPrediction, LatencyFigures } from './evaluation.ts';
import { microF1Of, weightedF1Of } from './f1.ts';
import { shorten } from './failure.ts';
import { labelCounts, macroF1Of } from './label-counts.ts';
import { labelKey } from './label-key.ts';
import { perLabelOf } from './per-label.ts';
import { percentileOfSorted } from './percentile.ts';
import { wilsonInterval } from './wilson.ts';

/** Options of judging. */
export interface JudgeOptions<Output> extends BootstrapOptions {
  /** The labels of the task, in their order; an answer that is none of them is invalid. */
  readonly labels?: readonly string[] | undefined;
  /** The task's own metric. */
  readonly metric?: Metric<Output> | undefined;
  /** Keep every prediction in the result. */
  readonly predictions?: boolean;
}

/** An answer beside the right one; `position` is that of the example. */
export interface JudgedAnswer<Output> extends Judged<Output> {
  readonly position: number;
  readonly problem: string | undefined;
}

/** Puts expected answers beside those given; what was not asked is left out. */
export function judgeAnswers<Output>(
  asked: readonly (Asked<Output> | undefined)[],
  expected: readonly Output[],
  labels: readonly string[] | undefined,
): JudgedAnswer<Output>[] {
  const known = labels && new Set<unknown>(labels);
  const judged: JudgedAnswer<Output>[] = [];
  asked.forEach((answer, position) => {
    if (!answer) return;
    const output = answer.prediction?.output;
    const valid = output !== undefined && (!known || known.has(output));
    const foreign = `The answer ${shorten(JSON.stringify(output) ?? '', 40)} is none of the labels.`;
    const problem = valid
      ? undefined
      : (answer.failure?.message ??
        answer.prediction?.problem ??
        (output === undefined ? 'No answer was given.' : foreign));
    judged.push({ position, expected: expected[position]!, predicted: valid ? output : undefined, problem });
  });
  return judged;
}

/** Everything that is measured of one solution. */
export function measure<Output>(
  run: AskedAll<Output>,
  judged: readonly JudgedAnswer<Output>[],
  options: JudgeOptions<Output>,
): Evaluation {
  const answered = run.answers.filter(answer => answer?.prediction !== undefined) as Asked<Output>[];
  const anything = answered.length > 0;
  const lastFailure = run.answers.findLast(answer => answer?.failure)?.failure;
  const error = run.error ?? (anything ? undefined : lastFailure);
  const invalid = judged.filter(answer => answer.predicted === undefined).length;
  const base = {
    examples: run.answers.length,
    measured: judged.length,
    invalid,
    failedCalls: judged.length - answered.length,
    problems: countProblems(judged),
    predictMs: rounded(run.elapsedMs),
    ...(error && { error }),
  };
  if (!anything) {
    const status = error?.tag === 'aborted' ? 'cancelled' : 'failed';
    return { ...base, status, metrics: {}, intervals: {}, perLabel: [], confusions: [] };
  }
  return {
    ...base,
    status: error ? 'partial' : 'ok',
    ...quality(run, judged, options),
    ...(options.metric && { taskMetric: ofMetric(options.metric, judged, options) }),
    latency: latencyOf(answered, run.elapsedMs),
    ...spending(answered.map(answer => answer.prediction!)),
    ...(options.predictions && { predictions: keep(run, judged) }),
  };
}

function quality<Output>(
  run: AskedAll<Output>,
  judged: readonly JudgedAnswer<Output>[],
  options: JudgeOptions<Output>,
): Pick<Evaluation, 'metrics' | 'intervals' | 'perLabel' | 'confusions' | 'calibration'> {
  const share = accuracy<Output>().overall(judged);
  const wilson = wilsonInterval(Math.round(share * judged.length), judged.length, options.confidence);
  if (!options.labels) {
    return { metrics: { accuracy: share }, intervals: { accuracy: wilson }, perLabel: [], confusions: [] };
  }
  const confusion = confusionOf(judged, options.labels);
  const counts = labelCounts(confusion);
  const probable: ProbableAnswer[] = [];
  for (const { position, expected, predicted } of judged) {
    const probabilities = run.answers[position]!.prediction?.probabilities;
    if (predicted === undefined || !probabilities) continue;
    probable.push({ expected: labelKey(expected), predicted: labelKey(predicted), probabilities });
  }
  const calibrated = calibration(probable);
  return {
    metrics: {
      accuracy: share,
      macroF1: macroF1Of(counts),
      microF1: microF1Of(counts),
      weightedF1: weightedF1Of(counts),
      balancedAccuracy: balancedAccuracyOf(counts),
      ...(calibrated && { ece: calibrated.ece, brier: calibrated.brier, nll: calibrated.nll }),
    },
    intervals: { accuracy: wilson, macroF1: macroF1IntervalOf(confusion, options) },
    perLabel: perLabelOf(confusion),
    confusions: confusionPairsOf(confusion, 20),
    ...(calibrated && { calibration: { count: calibrated.count, bins: calibrated.bins } }),
  };
}

function ofMetric<Output>(
  metric: Metric<Output>,
  judged: readonly Judged<Output>[],
  options: BootstrapOptions,
): NonNullable<Evaluation['taskMetric']> {
  const { name, direction } = metric;
  const value = metric.overall(judged);
  const interval =
    metric.single &&
    meanInterval(
      judged.map(answer => metric.single!(answer)),
      options,
    );
  return { name, direction, value, ...(interval && { interval }) };
}

function latencyOf<Output>(answered: readonly Asked<Output>[], elapsedMs: number): LatencyFigures {
  const times = Float64Array.from(answered, answer => answer.ms).sort();
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  return {
    p50Ms: rounded(percentileOfSorted(times, 50)),
    p95Ms: rounded(percentileOfSorted(times, 95)),
    meanMs: rounded(mean),
    maxMs: rounded(times.at(-1)!),
    perSecond: rounded((answered.length / Math.max(elapsedMs, 1e-3)) * 1000),
  };
}

function spending<Output>(
  predictions: readonly Prediction<Output>[],
): Pick<Evaluation, 'costPer1000' | 'usd' | 'usage'> {
  const known = predictions.every(prediction => prediction.usd !== undefined);
  const usd = predictions.reduce((sum, prediction) => sum + (prediction.usd ?? 0), 0);
  const usages = predictions.flatMap(prediction => prediction.usage ?? []);
  return {
    ...(known && { costPer1000: tidy((usd / predictions.length) * 1000), usd: tidy(usd) }),
    ...(usages.length === predictions.length && { usage: defined(addUsage(usages)) }),
  };
}

function countProblems(judged: readonly JudgedAnswer<unknown>[]): { message: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { problem } of judged) if (problem !== undefined) counts.set(problem, (counts.get(problem) ?? 0) + 1);
  const list = Array.from(counts, ([message, count]) => ({ message, count }));
  return list.sort((a, b) => b.count - a.count).slice(0, 5);
}

function keep<Output>(run: AskedAll<Output>, judged: readonly JudgedAnswer<Output>[]): KeptPrediction[] {
  return judged.map(({ position, expected, predicted, problem }) => {
    const { prediction, ms } = run.answers[position]!;
    const key = predicted === undefined ? undefined : labelKey(predicted);
    const probabilities = prediction?.probabilities;
    const confidence =
      key !== undefined && probabilities && Object.hasOwn(probabilities, key) ? probabilities[key] : undefined;
    return {
      index: position,
      expected,
      ...(predicted !== undefined && { predicted }),
      ...(problem !== undefined && { problem }),
      ...(confidence !== undefined && { confidence }),
      ms: rounded(ms),
    };
  });
}

/** To a thousandth. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Without the last digits that adding up leaves. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Without fields that are `undefined`, which JSON does not know. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

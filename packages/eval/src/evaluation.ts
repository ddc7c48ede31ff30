// What measuring a solution gives: plain data, as it stands in a report.
import type { Usage } from '@modeshift/core';
import type { ReliabilityBin } from './calibration.ts';
import type { ConfusionPair } from './confusion-pairs.ts';
import type { Failure } from './failure.ts';
import type { Interval } from './interval.ts';
import type { LabelFigures } from './per-label.ts';

/**
 * How a measurement ended. `ok`: every example was answered or counted as invalid. `partial`: it ended early, and the figures
 * are those of the examples asked so far, a random sample. `failed`: nothing was measured. `cancelled`: the user stopped it
 * before anything was measured.
 */
export type EvaluationStatus = 'ok' | 'partial' | 'failed' | 'cancelled';

/** Quality figures; a figure that cannot be computed is left out. Shares are 0 to 1. */
export interface QualityFigures {
  readonly accuracy?: number;
  /** For tasks whose answer is one of some labels, as are the four that follow. */
  readonly macroF1?: number;
  readonly microF1?: number;
  readonly weightedF1?: number;
  readonly balancedAccuracy?: number;
  /** Expected calibration error, where the mode gives probabilities; see `calibration`. */
  readonly ece?: number;
  readonly brier?: number;
  /** Mean negative log-likelihood, in nats. */
  readonly nll?: number;
}

/** How long answers take, in milliseconds of a wall clock, per predict call that answered. */
export interface LatencyFigures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly meanMs: number;
  readonly maxMs: number;
  /** Answers per second of wall time, at the concurrency that was used. */
  readonly perSecond: number;
}

/** One example and its answer. */
export interface KeptPrediction {
  /** Position among the test examples. */
  readonly index: number;
  readonly expected: unknown;
  /** Left out where there was no valid answer. */
  readonly predicted?: unknown;
  /** Why there was no valid answer. */
  readonly problem?: string;
  /** Probability that the mode gave to its answer. */
  readonly confidence?: number;
  readonly ms: number;
}

/** What measuring a solution gives. */
export interface Evaluation {
  readonly status: EvaluationStatus;
  /** Why it ended early; with `partial`, `failed` and `cancelled`. */
  readonly error?: Failure;
  /** Examples there were to answer. */
  readonly examples: number;
  /** Examples that count: answered, or asked in vain. */
  readonly measured: number;
  /** Of those, the ones without a valid answer; they count as wrong. */
  readonly invalid: number;
  /** Of those, the ones whose predict call threw. */
  readonly failedCalls: number;
  /** The most frequent reasons of invalid answers. */
  readonly problems: readonly { readonly message: string; readonly count: number }[];
  readonly metrics: QualityFigures;
  /** Confidence intervals: accuracy by Wilson's score, macro-F1 by bootstrap. */
  readonly intervals: { readonly accuracy?: Interval; readonly macroF1?: Interval };
  /** The task's own metric, where it has one. */
  readonly taskMetric?: {
    readonly name: string;
    readonly direction: 'maximize' | 'minimize';
    readonly value: number;
    readonly interval?: Interval;
  };
  /** Empty for tasks without labels. */
  readonly perLabel: readonly LabelFigures[];
  readonly confusions: readonly ConfusionPair[];
  readonly calibration?: { readonly count: number; readonly bins: readonly ReliabilityBin[] };
  readonly latency?: LatencyFigures;
  /** US dollars per 1,000 answers; left out where the price of any answer is unknown. */
  readonly costPer1000?: number;
  /** US dollars that the measured answers cost together; left out where unknown. */
  readonly usd?: number;
  /** Tokens of the measured answers; left out where no answer reported any. */
  readonly usage?: Usage;
  /** Wall time of all predictions together, in milliseconds. */
  readonly predictMs: number;
  /** Every prediction, where they were asked for. */
  readonly predictions?: readonly KeptPrediction[];
}

// The report of a comparison: plain JSON, the same that the terminal table and the HTML page are made of.
import type { Footprint, ModeKind } from '@modeshift/core';
import type { Evaluation } from './evaluation.ts';
import type { Interval } from './interval.ts';
import type { McNemarMethod } from './mcnemar.ts';
import type { Verdict } from './verdict.ts';

/** What was compared on: counts, labels, and what the reader should know of the data. */
export interface DataFacts {
  readonly train: number;
  readonly dev: number;
  readonly test: number;
  /** Test examples that were used; fewer than `test` where a limit was set. */
  readonly used: number;
  /** The task's labels in their order; left out for tasks whose answer is no label. */
  readonly labels?: readonly string[];
  /** How often each label stands in the training examples and in the test examples that were used. */
  readonly labelCounts?: readonly { readonly label: string; readonly train: number; readonly test: number }[];
  /** Warnings from whoever read the data, e.g. of examples that stand in train and test. */
  readonly notes: readonly string[];
}

/** The row of one mode. */
export interface ModeRow extends Evaluation {
  readonly name: string;
  readonly kind: ModeKind;
  /** The model it stands on. */
  readonly model?: string;
  /** What the solution cost to make; left out where none was made. */
  readonly footprint?: Footprint;
  /** Wall time of making the solution, in milliseconds, as seen from outside. */
  readonly solveMs?: number;
  /** What went wrong without harm to the figures, e.g. a solution that could not be disposed. */
  readonly warnings: readonly string[];
}

/** Two modes on the examples that both answered; differences are `a` minus `b`. */
export interface PairedRow {
  readonly a: string;
  readonly b: string;
  readonly examples: number;
  /** Examples that only `a` got right, and only `b`. */
  readonly onlyA: number;
  readonly onlyB: number;
  readonly accuracyDifference: number;
  /** Paired bootstrap. */
  readonly accuracyInterval: Interval;
  /** For tasks with labels. */
  readonly macroF1Difference?: number;
  readonly macroF1Interval?: Interval;
  /** McNemar's test, two-sided. */
  readonly p: number;
  readonly method: McNemarMethod;
  /** `p` adjusted by Holm's method for all pairs of the report. */
  readonly pAdjusted: number;
  /** Whether `pAdjusted` is below 0.05. */
  readonly significant: boolean;
}

/** What {@link compare} gives. Unknown figures are left out, never 0. Described by `reportSchema`. */
export interface Report {
  readonly schemaVersion: 1;
  readonly task: { readonly name: string; readonly instruction: string };
  readonly seed: number;
  /** Of all intervals: 0.95. */
  readonly confidence: number;
  /** When the comparison began, ISO 8601. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** Whether the user stopped it. */
  readonly cancelled: boolean;
  readonly data: DataFacts;
  /** In the order in which the modes were given. */
  readonly modes: readonly ModeRow[];
  readonly paired: readonly PairedRow[];
  readonly verdict: Verdict;
}

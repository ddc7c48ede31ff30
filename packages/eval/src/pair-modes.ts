// Compares every two modes on the examples that both answered.
import { holm } from './holm.ts';
import type { JudgedAnswer } from './judge-answers.ts';
import { pairedDifference } from './paired.ts';
import type { PairedRow } from './report.ts';

/** A mode's judged answers, in the order of the examples. */
export interface JudgedMode {
  readonly name: string;
  readonly judged: readonly JudgedAnswer<unknown>[];
}

/** All pairs, with p-values adjusted for their number; pairs without a common example are left out. */
export function pairModes(
  modes: readonly JudgedMode[],
  options: { readonly seed: number; readonly replicates?: number; readonly labelled: boolean },
): PairedRow[] {
  const { labelled, ...bootstrap } = options;
  const pairs = modes.flatMap((a, index) => modes.slice(index + 1).map(b => [a, b] as const));
  const rows = pairs.flatMap(([a, b]) => {
    const [first, second] = onCommonExamples(a.judged, b.judged);
    if (first.length === 0) return [];
    const { accuracy, macroF1, macroF1Interval, ...rest } = pairedDifference(first, second, bootstrap);
    return [
      {
        a: a.name,
        b: b.name,
        ...rest,
        accuracyDifference: accuracy,
        ...(labelled && { macroF1Difference: macroF1, macroF1Interval }),
      },
    ];
  });
  const adjusted = holm(rows.map(row => row.p));
  return rows.map((row, index) => ({ ...row, pAdjusted: adjusted[index]!, significant: adjusted[index]! < 0.05 }));
}

type Answers = readonly JudgedAnswer<unknown>[];

function onCommonExamples(a: Answers, b: Answers): [Answers, Answers] {
  if (a.length === b.length && a.every((answer, i) => answer.position === b[i]!.position)) return [a, b];
  const inA = new Set(a.map(answer => answer.position));
  const inB = new Set(b.map(answer => answer.position));
  return [a.filter(answer => inB.has(answer.position)), b.filter(answer => inA.has(answer.position))];
}

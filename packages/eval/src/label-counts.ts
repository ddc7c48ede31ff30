// Hits, answers and cases of each label, from the cells of a confusion matrix.
import type { Confusion } from './confusion.ts';

/** Per label, by its position: right answers, times answered, times expected. */
export interface LabelCounts {
  readonly correct: Float64Array;
  readonly predicted: Float64Array;
  readonly support: Float64Array;
}

/** Adds up the cells; `count` stands in for the matrix's own counts, as a bootstrap wants. */
export function labelCounts(
  confusion: Pick<Confusion, 'labels' | 'expected' | 'predicted' | 'count'>,
  count: Float64Array = confusion.count,
): LabelCounts {
  const size = confusion.labels.length;
  const correct = new Float64Array(size);
  const predicted = new Float64Array(size);
  const support = new Float64Array(size);
  for (let cell = 0; cell < count.length; cell++) {
    const times = count[cell]!;
    if (times === 0) continue;
    const right = confusion.expected[cell]!;
    const given = confusion.predicted[cell]!;
    support[right]! += times;
    if (given >= 0) predicted[given]! += times;
    if (given === right) correct[right]! += times;
  }
  return { correct, predicted, support };
}

/** F1 of one label, `2·correct / (predicted + support)`; 0 where the label was neither expected nor predicted. */
export function f1Of(counts: LabelCounts, label: number): number {
  const both = counts.predicted[label]! + counts.support[label]!;
  return both === 0 ? 0 : (2 * counts.correct[label]!) / both;
}

/** The mean F1 of the labels that were expected or predicted; 0 where there is none. */
export function macroF1Of(counts: LabelCounts): number {
  let sum = 0;
  let present = 0;
  for (let label = 0; label < counts.support.length; label++) {
    if (counts.support[label]! + counts.predicted[label]! === 0) continue;
    sum += f1Of(counts, label);
    present++;
  }
  return present === 0 ? 0 : sum / present;
}

// Precision, recall and F1 of each label.
import type { Judged } from '@modeshift/core';
import { type Confusion, confusionOf } from './confusion.ts';
import { f1Of, labelCounts } from './label-counts.ts';

/** How well one label is recognised. Shares are 0 to 1; 0 where there is nothing to divide by, as in scikit-learn. */
export interface LabelFigures {
  readonly label: string;
  /** Of the answers with this label, the share that is right. */
  readonly precision: number;
  /** Of the cases of this label, the share that was found. */
  readonly recall: number;
  readonly f1: number;
  /** How often the label was expected. */
  readonly support: number;
  /** How often the label was answered. */
  readonly predicted: number;
}

/**
 * The table of labels, as `sklearn.metrics.precision_recall_fscore_support`: every label that was expected or answered.
 *
 * @param order labels in the order wanted; the others follow as they appear.
 * @example
 * ```ts
 * import { perLabel } from '@modeshift/eval';
 *
 * const rows = perLabel([{ expected: 'a', predicted: 'a' }, { expected: 'b', predicted: 'a' }]);
 * console.log(rows[0]?.precision, rows[0]?.recall, rows[1]?.f1); // 0.5 1 0
 * ```
 */
export function perLabel(answers: readonly Judged<unknown>[], order: readonly string[] = []): LabelFigures[] {
  return perLabelOf(confusionOf(answers, order));
}

/** The table of labels from a confusion matrix. */
export function perLabelOf(confusion: Confusion): LabelFigures[] {
  const counts = labelCounts(confusion);
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return confusion.labels.map((label, index) => ({
    label,
    precision: share(counts.correct[index]!, counts.predicted[index]!),
    recall: share(counts.correct[index]!, counts.support[index]!),
    f1: f1Of(counts, index),
    support: counts.support[index]!,
    predicted: counts.predicted[index]!,
  }));
}

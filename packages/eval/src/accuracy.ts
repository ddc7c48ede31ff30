// Accuracy, plain and balanced over the labels.
import type { Judged, Metric } from '@modeshift/core';
import { confusionOf } from './confusion.ts';
import type { LabelCounts } from './label-counts.ts';
import { labelCounts } from './label-counts.ts';
import { labelKey } from './label-key.ts';

/**
 * The share of answers that are right, 0 to 1. An answer that is no valid answer counts as wrong. Values other than strings
 * are equal when their JSON is, whatever the order of keys.
 *
 * @example
 * ```ts
 * import { accuracy } from '@modeshift/eval';
 *
 * console.log(accuracy().overall([{ predicted: 'a', expected: 'a' }, { predicted: undefined, expected: 'b' }])); // 0.5
 * ```
 */
export function accuracy<Output = string>(): Metric<Output> {
  const single = (answer: Judged<Output>): number => (isRight(answer) ? 1 : 0);
  return {
    name: 'accuracy',
    direction: 'maximize',
    single,
    overall: answers => {
      let right = 0;
      for (const answer of answers) right += single(answer);
      return answers.length === 0 ? Number.NaN : right / answers.length;
    },
  };
}

/** Whether an answer is the expected one. */
export function isRight(answer: Judged<unknown>): boolean {
  if (answer.predicted === undefined) return false;
  return answer.predicted === answer.expected || labelKey(answer.predicted) === labelKey(answer.expected);
}

/**
 * The mean recall of the labels that occur among the expected ones, 0 to 1, as `sklearn.metrics.balanced_accuracy_score`:
 * each label weighs the same, however rare it is.
 *
 * @example
 * ```ts
 * import { balancedAccuracy } from '@modeshift/eval';
 *
 * const always = ['a', 'a', 'a', 'b'].map(expected => ({ expected, predicted: 'a' }));
 * console.log(balancedAccuracy().overall(always)); // 0.5
 * ```
 */
export function balancedAccuracy<Output = string>(): Metric<Output> {
  return {
    name: 'balanced-accuracy',
    direction: 'maximize',
    overall: answers => balancedAccuracyOf(labelCounts(confusionOf(answers))),
  };
}

/** Balanced accuracy from counts; NaN where nothing was expected. */
export function balancedAccuracyOf(counts: LabelCounts): number {
  let sum = 0;
  let present = 0;
  counts.support.forEach((support, label) => {
    if (support === 0) return;
    sum += counts.correct[label]! / support;
    present++;
  });
  return present === 0 ? Number.NaN : sum / present;
}

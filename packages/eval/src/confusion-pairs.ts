// Which labels are mistaken for which, most frequent first.
import type { Judged } from '@modeshift/core';
import { type Confusion, confusionOf } from './confusion.ts';

/** A mistake and how often it was made. */
export interface ConfusionPair {
  readonly expected: string;
  readonly predicted: string;
  readonly count: number;
  /** The share of the cases of `expected` that went this way, 0 to 1. */
  readonly share: number;
}

/**
 * The most frequent mistakes, in falling order; invalid answers are not among them. Ties stand in the order of the labels.
 *
 * @example
 * ```ts
 * import { confusionPairs } from '@modeshift/eval';
 *
 * const answers = ['billing', 'billing', 'delivery'].map(expected => ({ expected, predicted: 'delivery' }));
 * console.log(confusionPairs(answers)[0]); // { expected: 'billing', predicted: 'delivery', count: 2, share: 1 }
 * ```
 */
export function confusionPairs(answers: readonly Judged<unknown>[], limit = 20): ConfusionPair[] {
  return confusionPairsOf(confusionOf(answers), limit);
}

/** The most frequent mistakes in a confusion matrix. */
export function confusionPairsOf(confusion: Confusion, limit: number): ConfusionPair[] {
  const support = new Float64Array(confusion.labels.length);
  confusion.expected.forEach((label, cell) => {
    support[label]! += confusion.count[cell]!;
  });
  const pairs: ConfusionPair[] = [];
  confusion.count.forEach((count, cell) => {
    const expected = confusion.expected[cell]!;
    const predicted = confusion.predicted[cell]!;
    if (predicted < 0 || predicted === expected) return;
    pairs.push({
      expected: confusion.labels[expected]!,
      predicted: confusion.labels[predicted]!,
      count,
      share: count / support[expected]!,
    });
  });
  return pairs.sort((a, b) => b.count - a.count).slice(0, limit);
}

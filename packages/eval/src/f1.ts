// F1 over all labels: macro, micro, weighted.
import type { Metric } from '@modeshift/core';
import { confusionOf } from './confusion.ts';
import { f1Of, type LabelCounts, labelCounts, macroF1Of } from './label-counts.ts';

/**
 * The mean F1 of the labels, each weighing the same. The labels are those that occur among the expected or the predicted
 * answers, as `sklearn.metrics.f1_score(average='macro')` does by default; a label of the task that nobody expected and
 * nobody answered does not count. An invalid answer is a miss of the expected label and a false alarm of none; it is not a
 * label of its own.
 *
 * @example
 * ```ts
 * import { macroF1 } from '@modeshift/eval';
 *
 * const answers = [
 *   { expected: 'a', predicted: 'a' },
 *   { expected: 'a', predicted: 'b' },
 *   { expected: 'b', predicted: 'b' },
 * ];
 * console.log(macroF1().overall(answers).toFixed(4)); // 0.6667
 * ```
 */
export function macroF1<Output = string>(): Metric<Output> {
  return fromCounts('macro-f1', macroF1Of);
}

/**
 * F1 of all decisions taken together. It equals accuracy as long as every answer is valid, since each wrong answer is one
 * miss and one false alarm.
 *
 * @example
 * ```ts
 * import { microF1 } from '@modeshift/eval';
 *
 * console.log(microF1().overall([{ expected: 'a', predicted: 'a' }, { expected: 'b', predicted: 'a' }])); // 0.5
 * ```
 */
export function microF1<Output = string>(): Metric<Output> {
  return fromCounts('micro-f1', microF1Of);
}

/**
 * The mean F1 of the labels, each weighing as often as it was expected (`average='weighted'` of scikit-learn).
 *
 * @example
 * ```ts
 * import { weightedF1 } from '@modeshift/eval';
 *
 * console.log(weightedF1().overall([{ expected: 'a', predicted: 'a' }])); // 1
 * ```
 */
export function weightedF1<Output = string>(): Metric<Output> {
  return fromCounts('weighted-f1', weightedF1Of);
}

/** Micro F1 from counts. */
export function microF1Of(counts: LabelCounts): number {
  let correct = 0;
  let both = 0;
  for (let label = 0; label < counts.support.length; label++) {
    correct += counts.correct[label]!;
    both += counts.support[label]! + counts.predicted[label]!;
  }
  return both === 0 ? 0 : (2 * correct) / both;
}

/** Weighted F1 from counts. */
export function weightedF1Of(counts: LabelCounts): number {
  let sum = 0;
  let total = 0;
  for (let label = 0; label < counts.support.length; label++) {
    sum += f1Of(counts, label) * counts.support[label]!;
    total += counts.support[label]!;
  }
  return total === 0 ? 0 : sum / total;
}

function fromCounts<Output>(name: string, figure: (counts: LabelCounts) => number): Metric<Output> {
  return { name, direction: 'maximize', overall: answers => figure(labelCounts(confusionOf(answers))) };
}

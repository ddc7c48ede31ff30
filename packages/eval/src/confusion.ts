// How often each label was answered for each label: the counts that every classification figure is computed from.
import type { Judged } from '@modeshift/core';
import { labelKey } from './label-key.ts';

/**
 * A confusion matrix, sparse: cell `i` says that label `expected[i]` was answered as `predicted[i]` in `count[i]` cases.
 * Both are positions in `labels`; `predicted[i]` is -1 where no valid answer was given.
 */
export interface Confusion {
  /** Every label that was expected or predicted. */
  readonly labels: readonly string[];
  readonly expected: Int32Array;
  readonly predicted: Int32Array;
  readonly count: Float64Array;
  /** How many answers were judged. */
  readonly total: number;
}

/**
 * Counts answers into a confusion matrix.
 *
 * @param order labels in the order wanted; labels that do not occur are left out, others follow as they appear.
 * @example
 * ```ts
 * import { confusionOf } from '@modeshift/eval';
 *
 * const confusion = confusionOf([
 *   { expected: 'a', predicted: 'a' },
 *   { expected: 'a', predicted: 'b' },
 *   { expected: 'b', predicted: undefined },
 * ]);
 * console.log(confusion.labels, [...confusion.count]); // [ 'a', 'b' ] [ 1, 1, 1 ]
 * ```
 */
export function confusionOf(answers: readonly Judged<unknown>[], order: readonly string[] = []): Confusion {
  const seen = new Map<string, Map<string | undefined, number>>();
  const present = new Set<string>();
  for (const { expected, predicted } of answers) {
    const right = labelKey(expected);
    const given = predicted === undefined ? undefined : labelKey(predicted);
    present.add(right);
    if (given !== undefined) present.add(given);
    const row = seen.get(right) ?? new Map<string | undefined, number>();
    row.set(given, (row.get(given) ?? 0) + 1);
    seen.set(right, row);
  }
  const ordered = order.filter(label => present.has(label));
  const labels = [...new Set([...ordered, ...present])];
  const position = new Map(labels.map((label, index) => [label, index]));
  const cells: [number, number, number][] = [];
  for (const [right, row] of seen) {
    for (const [given, count] of row) {
      cells.push([position.get(right)!, given === undefined ? -1 : position.get(given)!, count]);
    }
  }
  cells.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    labels,
    expected: Int32Array.from(cells, cell => cell[0]),
    predicted: Int32Array.from(cells, cell => cell[1]),
    count: Float64Array.from(cells, cell => cell[2]),
    total: answers.length,
  };
}

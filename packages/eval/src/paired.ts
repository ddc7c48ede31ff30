// Two modes on the same examples: how far apart they are, and whether that can be chance.
import { invalidInput, type Judged } from '@modeshift/core';
import { isRight } from './accuracy.ts';
import { type BootstrapOptions, bootstrapCounts } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import { macroF1Of } from './label-counts.ts';
import { labelKey } from './label-key.ts';
import { type McNemarMethod, mcnemar } from './mcnemar.ts';

/** A difference between two modes, the first minus the second. */
export interface PairedDifference {
  /** Examples that both answered. */
  readonly examples: number;
  /** Examples that only the first got right, and only the second. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Accuracy of the first minus accuracy of the second. */
  readonly accuracy: number;
  readonly accuracyInterval: Interval;
  readonly macroF1: number;
  readonly macroF1Interval: Interval;
  /** McNemar's test, two-sided. */
  readonly p: number;
  readonly method: McNemarMethod;
}

/**
 * Compares two modes on the same examples, in the same order: the differences in accuracy and macro-F1 with paired bootstrap
 * intervals (whole examples are drawn, with both answers), and McNemar's test.
 *
 * @throws ModeshiftError `invalid-input` when the lists are not over the same expected answers.
 * @example
 * ```ts
 * import { pairedDifference } from '@modeshift/eval';
 *
 * const expected = ['a', 'b', 'a', 'b'];
 * const good = expected.map(label => ({ expected: label, predicted: label }));
 * const bad = expected.map(label => ({ expected: label, predicted: 'a' }));
 * console.log(pairedDifference(good, bad).accuracy); // 0.5
 * ```
 */
export function pairedDifference(
  a: readonly Judged<unknown>[],
  b: readonly Judged<unknown>[],
  options: BootstrapOptions = {},
): PairedDifference {
  if (a.length !== b.length)
    throw invalidInput('Two modes are compared on the same examples: give lists of one length.');
  if (a.length === 0) throw invalidInput('Two modes are compared on the same examples: there is none.');
  let onlyA = 0;
  let onlyB = 0;
  const kinds = new Map<string, { readonly labels: readonly [number, number, number]; count: number }>();
  const positions = new Map<string, number>();
  const position = (value: unknown): number => {
    if (value === undefined) return -1;
    const key = labelKey(value);
    const known = positions.get(key);
    if (known !== undefined) return known;
    positions.set(key, positions.size);
    return positions.size - 1;
  };
  for (let i = 0; i < a.length; i++) {
    const first = a[i]!;
    const second = b[i]!;
    const labels = [position(first.expected), position(first.predicted), position(second.predicted)] as const;
    if (labels[0] !== position(second.expected)) {
      throw invalidInput(`Example ${i + 1} expects different answers in the two lists: compare the same examples.`);
    }
    if (isRight(first) && !isRight(second)) onlyA++;
    if (isRight(second) && !isRight(first)) onlyB++;
    const key = labels.join(' ');
    const kind = kinds.get(key);
    if (kind) kind.count++;
    else kinds.set(key, { labels, count: 1 });
  }
  const total = a.length;
  const list = [...kinds.values()];
  const counts = Float64Array.from(list, kind => kind.count);
  const macroF1 = differenceOfMacroF1(
    list.map(kind => kind.labels),
    positions.size,
  );
  const discordant = Float64Array.of(onlyA, onlyB, total - onlyA - onlyB);
  return {
    examples: total,
    onlyA,
    onlyB,
    accuracy: (onlyA - onlyB) / total,
    accuracyInterval: bootstrapCounts(discordant, drawn => (drawn[0]! - drawn[1]!) / total, options),
    macroF1: macroF1(counts),
    macroF1Interval: bootstrapCounts(counts, macroF1, options),
    ...mcnemar(onlyA, onlyB),
  };
}

/** Macro-F1 of the first answers minus that of the second, from how often each kind (expected, first, second) occurs. */
function differenceOfMacroF1(
  kinds: readonly (readonly [number, number, number])[],
  labels: number,
): (counts: Float64Array) => number {
  const make = () => ({
    correct: new Float64Array(labels),
    predicted: new Float64Array(labels),
    support: new Float64Array(labels),
  });
  const sides = [make(), make()] as const;
  return counts => {
    sides.forEach((side, which) => {
      side.correct.fill(0);
      side.predicted.fill(0);
      side.support.fill(0);
      for (let kind = 0; kind < kinds.length; kind++) {
        const count = counts[kind]!;
        if (count === 0) continue;
        const expected = kinds[kind]![0];
        const given = kinds[kind]![which === 0 ? 1 : 2];
        side.support[expected]! += count;
        if (given < 0) continue;
        side.predicted[given]! += count;
        if (given === expected) side.correct[given]! += count;
      }
    });
    return macroF1Of(sides[0]) - macroF1Of(sides[1]);
  };
}

// Holding out a part of the examples, with the same share of every label.
import { random } from '../random.ts';

/** Positions of the examples to train on and of those held out, each in rising order. */
export interface HeldOutExamples {
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
}

/**
 * Holds out a share of the examples of every label, for choosing when to stop. A label with fewer than four examples keeps them
 * all for training, and at least one of any other label's is held out. Same seed, same split.
 *
 * @example
 * ```ts
 * import { holdOutByLabel } from '@modeshift/core/label-mode';
 *
 * const split = holdOutByLabel(['a', 'a', 'a', 'a', 'a', 'b'], 0.2, 0);
 * console.log(split.heldOut.length, split.train.length); // 1 5
 * ```
 */
export function holdOutByLabel(labels: readonly string[], share: number, seed: number): HeldOutExamples {
  const source = random(seed);
  const train: number[] = [];
  const heldOut: number[] = [];
  for (const [, members] of [...Map.groupBy(labels.keys(), i => labels[i]!)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const count = share > 0 && members.length >= 4 ? Math.max(1, Math.round(members.length * share)) : 0;
    const shuffled = source.shuffle(members);
    heldOut.push(...shuffled.slice(0, count));
    train.push(...shuffled.slice(count));
  }
  const rising = (a: number, b: number): number => a - b;
  return { train: train.sort(rising), heldOut: heldOut.sort(rising) };
}

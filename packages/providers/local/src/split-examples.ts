// Holding out a part of the examples, with the same share of every label.
import { random } from '@modeshift/core';

/** Positions of the examples to train on and of those held out, each in rising order. */
export interface HeldOut {
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
}

/**
 * Holds out a share of the examples of every label. A label with fewer than four examples keeps them all for training, and
 * at least one of any other label's is held out. Same seed, same split.
 *
 * @param labels the label of each example, as a class number.
 * @example
 * ```ts
 * import { holdOut } from '@modeshift/local';
 *
 * const split = holdOut([0, 0, 0, 0, 0, 1], 0.2, 0);
 * console.log(split.heldOut.length, split.train.length); // 1 5
 * ```
 */
export function holdOut(labels: ArrayLike<number>, share: number, seed: number): HeldOut {
  const byLabel = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const members = byLabel.get(labels[i]!);
    if (members) members.push(i);
    else byLabel.set(labels[i]!, [i]);
  }
  const source = random(seed);
  const train: number[] = [];
  const heldOut: number[] = [];
  for (const [, members] of [...byLabel].sort(([a], [b]) => a - b)) {
    const count = share > 0 && members.length >= 4 ? Math.max(1, Math.round(members.length * share)) : 0;
    const shuffled = source.shuffle(members);
    heldOut.push(...shuffled.slice(0, count));
    train.push(...shuffled.slice(count));
  }
  const rising = (a: number, b: number): number => a - b;
  return { train: train.sort(rising), heldOut: heldOut.sort(rising) };
}

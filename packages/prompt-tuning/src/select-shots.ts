// Which examples a prompt shows, and in which order.
import { invalidInput, type Random } from '@modeshift/core';
import { ngramIndex } from './ngram-index.ts';
import type { Shot } from './shot.ts';

/**
 * Chooses examples for one input. It may be asked for every input; `random` is seeded and gives the same numbers each time.
 */
export type ShotSelector = (request: {
  /** All training examples. */
  readonly pool: readonly Shot[];
  /** The input to label. */
  readonly text: string;
  readonly count: number;
  readonly random: Random;
}) => readonly Shot[] | Promise<readonly Shot[]>;

/** The order of the examples in the prompt. Models weigh the last ones most. */
export type ShotOrder = 'as-selected' | 'reversed' | 'by-label' | 'random';

/** As many examples of each label as possible, at random. With fewer shots than labels, some labels have none. */
export function selectStratified(pool: readonly Shot[], count: number, random: Random): Shot[] {
  const byLabel = new Map<string, Shot[]>();
  for (const shot of random.shuffle(pool)) {
    const group = byLabel.get(shot.label);
    if (group) group.push(shot);
    else byLabel.set(shot.label, [shot]);
  }
  const groups = random.shuffle([...byLabel.keys()].sort()).map(label => byLabel.get(label)!);
  const selected: Shot[] = [];
  for (let round = 0; selected.length < Math.min(count, pool.length); round++) {
    for (const group of groups) {
      const shot = group[round];
      if (shot && selected.length < count) selected.push(shot);
    }
  }
  return selected;
}

/** Makes a selector of the examples that look most like the input, most alike first. */
export function nearestSelector(pool: readonly Shot[]): (text: string, count: number) => Shot[] {
  const index = ngramIndex(pool.map(shot => shot.text));
  return (text, count) => index.nearest(text, count).map(i => pool[i]!);
}

/** Orders selected examples. */
export function orderShots(
  shots: readonly Shot[],
  order: ShotOrder,
  labels: readonly string[],
  random: Random,
): readonly Shot[] {
  switch (order) {
    case 'as-selected':
      return shots;
    case 'reversed':
      return shots.toReversed();
    case 'by-label':
      return shots.toSorted((a, b) => labels.indexOf(a.label) - labels.indexOf(b.label));
    case 'random':
      return random.shuffle(shots);
    default:
      throw invalidInput(`There is no order ${JSON.stringify(order)}. Use as-selected, reversed, by-label or random.`);
  }
}

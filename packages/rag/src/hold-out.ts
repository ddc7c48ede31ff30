// Splits of the training examples for choosing settings: who is asked, and who may answer.
import { random } from '@modeshift/core';

/** One split: positions of the examples that answer, and of those that are held out and asked. */
export interface Split {
  readonly known: readonly number[];
  readonly asked: readonly number[];
}

const folds = 5;
const singleSplitFrom = 10_000;
const mostAsked = 1_000;

/**
 * Five folds, or a single split from 10,000 examples on; at most 1,000 examples are asked in all. Each label is spread evenly,
 * equal texts stay together, and an example whose label has no other text is never asked.
 *
 * @param keys equal for equal texts; @param labels in the same order.
 */
export function holdOut(keys: readonly string[], labels: readonly string[], seed: number): Split[] {
  const perLabel = new Map<string, string[]>();
  const seen = new Set<string>();
  const source = random(seed);
  for (const i of source.shuffle(keys.map((_, place) => place))) {
    if (seen.has(keys[i]!)) continue;
    seen.add(keys[i]!);
    const group = perLabel.get(labels[i]!) ?? [];
    perLabel.set(labels[i]!, group);
    group.push(keys[i]!);
  }
  const foldOf = new Map<string, number>();
  let next = 0;
  for (const group of perLabel.values()) {
    for (const key of group) foldOf.set(key, next++ % folds);
  }
  const isAlone = (place: number): boolean => (perLabel.get(labels[place]!)?.length ?? 0) < 2;
  const used = keys.length >= singleSplitFrom ? 1 : folds;
  return Array.from({ length: used }, (_, fold) => {
    const known: number[] = [];
    const asked: number[] = [];
    for (const [place, key] of keys.entries()) (foldOf.get(key) === fold ? asked : known).push(place);
    const askable = source.shuffle(asked.filter(place => !isAlone(place)));
    return { known, asked: askable.slice(0, Math.ceil(mostAsked / used)) };
  });
}

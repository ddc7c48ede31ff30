// Train and test from one set: by label, the same for the same seed, and never the same text on both sides.
import { invalidInput } from '@modeshift/core';
import type { LabelledExample } from './read-examples.ts';
import { type SettingNames, writeSetting } from './setting-names.ts';
import { shareOut } from './share-out.ts';
import { seededRank, textKey } from './text-key.ts';

/** Options of {@link splitExamples}. */
export interface SplitOptions {
  /** The share of the examples to train on, between 0 and 1. Left out: 0.8. */
  readonly split?: number;
  /** Left out: 0. */
  readonly seed?: number;
  /** How the caller's settings are called in messages. */
  readonly settingNames?: SettingNames;
}

/** Two parts of a set of examples, each in the order of the set. */
export interface SplitParts {
  readonly train: readonly LabelledExample[];
  readonly test: readonly LabelledExample[];
}

/**
 * Splits examples into train and test. Every label gives its share of texts (largest remainders) to the test and keeps at least one in train, so a label that occurs once is in train. Equal texts (see {@link textKey}) stay on one side. Which texts go where
 * depends on the seed and the texts only: not on the order of the rows, and hardly on rows added later.
 *
 * @throws ModeshiftError `invalid-input` when nothing can be held out for the test.
 * @example
 * ```ts
 * import { splitExamples } from '@modeshift/data';
 *
 * const examples = Array.from({ length: 100 }, (_, i) => ({ text: `文本 ${i}`, label: i % 2 ? 'a' : 'b', line: i + 2 }));
 * const { train, test } = splitExamples(examples, { split: 0.8, seed: 1 });
 * console.log(train.length, test.length, test.filter(example => example.label === 'a').length); // 80 20 10
 * ```
 */
export function splitExamples(examples: readonly LabelledExample[], options: SplitOptions = {}): SplitParts {
  const { split = 0.8, seed = 0, settingNames } = options;
  requireShare(split, settingNames);
  const strata = groupedByLabel(examples, seed);
  const sizes = strata.map(groups => groups.reduce((rows, group) => rows + group.rows.length, 0));
  const wanted = Math.max(1, Math.round((1 - split) * examples.length));
  const shares = shareOut(wanted, sizes, {
    ranks: strata.map(groups => seededRank(seed, examples[groups[0]!.rows[0]!]!.label)),
  });
  const inTest = new Set<number>();
  strata.forEach((groups, i) => {
    let room = shares[i]!;
    // The first group is always for training.
    for (const { rows } of groups.slice(1)) {
      if (rows.length > room) continue;
      room -= rows.length;
      for (const row of rows) inTest.add(row);
    }
  });
  if (inTest.size === 0) {
    throw invalidInput(
      `Nothing can be held out for the test: no label has two different texts to share between training and test. Give more rows per label, or a test file with ${writeSetting(settingNames, 'test')}.`,
    );
  }
  return {
    train: examples.filter((_, row) => !inTest.has(row)),
    test: examples.filter((_, row) => inTest.has(row)),
  };
}

/** @throws ModeshiftError `invalid-input` when the share is not between 0 and 1. */
export function requireShare(split: number, names: SettingNames | undefined): void {
  if (split > 0 && split < 1) return;
  throw invalidInput(
    `The share of training examples must lie between 0 and 1, e.g. ${writeSetting(names, 'split', 0.8)}; got ${split}.`,
  );
}

interface Group {
  readonly key: string;
  readonly rank: number;
  readonly rows: number[];
}

/** The groups of equal texts of each label, in seeded order. A text with several labels counts for the first in code-point order. */
function groupedByLabel(examples: readonly LabelledExample[], seed: number): Group[][] {
  const groups = new Map<string, Group & { label: string }>();
  examples.forEach(({ text, label }, row) => {
    const key = textKey(text);
    const group = groups.get(key);
    if (!group) groups.set(key, { key, rank: seededRank(seed, key), rows: [row], label });
    else {
      group.rows.push(row);
      if (label < group.label) group.label = label;
    }
  });
  const strata = new Map<string, Group[]>();
  for (const group of groups.values()) {
    const stratum = strata.get(group.label);
    if (stratum) stratum.push(group);
    else strata.set(group.label, [group]);
  }
  return [...strata]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, stratum]) => stratum.sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1)));
}

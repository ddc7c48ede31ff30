// Fewer examples: so many of each label, or so many in all with every label's share kept.
import type { LabelledExample } from './read-examples.ts';
import { shareOut } from './share-out.ts';
import { seededRank, textKey } from './text-key.ts';

/**
 * At most `count` examples of each label, in the order of the set. Different texts come before repeated ones.
 *
 * @example
 * ```ts
 * import { samplePerLabel } from '@modeshift/data';
 *
 * const examples = ['你好', '您好', '再见'].map((text, i) => ({ text, label: i < 2 ? 'hello' : 'bye', line: i + 2 }));
 * console.log(samplePerLabel(examples, 1, 0).length); // 2
 * ```
 */
export function samplePerLabel(examples: readonly LabelledExample[], count: number, seed: number): LabelledExample[] {
  const chosen = new Set<number>();
  for (const rows of seededOrder(examples, seed)) for (const row of rows.slice(0, count)) chosen.add(row);
  return examples.filter((_, row) => chosen.has(row));
}

/**
 * At most `count` examples, in the order of the set: every label keeps its share as nearly as whole numbers allow, and at
 * least one example where `count` is no less than the number of labels.
 *
 * @example
 * ```ts
 * import { sampleStratified } from '@modeshift/data';
 *
 * const examples = Array.from({ length: 100 }, (_, i) => ({ text: `text ${i}`, label: i < 90 ? 'a' : 'b', line: i + 2 }));
 * console.log(sampleStratified(examples, 20, 0).filter(example => example.label === 'b').length); // 2
 * ```
 */
export function sampleStratified(examples: readonly LabelledExample[], count: number, seed: number): LabelledExample[] {
  if (examples.length <= count) return [...examples];
  const strata = seededOrder(examples, seed);
  const shares = shareOut(
    count,
    strata.map(rows => rows.length),
    { ranks: strata.map(rows => seededRank(seed, examples[rows[0]!]!.label)), atLeastOne: true },
  );
  const chosen = new Set<number>();
  strata.forEach((rows, i) => {
    for (const row of rows.slice(0, shares[i]!)) chosen.add(row);
  });
  return examples.filter((_, row) => chosen.has(row));
}

/** The rows of each label in seeded order, the first occurrence of each text before repeated ones. */
function seededOrder(examples: readonly LabelledExample[], seed: number): number[][] {
  const strata = new Map<string, { places: Place[]; seen: Map<string, number> }>();
  examples.forEach(({ text, label }, row) => {
    const stratum = strata.get(label) ?? { places: [], seen: new Map<string, number>() };
    if (stratum.places.length === 0) strata.set(label, stratum);
    const key = textKey(text);
    const repeat = stratum.seen.get(key) ?? 0;
    stratum.seen.set(key, repeat + 1);
    stratum.places.push({ row, key, rank: seededRank(seed, key), repeat });
  });
  return [...strata]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { places }]) =>
      places
        .sort((a, b) => a.repeat - b.repeat || a.rank - b.rank || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
        .map(place => place.row),
    );
}

interface Place {
  readonly row: number;
  readonly key: string;
  readonly rank: number;
  readonly repeat: number;
}

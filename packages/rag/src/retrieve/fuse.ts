// Joins ranked lists into one.
import { invalidInput } from '@modeshift/core';

/** How the lists of words and vectors are joined. */
export type Fusion =
  /** Reciprocal rank: Σ weight / (k + rank). Scores need not be comparable. `k` left out: 60. */
  | { readonly kind: 'rrf'; readonly k?: number; readonly weights?: FusionWeights }
  /** Σ weight · score, each list's scores scaled to 0 … 1. */
  | { readonly kind: 'weighted'; readonly weights?: FusionWeights };

/** How much each list counts, at least 0. Left out: 1 each. */
export interface FusionWeights {
  readonly lexical?: number;
  readonly vector?: number;
}

/** One entry of a list, best first. */
export interface Scored<Item> {
  readonly item: Item;
  readonly score: number;
}

/** Refuses weights that cannot rank. */
export function checkFusion(fusion: Fusion): void {
  if (fusion.kind !== 'rrf' && fusion.kind !== 'weighted') throw invalidInput('"fusion.kind" is "rrf" or "weighted".');
  const { lexical = 1, vector = 1 } = fusion.weights ?? {};
  if (!(lexical >= 0 && vector >= 0 && lexical + vector > 0 && Number.isFinite(lexical + vector)))
    throw invalidInput('The weights of a fusion are numbers of at least 0, and not all 0.');
  if (fusion.kind === 'rrf' && !((fusion.k ?? 60) >= 0))
    throw invalidInput('"k" of the reciprocal rank is at least 0.');
}

/** A ranked list with its weight in a fusion. */
export interface WeightedList<Item> {
  readonly list: readonly Scored<Item>[];
  readonly weight: number;
}

/**
 * Joins lists of the same kind of item; `idOf` tells items apart. Equal scores keep the order of first appearance.
 *
 * Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods" (2009).
 */
export function fuse<Item>(
  lists: readonly WeightedList<Item>[],
  fusion: Fusion,
  idOf: (item: Item) => string,
): Scored<Item>[] {
  const joined = new Map<string, { item: Item; score: number }>();
  for (const { list, weight } of lists) {
    const most = list[0]?.score ?? 0;
    const least = list.at(-1)?.score ?? 0;
    for (const [rank, { item, score }] of list.entries()) {
      const value =
        fusion.kind === 'rrf' ? 1 / ((fusion.k ?? 60) + rank + 1) : most > least ? (score - least) / (most - least) : 1;
      const entry = joined.get(idOf(item)) ?? { item, score: 0 };
      entry.score += weight * value;
      joined.set(idOf(item), entry);
    }
  }
  return [...joined.values()].sort((a, b) => b.score - a.score);
}

// Shares a whole number out in proportion to weights.

/** Options of {@link shareOut}. */
export interface ShareOutOptions {
  /** Who gets the odd one of equal remainders: the lower rank. As many as weights. */
  readonly ranks: readonly number[];
  /** Whether every weight gets one before any gets more, where there are enough. */
  readonly atLeastOne?: boolean;
}

/**
 * Shares `total` (at most the sum of the weights) out by largest remainders: whole numbers that sum to it and differ by
 * less than one from the exact proportion.
 *
 * @see https://en.wikipedia.org/wiki/Largest_remainders_method
 */
export function shareOut(total: number, weights: readonly number[], options: ShareOutOptions): number[] {
  const { ranks, atLeastOne = false } = options;
  const shares = weights.map(() => 0);
  let left = total;
  let sum = weights.reduce((all, weight) => all + weight, 0);
  let open = weights.map((_, i) => i).filter(i => weights[i]! > 0);
  if (atLeastOne && total >= open.length) {
    open.sort((i, j) => weights[i]! - weights[j]!);
    let fixed = 0;
    for (; fixed < open.length; fixed++) {
      const i = open[fixed]!;
      if (left * weights[i]! >= sum) break;
      shares[i] = 1;
      left--;
      sum -= weights[i]!;
    }
    open = open.slice(fixed);
  }
  if (open.length === 0) return shares;
  const remainders = new Map<number, number>();
  let given = 0;
  for (const i of open) {
    const exact = (left * weights[i]!) / sum;
    shares[i] = Math.floor(exact);
    given += shares[i]!;
    remainders.set(i, exact - shares[i]!);
  }
  open.sort((i, j) => remainders.get(j)! - remainders.get(i)! || ranks[i]! - ranks[j]!);
  for (const i of open.slice(0, left - given)) shares[i]!++;
  return shares;
}

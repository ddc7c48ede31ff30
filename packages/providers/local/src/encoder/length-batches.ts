// Texts of like length together, so that little is computed for what fills up.

/**
 * Splits the indices of `lengths` into batches of at most `tokens` tokens, counting what fills up: sorted by length, so that
 * neighbours need little of it. A text longer than `tokens` is a batch of its own.
 */
export function lengthBatches(lengths: readonly number[], tokens: number): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const index of order) {
    const longest = lengths[batch[0] ?? index]!;
    if (batch.length > 0 && longest * (batch.length + 1) > tokens) {
      batches.push(batch);
      batch = [];
    }
    batch.push(index);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

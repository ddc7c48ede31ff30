// Chooses what is relevant and not the same again.

/**
 * The order of maximal marginal relevance: next is the item with the largest λ · similarity to the query − (1 − λ) · largest
 * similarity to one already chosen. Vectors have length one. Returns positions, best first, at most `k`.
 *
 * Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking" (1998).
 */
export function maximalMarginalRelevance(
  query: Float32Array,
  vectors: readonly Float32Array[],
  k: number,
  lambda: number,
): { readonly index: number; readonly score: number }[] {
  const relevance = vectors.map(vector => dot(query, vector));
  const closest = new Float64Array(vectors.length).fill(Number.NEGATIVE_INFINITY);
  const left = new Set(vectors.keys());
  const chosen: { index: number; score: number }[] = [];
  while (chosen.length < k && left.size > 0) {
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (const index of left) {
      const again = chosen.length === 0 ? 0 : closest[index]!;
      const score = lambda * relevance[index]! - (1 - lambda) * again;
      if (score > most) [best, most] = [index, score];
    }
    left.delete(best);
    chosen.push({ index: best, score: most });
    for (const index of left) closest[index] = Math.max(closest[index]!, dot(vectors[index]!, vectors[best]!));
  }
  return chosen;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

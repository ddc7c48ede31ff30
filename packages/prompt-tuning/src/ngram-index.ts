// Finds texts that look alike by their character n-grams: no model, no word boundaries, so Chinese works as English does.

/** Ranks a fixed set of texts by likeness to a query. */
export interface NgramIndex {
  /** Positions of the `count` most alike texts, most alike first; ties keep their order. */
  nearest(query: string, count: number): number[];
}

/**
 * Indexes texts for cosine likeness of their character n-grams (n = 1 to 3), weighted by term frequency and smoothed inverse
 * document frequency.
 */
export function ngramIndex(texts: readonly string[]): NgramIndex {
  const documents = texts.map(countNgrams);
  const frequency = new Map<string, number>();
  for (const grams of documents) for (const gram of grams.keys()) frequency.set(gram, (frequency.get(gram) ?? 0) + 1);
  const weight = (gram: string, count: number): number =>
    (1 + Math.log(count)) * Math.log((1 + texts.length) / (1 + (frequency.get(gram) ?? 0)) + 1);
  const postings = new Map<string, [number, number][]>();
  for (const [i, grams] of documents.entries()) {
    let norm = 0;
    for (const [gram, count] of grams) norm += weight(gram, count) ** 2;
    for (const [gram, count] of grams) {
      const list = postings.get(gram) ?? [];
      list.push([i, weight(gram, count) / Math.sqrt(norm)]);
      postings.set(gram, list);
    }
  }
  return {
    nearest(query, count) {
      // The query's own length is the same for every text, so it does not change the order.
      const likeness = new Float64Array(texts.length);
      for (const [gram, times] of countNgrams(query)) {
        const own = weight(gram, times);
        for (const [i, other] of postings.get(gram) ?? []) likeness[i]! += own * other;
      }
      const order = Array.from(texts.keys()).sort((a, b) => likeness[b]! - likeness[a]! || a - b);
      return order.slice(0, count);
    },
  };
}

function countNgrams(text: string): Map<string, number> {
  const points = [...` ${text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()} `];
  const grams = new Map<string, number>();
  for (let n = 1; n <= 3; n++) {
    for (let i = 0; i + n <= points.length; i++) {
      const gram = points.slice(i, i + n).join('');
      if (gram.trim() !== '') grams.set(gram, (grams.get(gram) ?? 0) + 1);
    }
  }
  return grams;
}

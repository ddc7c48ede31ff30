// Figures of one ranking against what is known to be relevant, as trec_eval defines them.
import { invalidInput } from '@modeshift/core';

/** Relevance of documents to one query: above 0 is relevant, more is better. Documents that are not there are not relevant. */
export type Relevance = ReadonlyMap<string, number>;

/** A measure: recall, precision and nDCG within the first `k`, reciprocal rank and average precision within `k` or of all. */
export type RankingMetric =
  | `recall@${number}`
  | `precision@${number}`
  | `ndcg@${number}`
  | 'mrr'
  | `mrr@${number}`
  | 'map'
  | `map@${number}`;

/**
 * The figure of one ranking, from 0 to 1. nDCG takes the relevance as gain and log2(1 + rank) as discount; average precision divides
 * by all relevant documents. A document that is ranked twice counts once.
 *
 * Source: trec_eval (https://github.com/usnistgov/trec_eval); Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR
 * techniques" (2002).
 *
 * @throws ModeshiftError `invalid-input` for a measure that is none, and where nothing is relevant.
 * @example
 * ```ts
 * import { rankingMetric } from '@modeshift/rag';
 *
 * const relevance = new Map([['a', 1], ['b', 2]]);
 * console.log(rankingMetric('recall@2', ['b', 'x', 'a'], relevance)); // 0.5
 * console.log(rankingMetric('mrr', ['x', 'a'], relevance)); // 0.5
 * ```
 */
export function rankingMetric(metric: RankingMetric, ranking: readonly string[], relevance: Relevance): number {
  const { name, cutoff } = parseRankingMetric(metric);
  const gains = [...new Set(ranking)].slice(0, cutoff).map(id => Math.max(0, relevance.get(id) ?? 0));
  const ideal = [...relevance.values()].filter(value => value > 0).sort((a, b) => b - a);
  if (ideal.length === 0) throw invalidInput('No document is relevant to this query. Leave it out of the evaluation.');
  const found = gains.filter(gain => gain > 0).length;
  switch (name) {
    case 'recall':
      return found / ideal.length;
    case 'precision':
      return found / cutoff;
    case 'mrr': {
      const first = gains.findIndex(gain => gain > 0);
      return first < 0 ? 0 : 1 / (first + 1);
    }
    case 'map': {
      let [hits, sum] = [0, 0];
      for (const [i, gain] of gains.entries()) if (gain > 0) sum += ++hits / (i + 1);
      return sum / ideal.length;
    }
    case 'ndcg':
      return discounted(gains) / discounted(ideal.slice(0, cutoff));
  }
}

/** Takes a measure's name apart. */
export function parseRankingMetric(metric: string): {
  readonly name: 'recall' | 'precision' | 'ndcg' | 'mrr' | 'map';
  /** `Infinity` where none is given. */
  readonly cutoff: number;
} {
  const [, name, k] = /^(recall|precision|ndcg|mrr|map)(?:@([1-9]\d*))?$/.exec(metric) ?? [];
  if (name === undefined || (k === undefined && name !== 'mrr' && name !== 'map'))
    throw invalidInput(`There is no measure "${metric}". Use recall@k, precision@k, ndcg@k, mrr, mrr@k, map or map@k.`);
  return { name: name as 'recall', cutoff: k === undefined ? Number.POSITIVE_INFINITY : Number(k) };
}

const discounted = (gains: readonly number[]): number =>
  gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);

// How well a retriever finds what is known to be relevant: figures with intervals, query by query and together.
import { invalidInput, type RunContext, throwIfAborted } from '@modeshift/core';
import { type Interval, meanInterval, percentile } from '@modeshift/eval';
import type { Retriever } from '../retrieve/retriever.ts';
import { parseRankingMetric, type RankingMetric, type Relevance, rankingMetric } from './ranking-metrics.ts';

/** A question with what answers it. */
export interface RetrievalQuery {
  readonly id: string;
  readonly text: string;
  /** Ids of documents. */
  readonly relevance: Relevance;
}

/** Options of {@link evaluateRetrieval}. */
export interface EvaluateRetrievalOptions extends RunContext {
  readonly retriever: Retriever;
  readonly queries: Iterable<RetrievalQuery>;
  /** Left out: recall, nDCG and MRR at 1, 5 and 10, MAP at 10. */
  readonly metrics?: readonly RankingMetric[];
  /** How many passages are asked for. Left out: three times the largest cutoff, since several may be of one document. */
  readonly k?: number;
  /**
   * Leaves the document whose id is the query's own out of its ranking, as the scripts of BEIR do (`ignore_identical_ids`): there a
   * query may be one of the documents. One that `relevance` names is kept, where BEIR drops it, too. Default true.
   */
  readonly ignoreIdenticalIds?: boolean;
}

/** A figure over all queries. */
export interface RetrievalFigure extends Interval {
  readonly metric: RankingMetric;
  /** The mean over queries; `low` and `high` bound it with 95 % confidence (bootstrap over queries, 1,000 resamples). */
  readonly mean: number;
  /** Of each query, in the order of `rankings`. */
  readonly values: readonly number[];
}

/** What was measured. */
export interface RetrievalEvaluation {
  readonly figures: readonly RetrievalFigure[];
  /** The documents that each query found, best first. */
  readonly rankings: readonly { readonly query: string; readonly documents: readonly string[] }[];
  /** Queries without a relevant document, which were left out. */
  readonly skipped: number;
  /** Time of a retrieval, in milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p95: number };
}

const usual: readonly RankingMetric[] = ['recall@1', 'recall@5', 'recall@10', 'ndcg@10', 'mrr@10', 'map@10'];

/**
 * Asks a retriever questions whose relevant documents are known. A document ranks where its first passage does.
 *
 * Source of `ignoreIdenticalIds`: `EvaluateRetrieval.evaluate` of BEIR,
 * https://github.com/beir-cellar/beir/blob/main/beir/retrieval/evaluation.py
 *
 * @throws ModeshiftError `invalid-input` for a measure that is none and where no query has a relevant document; what the retriever throws.
 * @example
 * ```ts
 * import { createRetriever, evaluateRetrieval, ingest, openStore } from '@modeshift/rag';
 *
 * const store = await openStore(':memory:');
 * const collection = await store.collection('rules', 'all');
 * await ingest({ collection, documents: [{ id: 'a', text: '七天内可以退款。' }, { id: 'b', text: '运费由买家承担。' }] });
 * const queries = [{ id: '1', text: '怎么退款', relevance: new Map([['a', 1]]) }];
 * const { figures } = await evaluateRetrieval({ retriever: createRetriever({ collection }), queries, metrics: ['recall@1'] });
 * console.log(figures[0]?.metric, figures[0]?.mean); // recall@1 1
 * await store.close();
 * ```
 */
export async function evaluateRetrieval(options: EvaluateRetrievalOptions): Promise<RetrievalEvaluation> {
  const { retriever, metrics = usual, ignoreIdenticalIds = true, signal, onProgress, seed = 0 } = options;
  if (metrics.length === 0) throw invalidInput('"metrics" is empty. Name at least one measure, or leave it out.');
  const cutoffs = metrics.map(metric => parseRankingMetric(metric).cutoff);
  const k = options.k ?? 3 * Math.max(...cutoffs.map(cutoff => (Number.isFinite(cutoff) ? cutoff : 100)));
  const all = [...options.queries];
  const queries = all.filter(query => [...query.relevance.values()].some(value => value > 0));
  if (queries.length === 0) throw invalidInput('No query has a relevant document. Give at least one that has.');
  const rankings: { query: string; documents: string[] }[] = [];
  const times: number[] = [];
  for (const { id, text, relevance } of queries) {
    throwIfAborted(signal);
    const start = performance.now();
    const { passages } = await retriever.retrieve(text, { k, ...(signal && { signal }) });
    times.push(performance.now() - start);
    const found = new Set(passages.map(one => one.chunk.documentId));
    if (ignoreIdenticalIds && !(relevance.get(id)! > 0)) found.delete(id);
    rankings.push({ query: id, documents: [...found] });
    onProgress?.({ phase: 'retrieving', done: rankings.length, total: queries.length, unit: 'queries' });
  }
  const figures = metrics.map((metric): RetrievalFigure => {
    const values = queries.map(({ relevance }, i) => rankingMetric(metric, rankings[i]!.documents, relevance));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { metric, mean, ...meanInterval(values, { seed }), values };
  });
  return {
    figures,
    rankings,
    skipped: all.length - queries.length,
    latencyMs: { p50: percentile(times, 50), p95: percentile(times, 95) },
  };
}

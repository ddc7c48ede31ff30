// `modeshift eval-retrieval`: how well words, vectors and both find what is known to be relevant.
import { embedderToIndexWith } from '@modeshift/compare';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import {
  createRetriever,
  evaluateRetrieval,
  ingest,
  openStore,
  type RankingMetric,
  type RetrievalEvaluation,
  rankingMetric,
  readBeir,
} from '@modeshift/rag';
import { type Command, InvalidArgumentError } from 'commander';
import { interruptible } from './interruptible.ts';
import { count, whole } from './option-values.ts';
import type { Output } from './output.ts';
import { progressLine } from './progress-line.ts';
import { textTable } from './text-table.ts';

const modes = ['lexical', 'vector', 'hybrid'] as const;
type Mode = (typeof modes)[number];

interface EvalOptions {
  readonly modes?: readonly Mode[];
  readonly metrics?: readonly RankingMetric[];
  readonly split: string;
  readonly embedder?: string;
  readonly limit?: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds the command to the program; `finish` is told the exit code. */
export function addEvalRetrievalCommand(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('eval-retrieval')
    .description('measure retrieval on a data set in the layout of BEIR, with intervals')
    .argument('<dir>', 'a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv')
    .option('--modes <names>', `comma-separated: ${modes.join(', ')} (default: all that can run)`, chosenModes)
    .option('--metrics <names>', 'comma-separated: recall@k, precision@k, ndcg@k, mrr@k, map@k', names)
    .option('--split <name>', 'the file in qrels', 'test')
    .option('--embedder <model>', 'none, openai:ID, a folder or an id on the hub (default: what is here)')
    .option('--limit <n>', 'at most n queries', count)
    .option('--seed <n>', 'of the intervals', whole, 0)
    .option('--json', 'print the figures as JSON')
    .option('--quiet', 'only the figures')
    .action(async (dir: string, options: EvalOptions) => {
      finish(await runEval(dir, options, output));
    });
}

async function runEval(dir: string, options: EvalOptions, output: Output): Promise<number> {
  const line = progressLine(output.stderr, options.quiet ?? false);
  const { queries: all, documents } = await readBeir(dir, { split: options.split });
  const queries = all.slice(0, options.limit);
  const needsVectors = options.modes === undefined || options.modes.some(mode => mode !== 'lexical');
  const { embedder, note, mustTell = false } = await embedderToIndexWith(needsVectors ? options.embedder : 'none');
  if (!embedder && options.modes !== undefined && needsVectors)
    throw invalidInput(`--modes vector and hybrid need an embedding model. ${note}`);
  if (!options.quiet || mustTell) output.stderr.write(`${note}\n`);
  const chosen = options.modes ?? (embedder ? modes : (['lexical'] as const));
  const store = await openStore(':memory:');
  try {
    const results = await interruptible(output.stderr, async signal => {
      const collection = await store.collection('beir', 'all');
      const { added, failed } = await ingest({
        ...{ collection, documents: documents(), signal },
        ...(embedder && { embedder: embedder.forPassages }),
        onProgress: ({ done }) => line.show(`${done} documents`),
      });
      if (failed[0]) throw failed[0].error;
      const evaluations: [Mode, RetrievalEvaluation][] = [];
      for (const mode of chosen) {
        const retriever = createRetriever({ collection, mode, ...(embedder && { embedder: embedder.forQuestions }) });
        const evaluation = await evaluateRetrieval({
          ...{ retriever, queries, signal, seed: options.seed },
          ...(options.metrics && { metrics: options.metrics }),
          onProgress: ({ done, total }) => line.show(`${mode}: ${done}/${total} queries`),
        });
        evaluations.push([mode, evaluation]);
      }
      return { documents: added, evaluations };
    });
    line.clear();
    const text = options.json ? asJson(dir, queries.length, results) : asTable(queries.length, results);
    output.stdout.write(`${text}\n`);
    return 0;
  } catch (error) {
    if (ModeshiftError.is(error, 'aborted')) return 130;
    throw error;
  } finally {
    line.clear();
    await embedder?.dispose();
    await store.close();
  }
}

interface Results {
  readonly documents: number;
  readonly evaluations: readonly (readonly [Mode, RetrievalEvaluation])[];
}

function asTable(queries: number, { documents, evaluations }: Results): string {
  const percent = (value: number): string => (100 * value).toFixed(1);
  const head = ['mode', ...evaluations[0]![1].figures.map(figure => figure.metric), 'p50'];
  const rows = evaluations.map(([mode, { figures, latencyMs }]) => [
    mode,
    ...figures.map(({ mean, low, high }) => `${percent(mean)} [${percent(low)}–${percent(high)}]`),
    `${latencyMs.p50.toFixed(1)} ms`,
  ]);
  return `${textTable(head, rows)}\n\n${queries} queries, ${documents} documents. In percent, with 95 % intervals over queries.`;
}

function asJson(dir: string, queries: number, { documents, evaluations }: Results): string {
  const entries = evaluations.map(([mode, { figures, latencyMs, skipped }]) => {
    const means = figures.map(({ metric, mean, low, high }) => [metric, { mean, low, high }] as const);
    return { mode, metrics: Object.fromEntries(means), latencyMs, skipped };
  });
  return JSON.stringify({ dataset: dir, queries, documents, modes: entries }, undefined, 2);
}

/** Read before anything is indexed, which may take long. */
function names(value: string): RankingMetric[] {
  const metrics = value.split(',').map(name => name.trim()) as RankingMetric[];
  for (const metric of metrics) rankingMetric(metric, [], new Map([['any', 1]]));
  return metrics;
}

function chosenModes(value: string): Mode[] {
  const chosen = value.split(',').map(name => name.trim());
  for (const name of chosen)
    if (!modes.includes(name as Mode)) throw new InvalidArgumentError(`Use ${modes.join(', ')}, with commas between.`);
  return [...new Set(chosen)] as Mode[];
}

// The work of a comparison: modes one after another, each kept when it is done, shown as they go.
import { describeProgress, describeStep } from '@modeshift/compare';
import { ModeshiftError } from '@modeshift/core';
import { describeWarning } from '@modeshift/data';
import { type CompareProgress, compare, type Report } from '@modeshift/eval';
import { type JobContext, localFile, type PageFile, type PlotValue, type Table } from '@modeshift/ui';
import { type Comparison, modesOf } from './comparison.ts';
import type { DataSets } from './data-sets.ts';
import type { KeptSolutions } from './kept-solutions.ts';
import type { ModelMaker } from './model-named.ts';
import type { RunRecords } from './run-records.ts';
import {
  aboutMarkdown,
  disagreementTable,
  qualityAgainstSpeed,
  resultsTable,
  TrainingCurves,
  verdictMarkdown,
} from './shown-report.ts';
import { dynamicWords } from './words.ts';

/** What a comparison shows; of several outputs only those that changed. */
export interface ShownComparison {
  readonly about?: string;
  readonly results?: Table;
  readonly chart?: PlotValue;
  readonly curves?: PlotValue;
  readonly verdict?: string;
  readonly disagreements?: Table;
  readonly report_html?: PageFile;
  readonly report_json?: PageFile;
}

/** What the app holds. */
export interface CompareParts {
  readonly dataSets: DataSets;
  readonly records: RunRecords;
  readonly solutions: KeptSolutions;
  readonly makeModel: ModelMaker;
}

/** How often what moves is shown anew, in milliseconds. */
const shownEveryMs = 300;
const shownDisagreements = 100;

/** Runs a comparison. Cancelled, it still shows the report of what was finished. */
export async function* runComparison(
  comparison: Comparison,
  ctx: JobContext,
  { dataSets, records, solutions, makeModel }: CompareParts,
): AsyncGenerator<ShownComparison> {
  const { language, concurrency } = comparison;
  const words = dynamicWords[language];
  const run = ctx.run.id;
  await records.begin(run, comparison);
  const { task, warnings, files } = await dataSets.read(comparison.data, ctx.user);
  const compared = await modesOf(comparison, makeModel);
  const { modes } = compared;
  await solutions.beginComparing(run, compared);
  try {
    const names = modes.map(({ name }) => name);
    const notes = warnings.map(warning => describeWarning(warning, language));
    const texts = task.test.map(({ input }) => input.text);
    const standing = new Map<string, string>();
    const curves = new TrainingCurves();
    yield { about: aboutMarkdown(task, comparison), results: resultsTable(undefined, names, standing, language) };

    let latest: Report | undefined;
    const news = new ReadableStream<ShownComparison | Report>({
      async start(stream) {
        let shownAt = Number.NEGATIVE_INFINITY;
        let shownPhase = '';
        const onProgress = (progress: CompareProgress): void => {
          const share = Math.min(1, progress.done / (progress.total ?? Number.POSITIVE_INFINITY));
          const done = progress.phase === 'finished' ? progress.index + 1 : progress.index + share * 0.99;
          ctx.progress(Math.round(done * 100) / 100, progress.modes, { label: describeProgress(progress, language) });
          if (progress.phase === 'finished') return;
          standing.set(progress.mode, describeStep(progress, language));
          curves.add(progress);
          const phase = `${progress.mode} ${progress.phase}`;
          if (phase === shownPhase && performance.now() - shownAt < shownEveryMs) return;
          shownAt = performance.now();
          shownPhase = phase;
          stream.enqueue({ results: resultsTable(latest, names, standing, language), curves: curves.value(language) });
        };
        try {
          const report = await compare(
            task,
            modes.map(mode => solutions.keeping(run, mode)),
            {
              seed: files.seed ?? 0,
              signal: ctx.signal,
              notes,
              predictions: true,
              concurrency: mode => (mode.model === undefined ? 1 : concurrency),
              onProgress,
              step: (mode, work) => keptStep(ctx, mode, work),
              onReport: report => {
                latest = report;
                const { name, status, error } = report.modes.at(-1)!;
                // A mode that is only left off has nothing to say; a run that is taken up again tells of it then.
                if (!ctx.signal.aborted)
                  ctx.log(
                    status === 'ok' ? words.done(name) : `${name}: ${error?.message ?? status}`,
                    status === 'ok' ? 'info' : 'warning',
                  );
                stream.enqueue(report);
              },
            },
          );
          latest = report;
          stream.enqueue(report);
          stream.close();
        } catch (error) {
          stream.error(error);
        }
      },
    });
    for await (const some of news) {
      if (!('schemaVersion' in some)) {
        yield some;
        continue;
      }
      const paths = await records.save(run, some, comparison);
      yield {
        results: resultsTable(some, names, standing, language),
        chart: qualityAgainstSpeed(some, language),
        curves: curves.value(language),
        verdict: verdictMarkdown(some, language),
        disagreements: disagreementTable(some, texts, language, shownDisagreements),
        report_html: localFile(paths.html, { name: `${task.name}.html` }),
        report_json: localFile(paths.json, { name: `${task.name}.json` }),
      };
    }
  } finally {
    solutions.endComparing();
  }
}

/** A mode's run as a step of the job. What a cancelled mode got done is reported, though not stored. */
async function keptStep<Result>(ctx: JobContext, mode: string, work: () => Promise<Result>): Promise<Result> {
  let made: { readonly result: Result } | undefined;
  try {
    return await ctx.step(mode, async () => {
      made = { result: await work() };
      return made.result;
    });
  } catch (error) {
    if (made && ctx.signal.aborted && ModeshiftError.is(error, 'aborted')) return made.result;
    if (!made && ctx.signal.aborted && ModeshiftError.is(error, 'aborted')) return work();
    throw error;
  }
}

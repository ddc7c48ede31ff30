// A report as components show it.
import type { TaskRead } from '@modeshift/compare';
import type { CompareProgress, Report, ReportLanguage } from '@modeshift/eval';
import { answersByExample, disagreements, reportFigures, verdictText } from '@modeshift/eval';
import type { PlotSeries, PlotValue, Table } from '@modeshift/ui';
import type { Comparison } from './comparison.ts';
import { dynamicWords, word } from './words.ts';

/** The table of results: modes that have ended with their figures, the others with where they stand. */
export function resultsTable(
  report: Report | undefined,
  modes: readonly string[],
  standing: ReadonlyMap<string, string>,
  language: ReportLanguage,
): Table {
  const words = dynamicWords[language];
  const { columns, rows } = report
    ? reportFigures(report, language)
    : { columns: [words.mode, words.status], rows: [] as readonly (readonly string[])[] };
  const known = new Map(rows.map(row => [row[0]!, row]));
  return {
    columns,
    rows: modes.map(
      mode => known.get(mode) ?? [mode, standing.get(mode) ?? words.waiting, ...columns.slice(2).map(() => '')],
    ),
  };
}

/** Less than the clock tells. */
const shortestMs = 0.001;

/** Accuracy in per cent against the median time of an answer in milliseconds: a point for each mode. */
export function qualityAgainstSpeed(report: Report, language: ReportLanguage): PlotValue {
  const words = dynamicWords[language];
  const series = report.modes.flatMap(({ name, metrics, latency }): PlotSeries[] =>
    metrics.accuracy === undefined || !latency
      ? []
      : [{ name, x: [Math.max(shortestMs, latency.p50Ms)], y: [Math.round(metrics.accuracy * 1000) / 10] }],
  );
  return { series, xLabel: words.latency, yLabel: words.accuracy, xScale: 'log' };
}

/** What is compared, in markdown: the task and the models. */
export function aboutMarkdown({ name, train, test }: TaskRead['task'], { models, language }: Comparison): string {
  const counts = { name: escaped(name), train: train.length, test: test.length };
  return dynamicWords[language].about({ ...counts, models: models.map(escaped) });
}

/** What to ship, in markdown. */
export function verdictMarkdown(report: Report, language: ReportLanguage): string {
  const { headline, remarks } = verdictText(report, language, escaped);
  return [`**${headline}**`, ...remarks].join('\n\n');
}

/** Examples on which modes disagree. */
export function disagreementTable(
  report: Report,
  texts: readonly string[],
  language: ReportLanguage,
  limit: number,
): Table {
  const found = disagreements(report).slice(0, limit);
  const rows = found.map(({ index, expected, answers }) =>
    answerRow(index, texts, expected, answers, report, language),
  );
  return { columns: answerColumns(report), rows };
}

/** Every example, those that no mode got right first where `hardest`. */
export function answerTable(
  report: Report,
  texts: readonly string[],
  language: ReportLanguage,
  {
    only,
    label,
    limit,
  }: { readonly only: 'all' | 'wrong everywhere'; readonly label?: string | undefined; readonly limit: number },
): Table {
  const rows = [...answersByExample(report)]
    .filter(([, { expected, answers }]) => {
      if (label !== undefined && expected !== label) return false;
      return only === 'all' || [...answers.values()].every(answer => answer !== expected);
    })
    .toSorted(([a], [b]) => a - b)
    .slice(0, limit)
    .map(([index, { expected, answers }]) => answerRow(index, texts, expected, answers, report, language));
  return { columns: answerColumns(report), rows };
}

/** Named as the inputs of functions that a selected row is given to; the page translates them. */
function answerColumns(report: Report): readonly string[] {
  return ['#', word('text'), word('expected'), ...report.modes.filter(row => row.predictions).map(({ name }) => name)];
}

function answerRow(
  index: number,
  texts: readonly string[],
  expected: unknown,
  answers: ReadonlyMap<string, unknown>,
  report: Report,
  language: ReportLanguage,
): readonly (string | number)[] {
  const cell = (mode: string): string => {
    if (!answers.has(mode)) return '';
    const answer = answers.get(mode);
    if (answer === undefined) return `✗ ${dynamicWords[language].noAnswer}`;
    return `${answer === expected ? '✓' : '✗'} ${String(answer)}`;
  };
  const modes = report.modes.filter(row => row.predictions).map(({ name }) => cell(name));
  return [index + 1, texts[index] ?? '', String(expected), ...modes];
}

/** Curves of what modes say of themselves while they are made, e.g. their loss; thinned out to some hundred points each. */
export class TrainingCurves {
  readonly #curves = new Map<string, { x: number[]; y: number[] }>();

  add({ mode, phase, figures = {}, done }: CompareProgress): void {
    const loss = figures.loss;
    if (phase !== 'solving' || loss === undefined || !Number.isFinite(loss)) return;
    const curve = this.#curves.get(mode) ?? { x: [], y: [] };
    this.#curves.set(mode, curve);
    if (done <= (curve.x.at(-1) ?? -1)) return;
    curve.x.push(done);
    curve.y.push(Math.round(loss * 1e4) / 1e4);
    if (curve.x.length > 400)
      for (const list of [curve.x, curve.y]) list.splice(0, list.length, ...list.filter((_, i) => i % 2 === 1));
  }

  value(language: ReportLanguage): PlotValue {
    const { steps, loss } = dynamicWords[language];
    const series = [...this.#curves].map(([name, { x, y }]) => ({ name, x: [...x], y: [...y] }));
    return { series, xLabel: steps, yLabel: loss };
  }
}

/** Text that is no markdown. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&').replaceAll(/\s*\n\s*/g, ' ');
}

// The columns of the terminal table: title, text of a row, and how important each is when room is short.
import { compactCount, dollars, duration, fraction, percent, unknown } from '../format-figures.ts';
import type { ModeRow, Report } from '../report.ts';
import type { Words } from '../words.ts';
import { cleanLine, textWidth, truncate } from './text-width.ts';

/** A column with figures. */
export interface Column {
  readonly title: string;
  readonly text: (row: ModeRow) => string;
  readonly width: number;
  /** The least important go first when there is no room. */
  readonly importance: number;
}

/** The columns that say something about this report; macro-F1 stands under `f1Title`. */
export function columnsOf(report: Report, words: Words, f1Title: string): Column[] {
  const measured = report.modes.filter(row => row.metrics.accuracy !== undefined);
  const some = (has: (row: ModeRow) => boolean): boolean => measured.some(has);
  const column = (importance: number, title: string, text: (row: ModeRow) => string): Column => {
    const width = Math.max(textWidth(title), ...measured.map(row => textWidth(text(row))));
    return { title, text, width, importance };
  };
  const optional = (value: number | undefined, format: (value: number) => string): string =>
    value === undefined ? unknown : format(value);
  const tight = (text: string): string => text.replace(' ', '');
  const metric = measured.find(row => row.taskMetric)?.taskMetric;
  return [
    ...(metric
      ? [column(9, truncate(cleanLine(metric.name), 12), row => optional(row.taskMetric?.value, compactValue))]
      : []),
    column(10, `${words.accuracy} %`, accuracyText),
    ...(some(row => row.metrics.macroF1 !== undefined)
      ? [column(8, f1Title, row => optional(row.metrics.macroF1, fraction))]
      : []),
    ...(some(row => row.metrics.ece !== undefined)
      ? [column(3, words.calibrationError, row => optional(row.metrics.ece, fraction))]
      : []),
    column(6, 'p50', row => optional(row.latency?.p50Ms, ms => tight(duration(ms)))),
    column(5, 'p95', row => optional(row.latency?.p95Ms, ms => tight(duration(ms)))),
    ...(some(row => row.costPer1000 !== undefined)
      ? [column(7, words.costShort, row => optional(row.costPer1000, dollars))]
      : []),
    column(4, words.train, row => optional(row.footprint?.trainMs, ms => tight(duration(ms)))),
    ...(some(row => (row.footprint?.trainedParameters ?? 0) > 0) ? [column(2, words.trained, trainedText)] : []),
  ];
}

function accuracyText(row: ModeRow): string {
  const { low, high } = row.intervals.accuracy!;
  const partial = row.status === 'partial' ? '~' : '';
  return `${partial}${percent(row.metrics.accuracy!)} [${percent(low)}–${percent(high)}]`;
}

function trainedText(row: ModeRow): string {
  const trained = row.footprint?.trainedParameters;
  if (trained === undefined) return unknown;
  const total = row.footprint?.totalParameters;
  if (trained === 0 || !total) return compactCount(trained);
  const share = (trained / total) * 100;
  return `${compactCount(trained)} ${share >= 1 ? share.toFixed(0) : Number(share.toPrecision(1))}%`;
}

function compactValue(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : unknown;
}

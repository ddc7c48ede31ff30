// The figures of a report as a table of text: what the terminal shows, for pages and spreadsheets.
import type { Report } from './report.ts';
import { columnsOf } from './terminal/table-columns.ts';
import { type ReportLanguage, wordsOf } from './words.ts';

/** A table of text. */
export interface ReportFigures {
  readonly columns: readonly string[];
  /** As many cells as columns: first the mode, then its status, then its figures; '' where there is none. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * The figures of each mode, formatted as in the terminal: accuracy with its interval, macro-F1, calibration, latency, cost,
 * training. A mode that was not measured has its reason instead of its figures.
 *
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { compare, majority, reportFigures } from '@modeshift/eval';
 * import { z } from 'zod';
 *
 * const examples = [{ input: '今天下雨', output: 'weather' as const }];
 * const task = defineTask({
 *   name: 'topic',
 *   instruction: 'Name the topic.',
 *   input: z.string(),
 *   output: labels(['weather', 'sport']),
 *   examples: { train: examples, test: examples },
 * });
 * const { columns, rows } = reportFigures(await compare(task, [majority()]), 'zh');
 * console.log(columns.slice(0, 3).join(' '), rows[0]?.[1]); // 模式 状态 准确率 % 完成
 * ```
 */
export function reportFigures(report: Report, language: ReportLanguage = 'en'): ReportFigures {
  const words = wordsOf(language);
  const columns = columnsOf(report, words, words.macroF1);
  return {
    columns: [words.mode, words.statusTitle, ...columns.map(({ title }) => title)],
    rows: report.modes.map(row => [
      row.name,
      row.error && row.error.tag !== 'aborted'
        ? `${words.status[row.status]}: ${row.error.message}`
        : words.status[row.status],
      ...columns.map(({ text }) => (row.metrics.accuracy === undefined ? '' : text(row))),
    ]),
  };
}

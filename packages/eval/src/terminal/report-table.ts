// The report as a table for the terminal.

import { thousands } from '../format-figures.ts';
import type { ModeRow, Report } from '../report.ts';
import { verdictText } from '../verdict-text.ts';
import { type ReportLanguage, type Words, wordsOf } from '../words.ts';
import { type Column, columnsOf } from './table-columns.ts';
import { cleanLine, pad, textWidth, truncate, wrap } from './text-width.ts';

/** Options of {@link reportTable}. */
export interface ReportTableOptions {
  /** Columns of the terminal; the table uses at most 120, and at least 40. Default 80. */
  readonly columns?: number;
  /** Colours. Default: when standard output is a terminal and `NO_COLOR` is not set. */
  readonly color?: boolean;
  /** Default `en`. */
  readonly language?: ReportLanguage;
}

/**
 * The report as text: one line for each mode with quality, latency, cost and footprint, why a mode failed, and what to ship.
 * No line is wider than `columns`, whatever the names are; East Asian wide characters count as 2 columns. Control
 * characters in names are dropped. On a narrow terminal the less important figures are left out.
 *
 * @returns lines joined by `\n`, with one at the end.
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { compare, majority, reportTable } from '@modeshift/eval';
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
 * console.log(reportTable(await compare(task, [majority()]), { color: false }));
 * ```
 */
export function reportTable(report: Report, options: ReportTableOptions = {}): string {
  const width = Math.min(120, Math.max(40, Math.floor(options.columns ?? 80)));
  const words = wordsOf(options.language ?? 'en');
  const paint = painter(options.color ?? (process.stdout.isTTY === true && !process.env.NO_COLOR));
  const { columns, gap } = fit(report, words, width);
  const nameWidth = width - columns.reduce((sum, column) => sum + column.width + gap, 0);

  const lines = [paint('bold', truncate(cleanLine(report.task.name), width)), ...wrap(facts(report, words), width), ''];
  const cell = (text: string, column: Column): string => ' '.repeat(gap) + pad(text, column.width, 'right');
  lines.push(paint('dim', pad(words.mode, nameWidth) + columns.map(column => cell(column.title, column)).join('')));
  lines.push(paint('dim', '─'.repeat(width)));
  for (const row of report.modes) {
    const name = pad(truncate(cleanLine(row.name), nameWidth), nameWidth);
    const best = row.name === report.verdict.best;
    if (row.metrics.accuracy === undefined) {
      const [first = '', ...rest] = wrap(reason(row, words), width - nameWidth - 2);
      lines.push(paint('red', name) + paint('red', `  ${first}`));
      for (const line of rest.slice(0, 7)) lines.push(paint('red', `${' '.repeat(nameWidth)}  ${line}`));
      continue;
    }
    const figures = columns.map(column => cell(column.text(row), column)).join('');
    lines.push(paint(best ? 'green' : 'plain', name + figures));
    for (const remark of remarks(row, words)) {
      for (const line of wrap(remark, width - 2).slice(0, 3)) lines.push(paint('yellow', `  ${line}`));
    }
  }
  lines.push(paint('dim', '─'.repeat(width)), '');
  const verdict = verdictText(report, options.language ?? 'en', name => truncate(cleanLine(name), 40));
  lines.push(...wrap(verdict.headline, width).map(line => paint('bold', line)));
  for (const remark of verdict.remarks) lines.push(...wrap(remark, width));
  for (const note of report.data.notes) {
    const text = wrap(`${words.note}: ${cleanLine(note)}`, width);
    lines.push(...text.slice(0, 4).map(line => paint('yellow', line)));
  }
  return `${lines.join('\n')}\n`;
}

function facts(report: Report, words: Words): string {
  const { data } = report;
  return [
    words.examples(thousands(data.used), thousands(data.test)),
    words.counts(thousands(data.train), thousands(data.dev)),
    ...(data.labels ? [words.labels(data.labels.length)] : []),
    words.seed(report.seed),
  ].join(' · ');
}

function reason(row: ModeRow, words: Words): string {
  const status = words.status[row.status];
  if (row.status === 'cancelled' || !row.error) return status;
  return `${status}: ${cleanLine(row.error.message)} [${row.error.tag}]`;
}

function remarks(row: ModeRow, words: Words): string[] {
  const found: string[] = [];
  if (row.status === 'partial') {
    const part = words.partly(thousands(row.measured), thousands(row.examples));
    const why = row.error && row.error.tag !== 'aborted' ? `: ${cleanLine(row.error.message)} [${row.error.tag}]` : '';
    found.push(`↳ ${words.status.partial}, ${part}${why}`);
  }
  if (row.invalid > 0) {
    const share = `${((row.invalid / row.measured) * 100).toFixed(1)} %`;
    const why = row.problems[0] ? `: ${cleanLine(row.problems[0].message)}` : '';
    found.push(`↳ ${words.invalid(thousands(row.invalid), share)}${why}`);
  }
  return found;
}

/** Shortens titles and moves columns together, then leaves some out, the least important first, until names have room. */
function fit(
  report: Report,
  words: Words,
  width: number,
): { readonly columns: readonly Column[]; readonly gap: number } {
  const names = [words.mode, ...report.modes.map(row => cleanLine(row.name))];
  const wanted = Math.min(14, Math.max(...names.map(textWidth)));
  const hasRoom = (columns: readonly Column[], gap: number): boolean =>
    width - columns.reduce((sum, column) => sum + column.width + gap, 0) >= wanted;
  const spacious = columnsOf(report, words, words.macroF1);
  if (hasRoom(spacious, 2)) return { columns: spacious, gap: 2 };
  const kept = columnsOf(report, words, 'F1');
  for (;;) {
    for (const gap of [2, 1]) if (hasRoom(kept, gap) || kept.length === 0) return { columns: kept, gap };
    const least = kept.reduce((low, column) => (column.importance < low.importance ? column : low));
    kept.splice(kept.indexOf(least), 1);
  }
}

type Style = 'plain' | 'bold' | 'dim' | 'red' | 'green' | 'yellow';
const codes: Readonly<Record<Style, string>> = { plain: '', bold: '1', dim: '2', red: '31', green: '32', yellow: '33' };

function painter(color: boolean): (style: Style, text: string) => string {
  return (style, text) => (color && codes[style] !== '' ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}

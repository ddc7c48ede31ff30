// The report as one HTML page that needs nothing else: no script, no network, no font.
import { dollars, duration, percent, thousands } from '../format-figures.ts';
import type { ModeRow, Report } from '../report.ts';
import { verdictText } from '../verdict-text.ts';
import { type ReportLanguage, wordsOf } from '../words.ts';
import { dotPlot } from './dot-plot.ts';
import { type Content, type Markup, markup } from './markup.ts';
import { pageWordsOf } from './page-words.ts';
import { pairedMatrix } from './paired-matrix.ts';
import { reliabilityChart } from './reliability-chart.ts';
import { scatter } from './scatter.ts';
import { style } from './style.ts';
import { dataTable, footprintTable, labelTable, mistakes, resultsTable } from './tables.ts';

/** Options of {@link reportPage}. */
export interface ReportPageOptions {
  /** Default `en`. */
  readonly language?: ReportLanguage;
}

/**
 * The report as a self-contained HTML page: the verdict, the results, charts as inline SVG, significance of each pair,
 * calibration, labels, mistakes, footprint, data notes. Light and dark by the reader's setting, readable on a phone, no
 * script and no network: its content security policy forbids both. Everything from the report is escaped.
 *
 * @returns the whole document.
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { compare, majority, reportPage } from '@modeshift/eval';
 * import { z } from 'zod';
 *
 * const examples = [{ input: 'Where is my parcel?', output: 'delivery' as const }];
 * const task = defineTask({
 *   name: 'topic',
 *   instruction: 'Name the topic.',
 *   input: z.string(),
 *   output: labels(['billing', 'delivery']),
 *   examples: { train: examples, test: examples },
 * });
 * const page = reportPage(await compare(task, [majority()]), { language: 'zh' });
 * console.log(page.startsWith('<!doctype html>')); // true
 * ```
 */
export function reportPage(report: Report, options: ReportPageOptions = {}): string {
  const language = options.language ?? 'en';
  const words = wordsOf(language);
  const page = pageWordsOf(language);
  const { data } = report;
  const facts = [
    words.examples(thousands(data.used), thousands(data.test)),
    words.counts(thousands(data.train), thousands(data.dev)),
    ...(data.labels ? [words.labels(data.labels.length)] : []),
    words.modes(report.modes.length),
    words.seed(report.seed),
  ];
  const body = markup`<header><p class="over">${page.title}</p><h1>${report.task.name}</h1><p class="lead">${report.task.instruction}</p><ul class="facts">${facts.map(fact => markup`<li>${fact}</li>`)}</ul></header>
<main>
${verdictCard(report, language)}
<section><h2>${page.results}</h2>${resultsTable(report, words, page)}</section>
${charts(report, language)}
${optionalSection(page.paired, page.pairedCaption(report.paired.length), pairedMatrix(report, page))}
${reliability(report, language)}
${labelSections(report, language)}
${report.modes.some(row => row.footprint) ? section(page.footprint, page.footprintCaption, footprintTable(report, words, page)) : ''}
<div class="grid2">${section(page.data, facts.slice(0, 3).join(' · '), [data.notes.map(note => markup`<p class="warning"><b>${words.note}:</b> ${note}</p>`), dataTable(report, page)])}
${section(page.method, undefined, markup`<ul class="list">${page.methods.map(line => markup`<li>${line}</li>`)}</ul>`)}</div>
</main>
<footer><p>${page.measured(report.startedAt.slice(0, 16).replace('T', ' '), duration(report.elapsedMs))} · Modeshift</p></footer>`;
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-Hans' : 'en'}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
${markup`<title>${report.task.name} – ${page.title}</title>`.text}
<style>${style}</style></head><body>
${body.text}
</body></html>
`;
}

function section(title: string, caption: string | undefined, content: Content): Markup {
  return markup`<section><h2>${title}</h2>${caption === undefined ? '' : markup`<p class="note">${caption}</p>`}${content}</section>`;
}

function optionalSection(title: string, caption: string, content: Markup | undefined): Markup | undefined {
  return content && section(title, caption, content);
}

function verdictCard(report: Report, language: ReportLanguage): Markup {
  const { headline, remarks } = verdictText(report, language);
  const best = report.modes.find(row => row.name === report.verdict.best);
  const figure =
    best?.metrics.accuracy === undefined
      ? ''
      : markup`<p class="figure"><b>${percent(best.metrics.accuracy)}<span>%</span></b><small>${best.name}</small></p>`;
  return markup`<div class="verdict">${figure}<div><h2>${headline}</h2>${remarks.length > 0 ? markup`<ul>${remarks.map(remark => markup`<li>${remark}</li>`)}</ul>` : ''}</div></div>`;
}

function measuredRows(report: Report): (readonly [ModeRow, number])[] {
  return report.modes.flatMap((row, index) => (row.metrics.accuracy === undefined ? [] : [[row, index] as const]));
}

function charts(report: Report, language: ReportLanguage): Markup | undefined {
  const page = pageWordsOf(language);
  const rows = measuredRows(report);
  if (rows.length === 0) return undefined;
  const contenders = rows.filter(([row]) => row.kind !== 'baseline');
  const plotted = contenders.length > 0 ? contenders : rows;
  const priced = plotted.filter(([row]) => row.costPer1000 !== undefined);
  const unpriced = plotted.filter(([row]) => row.costPer1000 === undefined).map(([row]) => row.name);
  const speed = scatter(plotted, {
    title: page.chart(page.latency),
    axis: page.medianAxis,
    value: row => row.latency!.p50Ms,
    format: duration,
    zero: '0',
  });
  const cost = scatter(priced, {
    title: page.chart(page.cost),
    axis: page.costAxis,
    value: row => row.costPer1000!,
    format: value => (value === 0 ? page.free : `$${dollars(value)}`),
    zero: page.free,
  });
  const costs = [
    cost ?? markup`<p>${page.noCost}</p>`,
    unpriced.length > 0 ? markup`<p class="note">${page.unknownCost(unpriced.join(', '))}</p>` : undefined,
  ];
  return markup`<div class="grid3">${section(page.quality, page.qualityCaption, dotPlot(rows, page.chart(page.quality)))}
${section(page.latency, page.latencyCaption, speed ?? markup`<p>${page.noLatency}</p>`)}${section(page.cost, cost && page.costCaption, costs)}</div>`;
}

function reliability(report: Report, language: ReportLanguage): Markup | undefined {
  const page = pageWordsOf(language);
  const rows = report.modes.map((row, index) => [row, index] as const).filter(([row]) => row.calibration);
  if (rows.length === 0) return undefined;
  const figures = rows.map(
    ([row, index]) =>
      markup`<figure><figcaption><b>${row.name}</b><small>ECE ${percent(row.metrics.ece!)} %</small></figcaption>${reliabilityChart(row, index, page.chart(`${page.reliability} ${row.name}`), page.confidence)}</figure>`,
  );
  return section(page.reliability, page.reliabilityCaption, markup`<div class="multiples">${figures}</div>`);
}

function labelSections(report: Report, language: ReportLanguage): Markup[] {
  const page = pageWordsOf(language);
  const found = labelTable(report, page);
  const wrong = mistakes(report, page);
  return [
    ...(found ? [section(page.labels, page.labelsCaption(found.shown, found.all), found.table)] : []),
    ...(wrong.length > 0 ? [section(page.confused, page.confusedCaption, wrong)] : []),
  ];
}

// The tables of the page: results, footprint, labels, mistakes, data.
import { bytes, compactCount, dollars, duration, percent, shareOf, thousands, unknown } from '../format-figures.ts';
import type { ModeRow, Report } from '../report.ts';
import type { Words } from '../words.ts';
import { markIcon } from './mark.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { PageWords } from './page-words.ts';

/** The labels that the page shows at most; the JSON report has all. */
export const mostLabels = 30;

const optional = (value: number | undefined, format: (value: number) => string): string =>
  value === undefined ? unknown : format(value);

/** A table that becomes a list of cards on a phone. The first cell of a row is its heading; `style` adds classes. */
function cardTable(
  style: string,
  caption: string,
  heads: readonly string[],
  rows: readonly { readonly cells: readonly Content[]; readonly style?: string }[],
): Markup {
  return markup`<table class="cards ${style}" role="table"><caption class="hidden">${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads.map(head => markup`<th scope="col" role="columnheader">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map(
    ({ cells, style: rowStyle }) =>
      markup`<tr role="row" class="${rowStyle ?? ''}">${cells.map((cell, i) =>
        i === 0
          ? markup`<th scope="row" role="rowheader">${cell}</th>`
          : markup`<td role="cell" data-head="${heads[i] ?? ''}">${cell}</td>`,
      )}</tr>`,
  )}</tbody></table>`;
}

/** Name, mark, kind and model of a mode. */
function nameCell(row: ModeRow, index: number, words: Words, extra?: Content): Markup {
  const kind = [words.kinds[row.kind], ...(row.model ? [row.model] : [])].join(' · ');
  return markup`<span class="mode">${markIcon(row, index)}<span><b>${row.name}</b>${extra}<small>${kind}</small></span></span>`;
}

/** The results of every mode, the failed ones with their reason. */
export function resultsTable(report: Report, words: Words, page: PageWords): Markup {
  const heads = [
    words.mode,
    words.accuracy,
    words.macroF1,
    words.calibrationError,
    'p50',
    'p95',
    words.cost,
    page.status,
  ];
  const rows = report.modes.map((row, index) => {
    const best = row.name === report.verdict.best;
    const badge = best ? markup` <span class="badge">${page.best}</span>` : undefined;
    const name = nameCell(row, index, words, badge);
    const { accuracy, macroF1, ece } = row.metrics;
    const { intervals } = row;
    if (accuracy === undefined)
      return {
        cells: [name, unknown, unknown, unknown, unknown, unknown, unknown, statusCell(row, words)],
        style: 'off',
      };
    const withRange = (text: string, low: number, high: number): Markup =>
      markup`<strong>${text}</strong><small>${percent(low)}–${percent(high)}</small>`;
    const latency = (read: (figures: NonNullable<ModeRow['latency']>) => number): string =>
      row.latency ? duration(read(row.latency)) : unknown;
    return {
      cells: [
        name,
        withRange(`${percent(accuracy)} %`, intervals.accuracy!.low, intervals.accuracy!.high),
        macroF1 === undefined
          ? unknown
          : withRange(`${percent(macroF1)} %`, intervals.macroF1!.low, intervals.macroF1!.high),
        optional(ece, value => `${percent(value)} %`),
        latency(figures => figures.p50Ms),
        latency(figures => figures.p95Ms),
        optional(row.costPer1000, dollars),
        statusCell(row, words),
      ],
      style: best ? 'best' : '',
    };
  });
  return cardTable('', page.results, heads, rows);
}

function statusCell(row: ModeRow, words: Words): Markup {
  const lines: Content[] = [];
  if (row.status === 'partial') lines.push(words.partly(thousands(row.measured), thousands(row.examples)));
  if (row.error && row.error.tag !== 'aborted') {
    lines.push(`${words.errors[row.error.tag] ?? row.error.tag}: ${row.error.message}`);
  }
  if (row.invalid > 0 && row.measured > 0)
    lines.push(words.invalid(thousands(row.invalid), shareOf(row.invalid, row.measured)));
  lines.push(...row.warnings);
  return markup`<span class="status ${row.status}">${words.status[row.status]}</span>${lines.map(line => markup`<small>${line}</small>`)}`;
}

/** What each solution took to make, and its throughput. */
export function footprintTable(report: Report, words: Words, page: PageWords): Markup {
  const heads = [words.mode, page.parameters, page.size, page.trainTime, page.trainCost, page.throughput, page.tokens];
  const made = report.modes.flatMap((row, index) => (row.footprint ? [[row, row.footprint, index] as const] : []));
  return cardTable(
    'numbers',
    page.footprint,
    heads,
    made.map(([row, { trainedParameters, totalParameters, bytes: size, trainMs, trainUsd }, index]) => {
      const share =
        trainedParameters > 0 && totalParameters
          ? markup`<small>${shareOf(trainedParameters, totalParameters)}</small>`
          : undefined;
      const tokens =
        row.usage?.inputTokens === undefined || row.usage.outputTokens === undefined
          ? unknown
          : thousands((row.usage.inputTokens + row.usage.outputTokens) / Math.max(1, row.measured - row.failedCalls));
      return {
        cells: [
          nameCell(row, index, words),
          markup`${compactCount(trainedParameters)}${share}`,
          bytes(size),
          duration(trainMs),
          optional(trainUsd, usd => `$${dollars(usd)}`),
          optional(row.latency?.perSecond, value =>
            value >= 10 ? thousands(value) : String(Number(value.toPrecision(2))),
          ),
          tokens,
        ],
      };
    }),
  );
}

/** F1 of each label and mode as a table of tinted cells. */
export function labelTable(report: Report, page: PageWords): { table: Markup; shown: number; all: number } | undefined {
  const rows = report.modes.map((row, index) => [row, index] as const).filter(([row]) => row.perLabel.length > 0);
  const all = report.data.labelCounts?.filter(({ test }) => test > 0) ?? [];
  if (rows.length === 0 || all.length === 0) return undefined;
  const labels = [...all].sort((a, b) => b.test - a.test).slice(0, mostLabels);
  const figures = rows.map(([row]) => new Map(row.perLabel.map(({ label, f1 }) => [label, f1])));
  const table = markup`<div class="scroll" tabindex="0" role="region" aria-label="${page.labels}"><table class="heat"><caption class="hidden">${page.labels}</caption>
<thead><tr><th scope="col">${page.label}</th><th scope="col">${page.support}</th>${rows.map(([row, index]) => markup`<th scope="col"><span class="tilt">${markIcon(row, index)}${row.name}</span></th>`)}</tr></thead>
<tbody>${labels.map(
    ({ label, test }) =>
      markup`<tr><th scope="row">${label}</th><td>${thousands(test)}</td>${figures.map(ofMode => {
        const f1 = ofMode.get(label);
        return f1 === undefined
          ? markup`<td>${unknown}</td>`
          : markup`<td class="h${Math.round(f1 * 10)}">${percent(f1, 0)}</td>`;
      })}</tr>`,
  )}</tbody></table></div>`;
  return { table, shown: labels.length, all: all.length };
}

/** The most frequent mistakes of each mode, folded; those of the best mode are open. */
export function mistakes(report: Report, page: PageWords): Markup[] {
  return report.modes.flatMap((row, index) => {
    if (row.perLabel.length === 0) return [];
    const pairs = row.confusions.slice(0, 8);
    const body =
      pairs.length === 0
        ? markup`<p>${page.noMistakes}</p>`
        : markup`<table class="plain"><thead><tr><th scope="col">${page.expected}</th><th scope="col">${page.answered}</th><th scope="col">${page.times}</th><th scope="col">${page.ofLabel}</th></tr></thead><tbody>${pairs.map(
            pair =>
              markup`<tr><td>${pair.expected}</td><td><span aria-hidden="true">→ </span>${pair.predicted}</td><td>${thousands(pair.count)}</td><td>${percent(pair.share, 0)} %</td></tr>`,
          )}</tbody></table>`;
    const open = row.name === report.verdict.best ? markup` open` : undefined;
    return [markup`<details${open}><summary>${markIcon(row, index)}<b>${row.name}</b></summary>${body}</details>`];
  });
}

/** How often each label stands in the data. */
export function dataTable(report: Report, page: PageWords): Markup | undefined {
  const counts = report.data.labelCounts;
  if (!counts) return undefined;
  const shown = [...counts].sort((a, b) => b.train - a.train).slice(0, mostLabels);
  const more = counts.length - shown.length;
  return markup`<details><summary><b>${page.labelCounts}</b></summary><table class="plain"><thead><tr><th scope="col">${page.label}</th><th scope="col">${page.train}</th><th scope="col">${page.test}</th></tr></thead><tbody>${shown.map(
    ({ label, train, test }) =>
      markup`<tr><td>${label}</td><td>${thousands(train)}</td><td>${thousands(test)}</td></tr>`,
  )}</tbody></table>${more > 0 ? markup`<p>${page.more(more)}</p>` : ''}</details>`;
}

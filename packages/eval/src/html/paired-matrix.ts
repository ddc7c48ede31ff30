// Every mode against every other: difference in accuracy and whether it can be chance.
import { points, pValue } from '../format-figures.ts';
import type { PairedRow, Report } from '../report.ts';
import { markIcon } from './mark.ts';
import { type Markup, markup } from './markup.ts';
import type { PageWords } from './page-words.ts';

/** The matrix, or nothing where fewer than two modes were measured. */
export function pairedMatrix(report: Report, page: PageWords): Markup | undefined {
  if (report.paired.length === 0) return undefined;
  const measured = report.modes
    .map((row, index) => [row, index] as const)
    .filter(([row]) => row.metrics.accuracy !== undefined)
    .sort(([a], [b]) => b.metrics.accuracy! - a.metrics.accuracy!);
  const pairs = new Map<string, readonly [PairedRow, number]>();
  for (const pair of report.paired) {
    pairs.set(key(pair.a, pair.b), [pair, 1]);
    pairs.set(key(pair.b, pair.a), [pair, -1]);
  }
  const cell = (row: string, column: string): Markup => {
    if (row === column) return markup`<td class="self"></td>`;
    const found = pairs.get(key(row, column));
    if (!found) return markup`<td>–</td>`;
    const [pair, sign] = found;
    const difference = pair.accuracyDifference * sign;
    const style = !pair.significant ? 'even' : difference > 0 ? 'better' : 'worse';
    const word = { even: page.notShown, better: page.better, worse: page.worse }[style];
    const symbol = { even: '≈', better: '▲', worse: '▼' }[style];
    return markup`<td class="${style}"><b>${points(difference)} <span aria-hidden="true">${symbol}</span><span class="hidden">${word}</span></b><small>p ${pair.pAdjusted < 0.001 ? '' : '= '}${pValue(pair.pAdjusted)}</small></td>`;
  };
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${page.paired}"><table class="matrix"><caption class="hidden">${page.paired}</caption>
<thead><tr><td></td>${measured.map(([row, index]) => markup`<th scope="col"><span class="tilt">${markIcon(row, index)}${row.name}</span></th>`)}</tr></thead>
<tbody>${measured.map(([row, index]) => markup`<tr><th scope="row"><span class="tilt">${markIcon(row, index)}${row.name}</span></th>${measured.map(([other]) => cell(row.name, other.name))}</tr>`)}</tbody></table></div>
<p class="key"><span class="better">▲ ${page.better}</span><span class="worse">▼ ${page.worse}</span><span>≈ ${page.notShown}</span></p>`;
}

function key(a: string, b: string): string {
  return JSON.stringify([a, b]);
}

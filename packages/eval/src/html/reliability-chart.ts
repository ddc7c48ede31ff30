// Reliability diagrams: share of right answers against confidence, one small chart for each mode.
import { percent } from '../format-figures.ts';
import type { ModeRow } from '../report.ts';
import { colourOf } from './mark.ts';
import { type Markup, markup } from './markup.ts';

const edge = 168;

/** The chart of one mode that gives probabilities. */
export function reliabilityChart(row: ModeRow, index: number, title: string, axis: string): Markup {
  const { bins, count } = row.calibration!;
  const full = bins.filter(bin => bin.count > 0);
  const at = (share: number): number => 26 + share * (edge - 34);
  const up = (share: number): number => edge - 28 - share * (edge - 36);
  const described = full.map(bin => `${percent(bin.confidence, 0)} %: ${percent(bin.accuracy, 0)} %`).join('; ');
  const line = full.map(
    (bin, i) => `${i === 0 ? 'M' : 'L'}${at(bin.confidence).toFixed(1)} ${up(bin.accuracy).toFixed(1)}`,
  );
  return markup`<svg class="small" viewBox="0 0 ${edge} ${edge}" role="img" aria-label="${title}"><title>${title}</title><desc>${described}</desc>
${[0, 0.5, 1].map(
  tick =>
    markup`<line class="grid" x1="${at(0)}" x2="${at(1)}" y1="${up(tick)}" y2="${up(tick)}"/><text class="tick" x="${at(0) - 4}" y="${up(tick) + 3.5}" text-anchor="end">${percent(tick, 0)}</text><text class="tick" x="${at(tick)}" y="${up(0) + 13}" text-anchor="middle">${percent(tick, 0)}</text>`,
)}
<text class="axis" x="${at(0.5)}" y="${edge - 2}" text-anchor="middle">${axis}</text>
<line class="front" x1="${at(0)}" y1="${up(0)}" x2="${at(1)}" y2="${up(1)}"/>
<path class="trace c${colourOf(row, index)}" d="${line.join('')}"/>
${full.map(bin => markup`<circle class="mark c${colourOf(row, index)}" cx="${at(bin.confidence).toFixed(1)}" cy="${up(bin.accuracy).toFixed(1)}" r="${(2 + 6 * Math.sqrt(bin.count / count)).toFixed(1)}"/>`)}
</svg>`;
}

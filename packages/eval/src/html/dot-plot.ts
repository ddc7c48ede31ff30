// Accuracy of every mode with its interval: one row a mode, the best on top.
import { percent } from '../format-figures.ts';
import type { ModeRow } from '../report.ts';
import { truncate } from '../terminal/text-width.ts';
import { colourOf, markAt } from './mark.ts';
import { type Markup, markup } from './markup.ts';
import { shareScale } from './scale.ts';

const rowHeight = 50;

/** The chart; `rows` are the measured modes with their place in the report. */
export function dotPlot(rows: readonly (readonly [ModeRow, number])[], title: string): Markup {
  const sorted = [...rows].sort(([a], [b]) => b.metrics.accuracy! - a.metrics.accuracy!);
  const intervals = sorted.map(([row]) => row.intervals.accuracy!);
  const scale = shareScale(
    intervals.flatMap(({ low, high }) => [low, high]),
    3,
    97,
  );
  const bottom = sorted.length * rowHeight;
  const x = (share: number): string => scale.at(share).toFixed(2);
  const described = sorted
    .map(
      ([row], i) =>
        `${row.name}: ${percent(row.metrics.accuracy!)} % (${percent(intervals[i]!.low)}–${percent(intervals[i]!.high)})`,
    )
    .join('; ');
  return markup`<svg class="chart" height="${bottom + 28}" role="img" aria-label="${title}"><title>${title}</title><desc>${described}</desc>
${scale.ticks.map(
  tick =>
    markup`<line class="grid" x1="${x(tick)}%" x2="${x(tick)}%" y1="2" y2="${bottom}"/><text class="tick" x="${x(tick)}%" y="${bottom + 18}" text-anchor="middle">${percent(tick, 0)}</text>`,
)}
${sorted.map(([row, index], place) => {
  const y = place * rowHeight + 36;
  const { low, high } = intervals[place]!;
  const partial = row.status === 'partial' ? '~' : '';
  return markup`<text class="name halo" x="0" y="${y - 17}">${truncate(row.name, 30)}</text><text class="value halo" x="100%" y="${y - 17}" text-anchor="end">${partial}${percent(row.metrics.accuracy!)} %</text><line class="range c${colourOf(row, index)}" x1="${x(low)}%" x2="${x(high)}%" y1="${y}" y2="${y}"/>${markAt(row, index, scale.at(row.metrics.accuracy!), y)}`;
})}
</svg>`;
}

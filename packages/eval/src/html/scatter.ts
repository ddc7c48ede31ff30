// Quality against something that should be small, on a logarithmic axis: time or money.
import { percent } from '../format-figures.ts';
import type { ModeRow } from '../report.ts';
import { textWidth, truncate } from '../terminal/text-width.ts';
import { markAt } from './mark.ts';
import { type Markup, markup } from './markup.ts';
import { logScale, shareScale } from './scale.ts';

/** What a scatter shows. */
export interface ScatterOptions {
  readonly title: string;
  readonly axis: string;
  readonly value: (row: ModeRow) => number;
  readonly format: (value: number) => string;
  /** What stands under the values that are 0, which a logarithm cannot show. */
  readonly zero: string;
}

const height = 320;
const floor = height - 46;
/** Labels are placed for a chart of this width in pixels, about that of a phone; on wider ones they have more room. */
const narrow = 285;

interface Spot {
  readonly row: ModeRow;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** The chart of the given modes, or nothing where no value is above 0. */
export function scatter(rows: readonly (readonly [ModeRow, number])[], options: ScatterOptions): Markup | undefined {
  const positive = rows.map(([row]) => options.value(row)).filter(value => value > 0);
  if (positive.length === 0) return undefined;
  const zeros = positive.length < rows.length;
  const across = logScale(positive, zeros ? 26 : 12, 97);
  const up = shareScale(
    rows.flatMap(([row]) => [row.intervals.accuracy!.low, row.intervals.accuracy!.high]),
    floor,
    16,
  );
  const spots = rows.map(([row, index]): Spot => {
    const value = options.value(row);
    return { row, index, x: value > 0 ? across.at(value) : 16, y: up.at(row.metrics.accuracy!) };
  });
  const described = spots
    .map(({ row }) => `${row.name}: ${percent(row.metrics.accuracy!)} %, ${options.format(options.value(row))}`)
    .join('; ');
  return markup`<svg class="chart" height="${height}" role="img" aria-label="${options.title}"><title>${options.title}</title><desc>${described}</desc>
${up.ticks.map(tick => {
  const y = up.at(tick).toFixed(1);
  return markup`<line class="grid" x1="9%" x2="100%" y1="${y}" y2="${y}"/><text class="tick" x="7.5%" y="${y}" dy="4" text-anchor="end">${percent(tick, 0)}</text>`;
})}
${zeros ? markup`<line class="gutter" x1="21.5%" x2="21.5%" y1="8" y2="${floor}"/><text class="tick" x="16%" y="${floor + 18}" text-anchor="middle">${options.zero}</text>` : ''}
${across.ticks.map(
  tick =>
    markup`<line class="grid" x1="${across.at(tick).toFixed(2)}%" x2="${across.at(tick).toFixed(2)}%" y1="8" y2="${floor}"/><text class="tick" x="${across.at(tick).toFixed(2)}%" y="${floor + 18}" text-anchor="middle">${options.format(tick)}</text>`,
)}
<text class="axis" x="54%" y="${height - 6}" text-anchor="middle">${options.axis}</text>
${frontier(spots)}
${spots.map(({ row, x }) => markup`<line class="whisker" x1="${x.toFixed(2)}%" x2="${x.toFixed(2)}%" y1="${up.at(row.intervals.accuracy!.low).toFixed(1)}" y2="${up.at(row.intervals.accuracy!.high).toFixed(1)}"/>`)}
${spots.map(({ row, index, x, y }) => markAt(row, index, x, y))}
${placeNames(spots)}
</svg>`;
}

/** The dashed steps through the modes that no other mode beats in both. */
function frontier(spots: readonly Spot[]): Markup[] {
  const sorted = [...spots].sort((a, b) => a.x - b.x || a.y - b.y);
  const best: Spot[] = [];
  for (const spot of sorted) if (best.length === 0 || spot.y < best.at(-1)!.y) best.push(spot);
  return best.slice(1).flatMap((spot, i) => {
    const before = best[i]!;
    const corner = [spot.x.toFixed(2), before.y.toFixed(1)] as const;
    return [
      markup`<line class="front" x1="${before.x.toFixed(2)}%" y1="${corner[1]}" x2="${corner[0]}%" y2="${corner[1]}"/>`,
      markup`<line class="front" x1="${corner[0]}%" y1="${corner[1]}" x2="${corner[0]}%" y2="${spot.y.toFixed(1)}"/>`,
    ];
  });
}

/** Writes each name beside its mark, where it covers the fewest marks and names. */
function placeNames(spots: readonly Spot[]): Markup[] {
  const boxes = spots.map(({ x, y }) => [(x / 100) * narrow - 8, y - 8, 16, 16] as const) as (readonly [
    number,
    number,
    number,
    number,
  ])[];
  return spots.map(({ row, x, y }) => {
    const name = truncate(row.name, 22);
    const width = textWidth(name) * 7;
    const centre = (x / 100) * narrow;
    const places = [
      { anchor: 'start', dx: 11, dy: 4, left: centre + 11 },
      { anchor: 'end', dx: -11, dy: 4, left: centre - 11 - width },
      { anchor: 'middle', dx: 0, dy: -13, left: centre - width / 2 },
      { anchor: 'middle', dx: 0, dy: 22, left: centre - width / 2 },
      { anchor: 'start', dx: 7, dy: -11, left: centre + 7 },
      { anchor: 'start', dx: 7, dy: 19, left: centre + 7 },
      { anchor: 'end', dx: -7, dy: -11, left: centre - 7 - width },
      { anchor: 'end', dx: -7, dy: 19, left: centre - 7 - width },
    ];
    const costs = places.map(({ dy, left }) => {
      const box = [left, y + dy - 12, width, 15] as const;
      const out = Math.max(0, 34 - left) + Math.max(0, left + width - narrow) + Math.max(0, 12 - (y + dy));
      return out * 20 + boxes.reduce((sum, other) => sum + overlap(box, other), 0);
    });
    const { anchor, dx, dy, left } = places[costs.indexOf(Math.min(...costs))]!;
    boxes.push([left, y + dy - 12, width, 15]);
    return markup`<text class="name halo" x="${x.toFixed(2)}%" y="${y.toFixed(1)}" dx="${dx}" dy="${dy}" text-anchor="${anchor}">${name}</text>`;
  });
}

type Box = readonly [number, number, number, number];

function overlap([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number {
  const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const high = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  return width > 0 && high > 0 ? width * high : 0;
}

// How a mode is told apart in charts: by colour and by shape, so that colour is never needed.
import type { ModeRow } from '../report.ts';
import { type Markup, markup } from './markup.ts';

const shapes = [
  'M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0z',
  'M-5 -5h10v10h-10z',
  'M0 -6.5L6.2 4.6H-6.2z',
  'M0 -7L7 0L0 7L-7 0z',
  'M0 6.5L6.2 -4.6H-6.2z',
  'M-2 -6h4v4h4v4h-4v4h-4v-4h-4v-4h4z',
  'M0 -6.5L6.2 -2L3.8 5.3H-3.8L-6.2 -2z',
  'M-6 -3.5L-3.5 -6L0 -2.5L3.5 -6L6 -3.5L2.5 0L6 3.5L3.5 6L0 2.5L-3.5 6L-6 3.5L-2.5 0z',
];

/** The number of the colour of a mode: 0 for baselines, 1 to 7 for the others in turn. */
export function colourOf(row: ModeRow, index: number): number {
  return row.kind === 'baseline' ? 0 : 1 + (index % 7);
}

/** The mark at a place of a fluid chart: `x` in percent, `y` in pixels. */
export function markAt(row: ModeRow, index: number, x: number, y: number): Markup {
  return markup`<svg x="${x.toFixed(2)}%" y="${y.toFixed(1)}" class="spot"><path class="mark c${colourOf(row, index)}" d="${shapes[index % shapes.length]!}"/></svg>`;
}

/** The mark as a small picture beside a name. */
export function markIcon(row: ModeRow, index: number): Markup {
  return markup`<svg class="icon" viewBox="-8 -8 16 16" aria-hidden="true"><path class="mark c${colourOf(row, index)}" d="${shapes[index % shapes.length]!}"/></svg>`;
}

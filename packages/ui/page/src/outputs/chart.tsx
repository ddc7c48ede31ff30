// Draws curves with uPlot. Loaded when the first plot is shown.
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { placeNames } from './place-names.ts';
import type { PlotRows, WirePlot } from './plot-rows.ts';

/** Told apart also by those who see fewer colours. Source: Okabe and Ito, https://jfly.uni-koeln.de/color/ */
const colors = {
  light: ['#0072b2', '#d55e00', '#009e73', '#aa4499', '#b07d00', '#56b4e9'],
  dark: ['#56b4e9', '#e69f00', '#2fc79b', '#dd88bb', '#f0e442', '#ff9966'],
};
const height = 260;
/** Curves beyond the colours are dashed. */
const dashes = [[], [8, 5], [2, 4]];
const font = '12px system-ui';

/** Writes the name of each curve beside its only point. */
function drawNames(chart: UPlot, ink: string): void {
  const { ctx, bbox } = chart;
  const pixels = UPlot.pxRatio;
  ctx.save();
  ctx.font = `${12 * pixels}px system-ui`;
  ctx.fillStyle = ink;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const points = chart.series.slice(1).flatMap((series, i) => {
    const row = chart.data[i + 1]!.findIndex(value => value != null);
    if (row < 0 || series.show === false) return [];
    const name = String(series.label);
    const x = chart.valToPos(chart.data[0][row]!, 'x', true);
    const y = chart.valToPos(chart.data[i + 1]![row]!, 'y', true);
    return [{ name, x, y, width: ctx.measureText(name).width }];
  });
  const area = { left: bbox.left, right: bbox.left + bbox.width, top: bbox.top, bottom: bbox.top + bbox.height };
  for (const [i, place] of placeNames(points, area, { height: 14 * pixels, gap: 9 * pixels }).entries())
    ctx.fillText(points[i]!.name, place.x, place.y);
  ctx.restore();
}

/** Of a logarithmic axis one line for each factor of ten. */
const wholeTens = (_: UPlot, splits: number[]): (number | null)[] =>
  splits.map(split => (Math.abs(Math.log10(split) - Math.round(Math.log10(split))) < 1e-6 ? split : null));

/** Nothing where the pointer is nowhere. */
const legendValue = (_: UPlot, value: number | null): string => (value === null ? '' : String(value));

interface ChartProps {
  readonly plot: WirePlot;
  readonly rows: PlotRows;
  readonly label: string;
}

export default function Chart({ plot, rows, label }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(undefined);
  const scheme = useComputedColorScheme('light');
  const names = plot.series.map(one => one.name).join('\0');
  const isPoints = plot.series.every(one => one.x.length <= 1);
  const isLog = plot.x_scale === 'log';
  const data = [rows.x, ...rows.ys] as unknown as UPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const element = box.current!;
    const ink = scheme === 'dark' ? '#c9c9c9' : '#495057';
    const grid = { stroke: scheme === 'dark' ? '#3b3b3b' : '#e9ecef', width: 1 };
    const axis = (label: string | null) => ({
      stroke: ink,
      grid,
      ticks: grid,
      font,
      labelFont: font,
      ...(label && { label }),
    });
    const made = new UPlot(
      {
        width: element.clientWidth || 300,
        height,
        scales: { x: { time: false, ...(isLog && { distr: 3 as const }) } },
        axes: [
          {
            ...axis(plot.x_label),
            ...(isLog && { grid: { ...grid, filter: wholeTens }, ticks: { ...grid, filter: wholeTens } }),
          },
          { ...axis(plot.y_label), size: 62 },
        ],
        cursor: { drag: { x: false, y: false } },
        series: [
          { label: plot.x_label ?? 'x', value: legendValue },
          ...names.split('\0').map((name, i) => ({
            label: name,
            stroke: colors[scheme][i % colors[scheme].length]!,
            dash: dashes[Math.floor(i / colors[scheme].length) % dashes.length]!,
            width: 2,
            spanGaps: true,
            value: legendValue,
            points: isPoints
              ? { show: true, size: 9, fill: colors[scheme][i % colors[scheme].length]! }
              : { show: latest.current[0].length < 40, size: 5 },
          })),
        ],
        // Names beside the points say more than a legend.
        ...(isPoints && { legend: { show: false }, hooks: { draw: [chart => drawNames(chart, ink)] } }),
      },
      latest.current,
      element,
    );
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [names, isPoints, isLog, plot.x_label, plot.y_label, scheme]);

  useEffect(() => {
    if (chart.current && chart.current.data !== data) chart.current.setData(data);
  }, [data]);

  return <div ref={box} className="chart" role="img" aria-label={`${label}: ${names.split('\0').join(', ')}`} />;
}

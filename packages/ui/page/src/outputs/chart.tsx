// Draws curves with uPlot. Loaded when the first plot is shown.
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { PlotRows, WirePlot } from './plot-rows.ts';

/** Told apart also by those who see fewer colours. Source: Okabe and Ito, https://jfly.uni-koeln.de/color/ */
const colors = {
  light: ['#0072b2', '#d55e00', '#009e73', '#aa4499', '#b07d00', '#56b4e9'],
  dark: ['#56b4e9', '#e69f00', '#2fc79b', '#dd88bb', '#f0e442', '#ff9966'],
};
const height = 260;

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
      font: '12px system-ui',
      labelFont: '12px system-ui',
      ...(label && { label }),
    });
    const made = new UPlot(
      {
        width: element.clientWidth || 300,
        height,
        scales: { x: { time: false } },
        axes: [axis(plot.x_label), { ...axis(plot.y_label), size: 62 }],
        cursor: { drag: { x: false, y: false } },
        series: [
          { label: plot.x_label ?? 'x' },
          ...names.split('\0').map((name, i) => ({
            label: name,
            stroke: colors[scheme][i % colors[scheme].length]!,
            width: 2,
            spanGaps: true,
            points: { show: latest.current[0].length < 40, size: 5 },
          })),
        ],
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
  }, [names, plot.x_label, plot.y_label, scheme]);

  useEffect(() => {
    if (chart.current && chart.current.data !== data) chart.current.setData(data);
  }, [data]);

  return <div ref={box} className="chart" role="img" aria-label={`${label}: ${names.split('\0').join(', ')}`} />;
}

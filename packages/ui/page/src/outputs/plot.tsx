// Curves that grow, with a table of the same numbers beside them.
import { SegmentedControl, Text } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useWords } from '../frame/page.tsx';
import { DataTable } from './data-table.tsx';
import { plotRows, type WirePlot } from './plot-rows.ts';

const Chart = lazy(() => import('./chart.tsx'));

export function Plot({ plot, label }: { readonly plot: WirePlot; readonly label: string }) {
  const words = useWords();
  const [view, setView] = useState('chart');
  const rows = useMemo(() => plotRows(plot), [plot]);
  if (rows.x.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {words.empty}
      </Text>
    );
  return (
    <div>
      <SegmentedControl
        size="xs"
        mb={6}
        aria-label={label}
        value={view}
        onChange={setView}
        data={[
          { value: 'chart', label: words.chart },
          { value: 'table', label: words.table },
        ]}
      />
      {view === 'chart' ? (
        <Suspense fallback={<div className="chart" />}>
          <Chart plot={plot} rows={rows} label={label} />
        </Suspense>
      ) : (
        <DataTable
          table={{
            headers: [plot.x_label ?? 'x', ...plot.series.map(one => one.name)],
            data: rows.x.map((x, i) => [x, ...rows.ys.map(y => y[i] ?? null)]),
          }}
        />
      )}
    </div>
  );
}

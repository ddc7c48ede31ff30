// Curves over one axis: each has a value, or none, at every x of any.

/** Curves on the wire. */
export interface WirePlot {
  readonly series: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly (number | null)[];
  }[];
  readonly x_label: string | null;
  readonly y_label: string | null;
  readonly x_scale?: 'log';
}

/** Ascending `x`; for each curve as many `y`. */
export interface PlotRows {
  readonly x: readonly number[];
  readonly ys: readonly (readonly (number | null)[])[];
}

export function plotRows({ series }: Pick<WirePlot, 'series'>): PlotRows {
  const x = [...new Set(series.flatMap(one => one.x))].sort((a, b) => a - b);
  const place = new Map(x.map((value, i) => [value, i]));
  const ys = series.map(one => {
    const y = new Array<number | null>(x.length).fill(null);
    one.x.forEach((value, i) => {
      y[place.get(value)!] = one.y[i] ?? null;
    });
    return y;
  });
  return { x, ys };
}

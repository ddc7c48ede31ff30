// Scales of charts: where a value stands, and where the ticks are.

/** A scale from values to positions, with ticks at round values. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** A linear scale over shares that shows all of `values` between round ends. */
export function shareScale(values: readonly number[], from: number, to: number): Scale {
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  const step = highest - lowest > 0.5 ? 0.2 : highest - lowest > 0.2 ? 0.1 : highest - lowest > 0.08 ? 0.05 : 0.02;
  const low = Math.max(0, Math.floor(lowest / step + 1e-9) * step);
  const high = Math.min(1, Math.max(low + step, Math.ceil(highest / step - 1e-9) * step));
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step);
  return {
    at: value => from + ((value - low) / (high - low)) * (to - from),
    ticks: ticks.filter(tick => tick <= high + 1e-9),
  };
}

/** A logarithmic scale over positive values, with ticks at powers of ten, or at 1, 2 and 5 where it is short. */
export function logScale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.log10(Math.min(...values)) - 0.15;
  const high = Math.log10(Math.max(...values)) + 0.15;
  const marks = high - low < 1.2 ? [1, 2, 5] : [1];
  const every = high - low > 5 ? 2 : 1;
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    if (power % every !== 0) continue;
    for (const digit of marks) {
      const value = digit * 10 ** power;
      if (Math.log10(value) >= low && Math.log10(value) <= high) ticks.push(value);
    }
  }
  return { at: value => from + ((Math.log10(value) - low) / (high - low)) * (to - from), ticks };
}

// How figures are written for people: short, with the same digits everywhere.

/** Stands for a figure that is unknown. */
export const unknown = '–';

/** A share as percent, e.g. `87.3`. */
export function percent(share: number, digits = 1): string {
  return (share * 100).toFixed(digits);
}

/** A share with three digits and no leading zero, e.g. `.873`; `1.00` and `.000` keep the width. */
export function fraction(share: number): string {
  const text = share.toFixed(3);
  return text.startsWith('0') ? text.slice(1) : share.toFixed(2);
}

/** A time in milliseconds as at most three digits and a unit, e.g. `85 ms`, `1.2 s`, `3.5 min`. */
export function duration(ms: number): string {
  if (ms < 0.0005) return '0 ms';
  if (ms < 1) return `${threeDigits(ms * 1000)} µs`;
  if (ms < 999.5) return `${threeDigits(ms)} ms`;
  if (ms < 99_500) return `${threeDigits(ms / 1000)} s`;
  if (ms < 5_970_000) return `${threeDigits(ms / 60_000)} min`;
  return `${threeDigits(ms / 3_600_000)} h`;
}

/** US dollars with at least two significant digits, without the sign, e.g. `0`, `0.0012`, `1.50`, `128`. */
export function dollars(usd: number): string {
  if (usd === 0) return '0';
  if (usd >= 100) return usd.toFixed(0);
  if (usd >= 0.1) return usd.toFixed(2);
  if (usd >= 0.0001) return usd.toFixed(Math.ceil(-Math.log10(usd)) + 1);
  return usd.toExponential(0);
}

/** A count with a suffix, e.g. `950`, `24.6k`, `1.2M`. */
export function compactCount(count: number): string {
  if (count < 1000) return String(count);
  for (const [size, suffix] of [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (count >= size * 0.9995) return `${threeDigits(count / size)}${suffix}`;
  }
  return String(count);
}

/** Bytes with a unit of thousands, e.g. `312 B`, `4.1 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  const text = compactCount(size);
  return `${text.slice(0, -1)} ${{ k: 'kB', M: 'MB', B: 'GB', T: 'TB' }[text.slice(-1)]}`;
}

/** A whole number with thousands separated by commas. */
export function thousands(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A p-value, e.g. `0.034`, `< 0.001`. */
export function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(p < 0.0995 ? 3 : 2);
}

/** A difference of shares in percent points with its sign, e.g. `+2.4`, `−0.8`. */
export function points(difference: number): string {
  const text = Math.abs(difference * 100).toFixed(1);
  if (text === '0.0') return '0.0';
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** A part of a whole as percent with two significant digits, e.g. `0.12 %`. */
export function shareOf(part: number, whole: number): string {
  if (whole <= 0) return `0 %`;
  const share = (part / whole) * 100;
  if (share === 0) return '0 %';
  if (share >= 10) return `${share.toFixed(0)} %`;
  if (share >= 1) return `${share.toFixed(1)} %`;
  return share < 0.001 ? '< 0.001 %' : `${Number(share.toPrecision(2))} %`;
}

function threeDigits(value: number): string {
  return value >= 99.95 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '');
}

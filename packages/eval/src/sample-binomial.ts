// Random numbers of the binomial distribution: what lets a bootstrap draw counts instead of examples.
import type { Random } from '@modeshift/core';

/**
 * How often an event of probability `p` happens in `n` tries: by inversion where few are expected, by Hörmann's BTRS
 * rejection (Journal of Statistical Computation and Simulation 46, 1993) where many are.
 */
export function sampleBinomial(n: number, p: number, source: Random): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - sampleBinomial(n, 1 - p, source);
  return n * p < 10 ? byInversion(n, p, source) : byRejection(n, p, source);
}

function byInversion(n: number, p: number, source: Random): number {
  const odds = p / (1 - p);
  const none = Math.exp(n * Math.log1p(-p));
  let u = source.next();
  let probability = none;
  let k = 0;
  while (u > probability && k < n) {
    u -= probability;
    k++;
    probability *= (odds * (n - k + 1)) / k;
  }
  return k;
}

function byRejection(n: number, p: number, source: Random): number {
  const odds = p / (1 - p);
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const inner = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = source.next() - 0.5;
    const v = source.next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= inner) return k;
    if (k < 0 || k > n) continue;
    const height = Math.log((v * alpha) / (a / (us * us) + b));
    const limit =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
      stirlingTail(mode) +
      stirlingTail(n - mode) -
      stirlingTail(k) -
      stirlingTail(n - k);
    if (height <= limit) return k;
  }
}

const smallTails = [
  0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
  0.01387612882307075, 0.01189670994589177, 0.01041126526197209, 0.009255462182712733, 0.008330563433362871,
];

/** What Stirling's formula leaves out of ln k!. */
function stirlingTail(k: number): number {
  if (k < smallTails.length) return smallTails[k]!;
  const square = (k + 1) * (k + 1);
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
}

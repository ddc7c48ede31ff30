// McNemar's test: whether two modes that answered the same examples differ in accuracy.
import { invalidInput } from '@modeshift/core';
import { logGamma } from './log-gamma.ts';
import { erfc } from './normal.ts';

/** How {@link mcnemar} computes its p-value. */
export type McNemarMethod = 'exact' | 'mid-p' | 'chi-squared';

/** What {@link mcnemar} gives. */
export interface McNemarResult {
  /** Two-sided p-value. */
  readonly p: number;
  readonly method: McNemarMethod;
}

/** From this number of examples that exactly one of two modes got right, the mid-p variant is used. */
const manyDiscordant = 25;

/**
 * McNemar's test on the examples that exactly one of two modes answered rightly. Left to itself it uses the exact binomial
 * test below 25 such examples, and from 25 on the mid-p variant, which is less conservative and keeps its level in practice
 * (Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13:91, 2013). `chi-squared` is the classical
 * approximation with Edwards' continuity correction.
 *
 * @param onlyA examples that only the first mode got right.
 * @param onlyB examples that only the second mode got right.
 * @throws ModeshiftError `invalid-input` when the numbers are no counts.
 * @example
 * ```ts
 * import { mcnemar } from '@modeshift/eval';
 *
 * console.log(mcnemar(2, 10).p.toFixed(4), mcnemar(2, 10).method); // 0.0386 exact
 * ```
 */
export function mcnemar(onlyA: number, onlyB: number, method?: McNemarMethod): McNemarResult {
  for (const count of [onlyA, onlyB]) {
    if (!Number.isInteger(count) || count < 0) throw invalidInput('McNemar’s test takes two counts of examples.');
  }
  const total = onlyA + onlyB;
  const chosen = method ?? (total < manyDiscordant ? 'exact' : 'mid-p');
  if (total === 0) return { p: 1, method: chosen };
  if (chosen === 'chi-squared') {
    const statistic = Math.max(0, Math.abs(onlyA - onlyB) - 1) ** 2 / total;
    return { p: erfc(Math.sqrt(statistic / 2)), method: chosen };
  }
  const { upTo, at } = fairCoin(Math.min(onlyA, onlyB), total);
  const exact = Math.min(1, 2 * upTo);
  return { p: chosen === 'exact' ? exact : Math.min(1, 2 * upTo - at), method: chosen };
}

/** Probability of at most, and of exactly, `heads` heads in `throws` throws of a fair coin. */
function fairCoin(heads: number, throws: number): { upTo: number; at: number } {
  const at = Math.exp(logGamma(throws + 1) - logGamma(heads + 1) - logGamma(throws - heads + 1) - throws * Math.LN2);
  let upTo = at;
  let term = at;
  for (let k = heads; k > 0 && term > upTo * 1e-18; k--) {
    term *= k / (throws - k + 1);
    upTo += term;
  }
  return { upTo, at };
}

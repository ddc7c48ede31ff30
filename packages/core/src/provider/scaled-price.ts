// A share of a price, as vendors grant it for batches.
import type { Price } from '../usage.ts';

/**
 * A price whose every figure is a share of another's.
 *
 * @example
 * ```ts
 * import { scaledPrice } from '@modeshift/core/provider';
 *
 * const price = { inputPerMillion: 2, outputPerMillion: 8, asOf: '2026-11-01', source: 'https://example.com/prices' };
 * console.log(scaledPrice(price, 0.5).outputPerMillion); // 4
 * ```
 */
export function scaledPrice({ asOf, source, ...figures }: Price, share: number): Price {
  const entries = Object.entries(figures).map(([name, value]) => [name, value * share]);
  return { ...(Object.fromEntries(entries) as typeof figures), asOf, source };
}

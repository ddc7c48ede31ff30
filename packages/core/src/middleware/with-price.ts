// A model with another price.
import type { Model } from '../models.ts';
import type { Price } from '../usage.ts';
import { wrapModel } from './wrap-model.ts';

/**
 * Gives a model a price, or another one: for a contract of one's own, or a price list that is newer than the package's.
 *
 * @example
 * ```ts
 * import { withPrice } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const ours = { inputPerMillion: 0.1, outputPerMillion: 0.4, asOf: '2026-11-20', source: 'our contract' };
 * const model = withPrice(scriptedModel({ reply: () => '好' }), ours);
 * console.log(model.price?.source); // our contract
 * ```
 */
export function withPrice<M extends Model>(model: M, price: Price): M {
  return wrapModel(model, {}, { price });
}

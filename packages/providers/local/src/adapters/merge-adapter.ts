// Weights with an adapter's factors added to them: no cost at run time, and the adapter can no longer be taken off.
import { invalidInput } from '@modeshift/core';
import type { Weight, Weights } from '../checkpoint/weights.ts';
import { mergedWeight } from '../training/lora-layer.ts';
import type { Adapter, LoraFactors } from './adapter.ts';

/**
 * Weights that are read with `W + scale · B · A` in the place of `W`, with DoRA brought to its magnitudes.
 *
 * @throws ModeshiftError `invalid-input` for soft prompts and prefixes, which are no change of weights.
 */
export function mergeAdapter(weights: Weights, adapter: Adapter): Weights {
  if (adapter.kind !== 'lora')
    throw invalidInput(`A ${adapter.kind} cannot be merged into weights. Attach it instead.`);
  const factors = new Map(adapter.layers.map(entry => [`${entry.layer.module}.weight`, entry]));
  const merged = (weight: Weight, { layer, a, b, magnitude }: LoraFactors): Weight => ({
    ...weight,
    read: async () => mergedWeight(layer, await weight.read(), a, b, magnitude),
  });
  return {
    ...weights,
    find: name => {
      const weight = weights.find(name);
      const entry = factors.get(name);
      return weight && entry ? merged(weight, entry) : weight;
    },
  };
}

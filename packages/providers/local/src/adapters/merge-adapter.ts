// Weights with an adapter's factors added to them: no cost at run time, and the adapter can no longer be taken off.
import { invalidInput } from '@modeshift/core';
import type { Weight, Weights } from '../checkpoint/weights.ts';
import { type LoraLayer, mergedWeight } from '../training/lora-layer.ts';
import type { Adapter, LoraFactors } from './adapter.ts';

/**
 * Weights that are read with `W + scale · B · A` in the place of `W`, with DoRA brought to its magnitudes.
 *
 * @throws ModeshiftError `invalid-input` for soft prompts and prefixes, which are no change of weights, and for an adapter of another
 * model.
 */
export function mergeAdapter(weights: Weights, adapter: Adapter): Weights {
  if (adapter.kind !== 'lora')
    throw invalidInput(`A ${adapter.kind} cannot be merged into weights. Attach it instead.`);
  for (const { layer } of adapter.layers) checkFit(weights, layer);
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

/** What an adapter of another model would change is not there, and leaving it out would change nothing without a word. */
function checkFit(weights: Weights, { module, inSize, outSize, transposed }: LoraLayer): void {
  const shape = weights.find(`${module}.weight`)?.shape;
  const [rows, columns] = transposed ? [inSize, outSize] : [outSize, inSize];
  if (shape?.length === 2 && shape[0] === rows && shape[1] === columns) return;
  const there = shape ? `which is [${shape.join(', ')}] and not [${rows}, ${columns}] there` : 'which is not there';
  throw invalidInput(
    `An adapter to merge into ${weights.place} changes ${module}, ${there}. Use the checkpoint that it was trained on.`,
  );
}

// Weights with an adapter's factors added to them: no cost at run time, and the adapter can no longer be taken off.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { Weight, Weights } from '../checkpoint/weights.ts';
import { type LoraLayer, mergedWeight } from '../training/lora-layer.ts';
import type { Adapter, LoraFactors } from './adapter.ts';
import { requireSameTable } from './same-table.ts';

/**
 * Weights that are read with `W + scale · B · A` in the place of `W`, with DoRA brought to its magnitudes.
 *
 * @throws ModeshiftError `invalid-input` for soft prompts and prefixes, which are no change of weights, and for an adapter of another
 * model.
 */
export function mergeAdapter(weights: Weights, adapter: Adapter, { tied }: { readonly tied: boolean }): Weights {
  if (adapter.kind !== 'lora')
    throw invalidInput(`A ${adapter.kind} cannot be merged into weights. Attach it instead.`);
  if (tied && adapter.layers.some(({ layer }) => layer.embedding)) throw tiedTable(weights.place);
  for (const { layer } of adapter.layers) checkFit(weights, layer);
  const factors = new Map(adapter.layers.map(entry => [`${entry.layer.module}.weight`, entry]));
  const { place } = weights;
  const merged = (weight: Weight, { layer, a, b, magnitude, table }: LoraFactors): Weight => ({
    ...weight,
    read: async () => {
      const own = await weight.read();
      if (table) requireSameTable(place, table, own);
      return mergedWeight(layer, own, a, b, magnitude);
    },
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

/**
 * The error of merging an adapter on a table that is the output projection too: the adapter changes how tokens are read, and merged it
 * would change how they are chosen. PEFT gives such a model a table of its own for each.
 */
export function tiedTable(place: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'unsupported', feature: 'merging an adapter on a tied table' },
    `${place}: the embedding table is the output projection too (tie_word_embeddings), and the adapter is on one of the two only. Attach it instead of merging it, or merge it with PEFT, which unties them.`,
  );
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

// A checkpoint whose matrices are what is left of them after quantising: what weights of few bits must compute with. Test-only.
import type { Checkpoint } from '../src/checkpoint/checkpoint.ts';
import type { Weight } from '../src/checkpoint/weights.ts';
import {
  dequantise,
  emptyQuantised,
  fittedTo,
  packingOf,
  quantiseRows,
  type WeightFormat,
} from '../src/network/quantise.ts';

export function roundedCheckpoint(checkpoint: Checkpoint, format: WeightFormat): Checkpoint {
  const through = (weight: Weight): Weight => ({
    ...weight,
    read: async () => {
      const [rows, columns] = weight.shape as [number, number];
      const packed = emptyQuantised(rows, columns, fittedTo(columns, packingOf(format)!));
      quantiseRows(await weight.read(), packed);
      return dequantise(packed);
    },
  });
  const { weights } = checkpoint;
  const find = (name: string): Weight | undefined => {
    const weight = weights.find(name);
    // The tied table is read as it is where tokens are looked up, so it is left out: `lm_head` checkpoints only.
    return weight?.shape.length === 2 && !name.includes('embed_tokens') ? through(weight) : weight;
  };
  return { ...checkpoint, weights: { ...weights, find } };
}

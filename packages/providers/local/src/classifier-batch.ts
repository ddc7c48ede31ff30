// A batch of texts as the training graph takes it, with features and hidden units dropped at random.
import { type TensorValue, tensorValue } from '@modeshift/autograd';
import type { Random } from '@modeshift/core';
import type { SparseVector } from './feature-vocabulary.ts';

/** Shares of features and of hidden units that are dropped. */
export interface DropoutRates {
  readonly features: number;
  readonly hidden: number;
}

/** Makes batches; it holds one number for each feature of the vocabulary, so make one and keep it. */
export class BatchMaker {
  readonly #places: Int32Array;
  readonly #hidden: number;
  readonly #rates: DropoutRates;

  constructor(features: number, hidden: number, rates: DropoutRates) {
    this.#places = new Int32Array(features).fill(-1);
    this.#hidden = hidden;
    this.#rates = rates;
  }

  /** The feeds of a batch: see `trainingLoss`. What is kept is scaled up by what is dropped (Srivastava et al. 2014). */
  make(vectors: readonly SparseVector[], labels: readonly number[], random: Random): Record<string, TensorValue> {
    const { features, hidden } = this.#rates;
    const places = this.#places;
    const active: number[] = [];
    const kept = vectors.map(({ ids }) => {
      const keep = new Uint8Array(ids.length);
      for (let i = 0; i < ids.length; i++) {
        if (features > 0 && random.next() < features) continue;
        keep[i] = 1;
        const id = ids[i]!;
        if (places[id] === -1) places[id] = active.push(id) - 1;
      }
      return keep;
    });
    // A batch of texts without a known feature still needs one column.
    if (active.length === 0) active.push(0);
    const x = new Float32Array(vectors.length * active.length);
    for (const [row, { ids, weights }] of vectors.entries()) {
      const keep = kept[row]!;
      const start = row * active.length;
      for (let i = 0; i < ids.length; i++) if (keep[i]) x[start + places[ids[i]!]!] = weights[i]! / (1 - features);
    }
    for (const id of active) places[id] = -1;
    const mask = new Float32Array(vectors.length * this.#hidden);
    for (let i = 0; i < mask.length; i++) mask[i] = hidden > 0 && random.next() < hidden ? 0 : 1 / (1 - hidden);
    return {
      active: tensorValue(Int32Array.from(active)),
      x: tensorValue(x, [vectors.length, active.length]),
      mask: tensorValue(mask, [vectors.length, this.#hidden]),
      label: tensorValue(Int32Array.from(labels)),
    };
  }
}

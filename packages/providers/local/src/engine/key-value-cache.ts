// Keys and values of tokens that were computed, in slots: one slot is one sequence.
import type { loadRuntime, NativeTensor } from '@modeshift/autograd';

import type { NetworkConfig } from '../architectures/architecture.ts';

/** The runtime's class of tensors. */
export type NativeTensorClass = Awaited<ReturnType<typeof loadRuntime>>['Tensor'];

/**
 * The cache of a decoder: for each layer, keys and values `[slots, keyHeads, capacity, headSize]`. The runtime writes new tokens
 * into it in place. Neighbouring slots are one tensor without a copy.
 */
export class KeyValueCache {
  readonly slots: number;
  /** The most tokens of a slot. */
  readonly capacity: number;
  readonly #arrays: readonly Float32Array[];
  readonly #names: readonly string[];
  readonly #shape: readonly [number, number];
  readonly #Tensor: NativeTensorClass;
  readonly #views = new Map<string, Readonly<Record<string, NativeTensor>>>();

  constructor(
    config: NetworkConfig,
    names: readonly string[],
    slots: number,
    capacity: number,
    Tensor: NativeTensorClass,
  ) {
    this.slots = slots;
    this.capacity = capacity;
    this.#names = names;
    this.#shape = [config.keyHeads, config.headSize];
    this.#Tensor = Tensor;
    this.#arrays = names.map(() => new Float32Array(slots * this.#slotSize));
  }

  get #slotSize(): number {
    return this.#shape[0] * this.capacity * this.#shape[1];
  }

  /** Bytes of memory. */
  get bytes(): number {
    return this.#arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** The tensors of `count` slots from `first`, by the names of the graph's inputs. */
  view(first: number, count: number): Readonly<Record<string, NativeTensor>> {
    const key = `${first}:${count}`;
    let view = this.#views.get(key);
    if (!view) {
      const size = this.#slotSize;
      const dims = [count, this.#shape[0], this.capacity, this.#shape[1]];
      const part = (array: Float32Array): NativeTensor =>
        new this.#Tensor('float32', array.subarray(first * size, (first + count) * size), dims);
      view = Object.fromEntries(this.#names.map((name, i) => [name, part(this.#arrays[i]!)]));
      this.#views.set(key, view);
    }
    return view;
  }

  /** Copies the first `length` tokens of a slot to another slot, or to a slot of another cache of the same model. */
  copy(from: number, to: number, length: number, target: KeyValueCache = this): void {
    const [heads, headSize] = this.#shape;
    for (const [i, array] of this.#arrays.entries()) {
      const out = target.#arrays[i]!;
      for (let head = 0; head < heads; head++) {
        const start = (from * heads + head) * this.capacity * headSize;
        const end = (to * heads + head) * target.capacity * headSize;
        out.set(array.subarray(start, start + length * headSize), end);
      }
    }
  }
}

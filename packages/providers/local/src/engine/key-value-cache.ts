// Keys and values of tokens that were computed, in slots: one slot is one sequence.
import type { loadRuntime, NativeTensor } from '@modeshift/autograd';

import type { NetworkConfig } from '../architectures/architecture.ts';

/** The runtime's class of tensors. */
export type NativeTensorClass = Awaited<ReturnType<typeof loadRuntime>>['Tensor'];

/** Bytes of the keys and values of one token. */
export const bytesOfToken = ({ layers, keyHeads, headSize }: NetworkConfig): number =>
  2 * layers * keyHeads * headSize * Float32Array.BYTES_PER_ELEMENT;

/**
 * The cache of a decoder: for each layer, keys and values `[slots, keyHeads, capacity, headSize]`. Neighbouring slots are one tensor
 * without a copy.
 */
export class KeyValueCache {
  readonly slots: number;
  /** The most tokens of a slot. */
  readonly capacity: number;
  /** Bytes of memory. */
  readonly bytes: number;
  readonly #arrays: readonly Float32Array[];
  readonly #names: readonly string[];
  readonly #heads: number;
  readonly #headSize: number;
  readonly #Tensor: NativeTensorClass;
  readonly #views = new Map<number, Readonly<Record<string, NativeTensor>>>();

  /** `names` are the graph's inputs: `past.key.0`, `past.value.0`, `past.key.1`, … */
  constructor(
    config: NetworkConfig,
    names: readonly string[],
    slots: number,
    capacity: number,
    Tensor: NativeTensorClass,
  ) {
    this.slots = slots;
    this.capacity = capacity;
    this.bytes = slots * capacity * bytesOfToken(config);
    this.#names = names;
    this.#heads = config.keyHeads;
    this.#headSize = config.headSize;
    this.#Tensor = Tensor;
    this.#arrays = names.map(() => new Float32Array(slots * this.#slotSize));
  }

  get #slotSize(): number {
    return this.#heads * this.capacity * this.#headSize;
  }

  /** The tensors of `count` slots from `first`, under the names of the graph's inputs. */
  view(first: number, count: number): Readonly<Record<string, NativeTensor>> {
    const key = first * (this.slots + 1) + count;
    let view = this.#views.get(key);
    if (!view) {
      const size = this.#slotSize;
      const dims = [count, this.#heads, 1, this.capacity, this.#headSize];
      const part = (array: Float32Array): NativeTensor =>
        new this.#Tensor('float32', array.subarray(first * size, (first + count) * size), dims);
      view = Object.fromEntries(this.#names.map((name, i) => [name, part(this.#arrays[i]!)]));
      this.#views.set(key, view);
    }
    return view;
  }

  /** The tensors of no tokens, for passes that have no past: `places` that the mask hides. */
  none(count: number, places: number): Readonly<Record<string, NativeTensor>> {
    const dims = [count, this.#heads, 1, places, this.#headSize];
    const size = dims.reduce((a, b) => a * b);
    const empty = new this.#Tensor('float32', new Float32Array(size), dims);
    return Object.fromEntries(this.#names.map(name => [name, empty]));
  }

  /**
   * Writes the new tokens of a pass after those of its rows. `values`: the graph's output `new`, in the order of the cache's names.
   */
  append(first: number, past: readonly number[], lengths: readonly number[], values: Float32Array): void {
    const size = this.#headSize;
    const width = this.#arrays.length * this.#heads * size;
    const batch = lengths.length;
    const length = values.length / width / batch;
    for (const [i, array] of this.#arrays.entries()) {
      for (let row = 0; row < batch; row++)
        for (let head = 0; head < this.#heads; head++) {
          let to = (((first + row) * this.#heads + head) * this.capacity + past[row]!) * size;
          let from = row * length * width + (i * this.#heads + head) * size;
          for (let token = lengths[row]!; token > 0; token--) {
            for (let k = 0; k < size; k++) array[to + k] = values[from + k]!;
            to += size;
            from += width;
          }
        }
    }
  }

  /** Copies the first `length` tokens of a slot to another slot, or to a slot of another cache of the same model. */
  copy(from: number, to: number, length: number, target: KeyValueCache = this): void {
    const size = this.#headSize;
    for (const [i, array] of this.#arrays.entries()) {
      const out = target.#arrays[i]!;
      for (let head = 0; head < this.#heads; head++) {
        const start = (from * this.#heads + head) * this.capacity * size;
        const end = (to * this.#heads + head) * target.capacity * size;
        out.set(array.subarray(start, start + length * size), end);
      }
    }
  }

  /** Exchanges two slots, of which the first `length` tokens are in use. */
  swap(a: number, b: number, length: number): void {
    const size = length * this.#headSize;
    const held = new Float32Array(size);
    for (const array of this.#arrays)
      for (let head = 0; head < this.#heads; head++) {
        const atA = (a * this.#heads + head) * this.capacity * this.#headSize;
        const atB = (b * this.#heads + head) * this.capacity * this.#headSize;
        held.set(array.subarray(atA, atA + size));
        array.copyWithin(atA, atB, atB + size);
        array.set(held, atB);
      }
  }

  /** Writes the tokens of a slot from `0`: `value(layer, part, head, token)` gives `headSize` numbers, part 0 for keys and 1 for values. */
  write(
    slot: number,
    tokens: number,
    value: (layer: number, part: number, head: number, token: number) => Float32Array,
  ): void {
    for (const [i, array] of this.#arrays.entries())
      for (let head = 0; head < this.#heads; head++)
        for (let token = 0; token < tokens; token++) {
          const at = ((slot * this.#heads + head) * this.capacity + token) * this.#headSize;
          array.set(value(i >> 1, i & 1, head, token), at);
        }
  }
}

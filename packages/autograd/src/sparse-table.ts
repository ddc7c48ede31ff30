// A table of which a step reads few rows: those rows are copied out, trained as a small dense table, and copied back.
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { createArray, type FloatDType } from './dtype.ts';
import { AutogradError } from './errors.ts';
import { toNative } from './feeds.ts';
import type { FloatArray } from './flat-parameters.ts';
import type { Parameter } from './graph.ts';
import type { Tensor } from './tensor.ts';
import { type Feed, fromNested, sizeOf, type TensorValue } from './tensor-value.ts';
import { copyRows, createRowList } from './wasm/copy-rows.ts';
import { createFlatArray } from './wasm/flat-memory.ts';

/** The full table, the rows of the current step, and the map between them. */
export class SparseTable {
  readonly name: string;
  readonly parameter: Parameter;
  readonly dtype: FloatDType;
  /** The whole table, and each slot of the optimizer. */
  readonly values: FloatArray;
  readonly slots: Readonly<Record<string, FloatArray>>;
  /** Row of the small table for each row of the whole one, plus one; zero where the step does not read it. */
  readonly #places: Int32Array;
  readonly #rows: number;
  readonly #size: number;
  readonly #chosen: Int32Array;
  #count = 0;
  #compact: Record<string, FloatArray> = {};
  readonly #spaces: Record<string, FloatArray> = {};

  constructor(name: string, parameter: Parameter, slots: readonly string[], first: FloatArray) {
    this.name = name;
    this.parameter = parameter;
    this.dtype = parameter.tensor.dtype;
    this.#rows = parameter.shape[0]!;
    this.#size = sizeOf(parameter.shape.slice(1));
    this.values = createFlatArray(this.dtype, first.length);
    this.values.set(first);
    this.slots = Object.fromEntries(slots.map(slot => [slot, createFlatArray(this.dtype, first.length)]));
    this.#places = new Int32Array(this.#rows);
    this.#chosen = createRowList(this.#rows);
  }

  /** The rows of the current step: `values`, `gradient` and each slot, as flat arrays. */
  get compact(): Readonly<Record<string, FloatArray>> {
    return this.#compact;
  }

  /** Chooses the rows that the given inputs name, and returns those inputs with ids of the small table. */
  select(inputs: readonly Tensor[], feeds: Readonly<Record<string, Feed>>): Record<string, TensorValue> {
    for (let i = 0; i < this.#count; i++) this.#places[this.#chosen[i]!] = 0;
    this.#count = 0;
    const mapped: Record<string, TensorValue> = {};
    for (const input of inputs) {
      const feed = feeds[input.name];
      if (feed === undefined) throw new AutogradError('feed', `No value was given for the input ${input}.`);
      const value = typeof feed === 'object' && 'data' in feed ? feed : fromNested(feed, input.dtype);
      const data = createArray(input.dtype, value.data.length);
      for (let i = 0; i < data.length; i++) {
        const id = Number(value.data[i]);
        if (!(id >= 0 && id < this.#rows))
          throw new AutogradError('feed', `The input ${input} names row ${id}, "${this.name}" has ${this.#rows} rows.`);
        if (this.#places[id] === 0) {
          this.#chosen[this.#count++] = id;
          this.#places[id] = this.#count;
        }
        const place = this.#places[id]! - 1;
        if (data instanceof BigInt64Array) data[i] = BigInt(place);
        else data[i] = place;
      }
      mapped[input.name] = { dtype: input.dtype, shape: value.shape, data } as TensorValue;
    }
    this.#compact = { gradient: this.#space('gradient') };
    for (const [key, whole] of Object.entries({ ...this.slots, values: this.values })) {
      this.#compact[key] = this.#space(key);
      this.#copy('out', whole, this.#compact[key]);
    }
    return mapped;
  }

  /** An array for the rows of this step, in memory that serves every step and grows by halves. */
  #space(key: string): FloatArray {
    const length = this.#count * this.#size;
    let space = this.#spaces[key];
    if (!space || space.length < length) {
      space = createFlatArray(this.dtype, Math.ceil(1.5 * length));
      this.#spaces[key] = space;
    }
    // The norm of a gradient is taken in whole vectors.
    space.fill(0, length, length + 16);
    return space.subarray(0, length);
  }

  /** The rows of the current step, or where their gradient goes, as a tensor. */
  native(what: 'values' | 'gradient'): Promise<OrtTensor> {
    const shape = [this.#count, ...this.parameter.shape.slice(1)];
    return toNative({ dtype: this.dtype, shape, data: this.#compact[what] } as TensorValue);
  }

  /** The gradient of the current step as a whole table. */
  wholeGradient(): FloatArray {
    const whole = createArray<FloatDType>(this.dtype, this.values.length);
    this.#copy('back', whole, this.#compact.gradient!);
    return whole;
  }

  /** Puts the updated rows back into the table and its slots. */
  writeBack(): void {
    this.#copy('back', this.values, this.#compact.values!);
    for (const [slot, whole] of Object.entries(this.slots)) this.#copy('back', whole, this.#compact[slot]!);
  }

  #copy(direction: 'out' | 'back', whole: FloatArray, part: FloatArray): void {
    copyRows(direction, this.#chosen, this.#count, whole, part, this.#size);
  }
}

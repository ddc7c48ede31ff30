// Gradients of embedding tables: the graph gives the rows and their places, and here they are added to the flat gradient,
// one after another, so that the sum is the same whatever the number of threads.
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { FloatArray } from './flat-parameters.ts';
import { add } from './ops/arithmetic.ts';
import { rowSumOf } from './ops/gather.ts';
import { cast } from './ops/select.ts';
import type { FloatTensor, Tensor } from './tensor.ts';
import { sizeOf } from './tensor-value.ts';

/** The gradient of one parameter: what the graph gives for it, and how that becomes an array. */
export class ParameterGradient {
  /** Outputs of the gradient graph by name. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** The name of the output that is written into the array directly; undefined when there are only rows. */
  readonly dense: string | undefined;
  readonly #rows: readonly { readonly rows: string; readonly places: string }[];
  readonly #size: number;

  /** `parts` add up to the gradient of the parameter `name`, of the given shape. */
  constructor(name: string, shape: readonly number[], parts: readonly FloatTensor[]) {
    const whole = parts.filter(part => !rowSumOf(part));
    const sums = parts.flatMap(part => rowSumOf(part) ?? []);
    const outputs: Record<string, Tensor> = {};
    if (whole.length > 0) {
      this.dense = `gradient:${name}`;
      outputs[this.dense] = whole.reduce(add);
    }
    this.#rows = sums.map((_, i) => ({ rows: `rows:${i}:${name}`, places: `places:${i}:${name}` }));
    for (const [i, sum] of sums.entries()) {
      outputs[this.#rows[i]!.rows] = sum.rows;
      // A real operator: where ids come from Range and are an output themselves, ONNX Runtime fuses Range away and crashes.
      outputs[this.#rows[i]!.places] = cast(sum.places, sum.places.dtype === 'int64' ? 'int32' : 'int64');
    }
    this.#size = sizeOf(shape.slice(1));
    this.outputs = outputs;
  }

  /** Completes the gradient in `array` from the results of a run: adds the rows to what the graph has written, or to zeros. */
  finish(array: FloatArray, results: Readonly<Record<string, OrtTensor>>, modelName: (output: string) => string): void {
    if (!this.dense) array.fill(0);
    for (const { rows, places } of this.#rows) {
      const data = results[modelName(rows)]!.data as FloatArray;
      addRows(array, data, results[modelName(places)]!.data as BigInt64Array | Int32Array, this.#size);
    }
  }
}

/** Adds row `i` of `rows` to row `places[i]` of `table`; a negative place counts from the end, as in ONNX's Gather. */
function addRows(table: FloatArray, rows: FloatArray, places: BigInt64Array | Int32Array, size: number): void {
  for (let i = 0, from = 0; i < places.length; i++) {
    const place = Number(places[i]!);
    const start = place < 0 ? place * size + table.length : place * size;
    for (let to = start; to < start + size; to++) table[to]! += rows[from++]!;
  }
}

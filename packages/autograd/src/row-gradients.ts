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
  /** The array that was completed last and the rows it then got, the only ones that are not zero where nothing is dense. */
  #filled: { readonly array: FloatArray; readonly places: readonly Places[] } | undefined;

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
    if (!this.dense) this.#clear(array);
    const added = this.#rows.map(({ rows, places }) => {
      const at = results[modelName(places)]!.data as Places;
      addRows(array, results[modelName(rows)]!.data as FloatArray, at, this.#size);
      return at;
    });
    this.#filled = { array, places: added };
  }

  /** Zeros: in an array that this object filled before, only the rows it wrote. */
  #clear(array: FloatArray): void {
    const last = this.#filled;
    const { buffer, byteOffset, length } = array;
    if (last?.array.buffer !== buffer || last.array.byteOffset !== byteOffset || last.array.length !== length) {
      array.fill(0);
      return;
    }
    for (const places of last.places)
      for (const place of places) {
        const start = startOf(Number(place), length, this.#size);
        array.fill(0, start, start + this.#size);
      }
  }
}

type Places = BigInt64Array | Int32Array;

/** Where a row begins; a negative one counts from the end, as in ONNX's Gather. */
const startOf = (place: number, length: number, size: number): number =>
  place < 0 ? place * size + length : place * size;

/** Adds row `i` of `rows` to row `places[i]` of `table`. */
function addRows(table: FloatArray, rows: FloatArray, places: Places, size: number): void {
  for (let i = 0, from = 0; i < places.length; i++) {
    const start = startOf(Number(places[i]!), table.length, size);
    for (let to = start; to < start + size; to++) table[to]! += rows[from++]!;
  }
}

// The inputs of a forward pass that change from pass to pass, as the runtime takes them.
import type { NativeTensor } from '@modeshift/autograd';
import type { ForwardPass } from './decoder.ts';
import type { NativeTensorClass } from './key-value-cache.ts';

/** Added to the score of a token that must not be seen: low enough for a share of exactly 0 in 32-bit floats. */
export const unseen = -1e9;

/** Makes the inputs of passes. */
export class PassInputs {
  readonly #Tensor: NativeTensorClass;
  readonly #window: number;

  /** `window`: how many tokens back a token sees. */
  constructor(Tensor: NativeTensorClass, window = Infinity) {
    this.#Tensor = Tensor;
    this.#window = window;
  }

  /** `capacity`: places of the cache that the pass is given. */
  feeds(pass: ForwardPass, capacity: number): Record<string, NativeTensor> {
    const { ids, lengths, past, rows } = pass;
    const batch = lengths.length;
    const length = ids.length / batch;
    const positions = new BigInt64Array(ids.length);
    for (let row = 0; row < batch; row++)
      for (let i = 0; i < length; i++)
        positions[row * length + i] = BigInt(pass.positions ? pass.positions[row * length + i]! : past[row]! + i);
    const Tensor = this.#Tensor;
    const mask = pass.bias ? widened(pass.bias, past[0]!, length, capacity) : this.#causal(past, length, capacity);
    return {
      ids: new Tensor('int64', int64(ids), [batch, length]),
      positions: new Tensor('int64', positions, [batch, length]),
      mask: new Tensor('float32', mask, [batch, 1, 1, length, capacity + length]),
      rows: new Tensor('int64', int64(rows), [rows.length]),
    };
  }

  #causal(past: readonly number[], length: number, capacity: number): Float32Array {
    const width = capacity + length;
    const mask = new Float32Array(past.length * length * width).fill(unseen);
    for (const [row, before] of past.entries())
      for (let i = 0; i < length; i++) {
        const at = (row * length + i) * width;
        const first = Math.max(0, before + i + 1 - this.#window);
        if (first < before) mask.fill(0, at + first, at + before);
        mask.fill(0, at + capacity + Math.max(0, first - before), at + capacity + i + 1);
      }
    return mask;
  }
}

/** A mask over the past and the new tokens as one over the whole cache and the new tokens. */
function widened(bias: Float32Array, past: number, length: number, capacity: number): Float32Array {
  const width = capacity + length;
  const mask = new Float32Array(length * width).fill(unseen);
  for (let i = 0; i < length; i++) {
    const from = i * (past + length);
    mask.set(bias.subarray(from, from + past), i * width);
    mask.set(bias.subarray(from + past, from + past + length), i * width + capacity);
  }
  return mask;
}

function int64(values: ArrayLike<number>): BigInt64Array {
  const data = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i]!);
  return data;
}

// The inputs of a forward pass that change from pass to pass, as the runtime takes them.
import type { NativeTensor } from '@modeshift/autograd';
import type { ForwardPass } from './decoder.ts';
import type { NativeTensorClass } from './key-value-cache.ts';

/** Makes the inputs of passes. */
export class PassInputs {
  readonly #Tensor: NativeTensorClass;
  #zeros = new Float32Array(0);

  constructor(Tensor: NativeTensorClass) {
    this.#Tensor = Tensor;
  }

  feeds(pass: ForwardPass, biased: boolean): Record<string, NativeTensor> {
    const { ids, lengths, past, rows } = pass;
    const batch = lengths.length;
    const length = ids.length / batch;
    const positions = new BigInt64Array(ids.length);
    const last = new Int32Array(batch);
    let total = 0;
    for (let row = 0; row < batch; row++) {
      const before = past[row]!;
      last[row] = before + lengths[row]! - 1;
      total = Math.max(total, before + lengths[row]!);
      for (let i = 0; i < length; i++)
        positions[row * length + i] = BigInt(pass.positions ? pass.positions[row * length + i]! : before + i);
    }
    const Tensor = this.#Tensor;
    const feeds: Record<string, NativeTensor> = {
      ids: new Tensor('int64', int64(ids), [batch, length]),
      positions: new Tensor('int64', positions, [batch, length]),
      lastPositions: new Tensor('int32', last, [batch]),
      totalLength: new Tensor('int32', Int32Array.of(total), [1]),
      rows: new Tensor('int64', int64(rows), [rows.length]),
    };
    if (biased) {
      const values = pass.bias ?? this.#zerosOf(length * total);
      feeds.bias = new Tensor('float32', values, [1, 1, length, total]);
    }
    return feeds;
  }

  #zerosOf(size: number): Float32Array {
    if (this.#zeros.length < size) this.#zeros = new Float32Array(size);
    return this.#zeros.subarray(0, size);
  }
}

function int64(values: ArrayLike<number>): BigInt64Array {
  const data = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i]!);
  return data;
}

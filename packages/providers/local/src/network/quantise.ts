// Weights in few bits, as ONNX Runtime's MatMulNBits reads them: blocks of 32 along the input, each with a scale.
import { quantiseBlocks } from '@modeshift/autograd';

/** How weights of products are held in memory. */
export type WeightFormat = 'f32' | 'int8' | 'int4';

/** Bits of a weight in each format. */
export const bitsOf = { f32: 32, int8: 8, int4: 4 } as const;

/** Weights along the input that share a scale. */
export const blockSize = 32;

/** A product's weights in few bits. */
export interface Quantised {
  readonly bits: 4 | 8;
  readonly outSize: number;
  readonly inSize: number;
  /** `[out, blocks, blockSize · bits / 8]`. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** `[out, blocks]`. */
  readonly scales: Float32Array<ArrayBuffer>;
  readonly bytes: number;
}

/**
 * Room for weights of `[out, in]`: symmetric quantisation by blocks of 32, in which the weight of largest magnitude becomes the lowest
 * number, as in GGML's `Q4_0` and `Q8_0`. Zero is 8 (4 bits) or 128 (8 bits). An input that is no multiple of 32 is filled up with zeros.
 *
 * Source: `MatMulNBits` of https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export function emptyQuantised(outSize: number, inSize: number, format: 'int8' | 'int4'): Quantised {
  const bits = bitsOf[format];
  const blocks = outSize * Math.ceil(inSize / blockSize);
  const data = new Uint8Array((blocks * blockSize * bits) / 8);
  const scales = new Float32Array(blocks);
  return { bits, outSize, inSize, data, scales, bytes: data.byteLength + scales.byteLength };
}

/** Quantises whole rows into their place from row `first` on. `transposed`: the floats are `[in, rows]`. */
export function quantiseRows(floats: Float32Array, into: Quantised, first = 0, transposed = false): void {
  const { bits, inSize } = into;
  const blocks = Math.ceil(inSize / blockSize);
  const width = blocks * blockSize;
  const write = (rows: Float32Array, from: number): void => {
    const end = from + rows.length / width;
    quantiseBlocks(
      rows,
      { bits, blockSize },
      {
        numbers: into.data.subarray((from * width * bits) / 8, (end * width * bits) / 8),
        scales: into.scales.subarray(from * blocks, end * blocks),
      },
    );
  };
  if (!transposed && width === inSize) {
    write(floats, first);
    return;
  }
  // Some rows at a time, turned and filled up.
  const count = floats.length / inSize;
  const atOnce = Math.max(1, Math.min(count, Math.floor(valuesAtOnce / width)));
  const rows = new Float32Array(atOnce * width);
  for (let done = 0; done < count; done += atOnce) {
    const some = Math.min(atOnce, count - done);
    for (let row = 0; row < some; row++)
      if (!transposed) rows.set(floats.subarray((done + row) * inSize, (done + row + 1) * inSize), row * width);
    if (transposed)
      for (let i = 0; i < inSize; i++)
        for (let row = 0; row < some; row++) rows[row * width + i] = floats[i * count + done + row]!;
    write(rows.subarray(0, some * width), first + done);
  }
}

/** Floats that are turned at once: they stay in the processor's caches. */
const valuesAtOnce = 2 ** 16;

/** The floats that quantised weights stand for, `[out, in]`: for tests and for merging. */
export function dequantise({ bits, data, scales, outSize, inSize }: Quantised): Float32Array<ArrayBuffer> {
  const blocks = Math.ceil(inSize / blockSize);
  const zero = 2 ** (bits - 1);
  const out = new Float32Array(outSize * inSize);
  for (let row = 0; row < outSize; row++)
    for (let column = 0; column < inSize; column++) {
      const at = row * blocks + Math.floor(column / blockSize);
      const element = at * blockSize + (column % blockSize);
      const number = bits === 8 ? data[element]! : (data[element >> 1]! >> ((element & 1) * 4)) & 15;
      out[row * inSize + column] = (number - zero) * scales[at]!;
    }
  return out;
}

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
  /** `[out, blocks, blockSize · bits / 8]`. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** `[out, blocks]`. */
  readonly scales: Float32Array<ArrayBuffer>;
  readonly bytes: number;
}

/**
 * Symmetric quantisation by blocks of 32: the weight of largest magnitude in a block becomes the lowest number, as in GGML's
 * `Q4_0` and `Q8_0`. Zero is 8 (4 bits) or 128 (8 bits). An input that is no multiple of 32 is filled up with zeros.
 *
 * Source: `MatMulNBits` of https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export function quantise(
  floats: Float32Array,
  outSize: number,
  inSize: number,
  format: 'int8' | 'int4',
  transposed: boolean,
): Quantised {
  const bits = bitsOf[format];
  const blocks = Math.ceil(inSize / blockSize);
  const data = new Uint8Array((outSize * blocks * blockSize * bits) / 8);
  const scales = new Float32Array(outSize * blocks);
  const width = blocks * blockSize;
  if (!transposed && width === inSize) quantiseBlocks(floats, { bits, blockSize }, { numbers: data, scales });
  else {
    // Some rows at a time, turned and filled up.
    const atOnce = Math.max(1, Math.min(outSize, Math.floor(valuesAtOnce / width)));
    const rows = new Float32Array(atOnce * width);
    for (let first = 0; first < outSize; first += atOnce) {
      const count = Math.min(atOnce, outSize - first);
      if (transposed) turn(floats, rows, { first, count, outSize, inSize, width });
      else
        for (let row = 0; row < count; row++)
          rows.set(floats.subarray((first + row) * inSize, (first + row + 1) * inSize), row * width);
      const end = first + count;
      quantiseBlocks(
        rows.subarray(0, count * width),
        { bits, blockSize },
        {
          numbers: data.subarray((first * width * bits) / 8, (end * width * bits) / 8),
          scales: scales.subarray(first * blocks, end * blocks),
        },
      );
    }
  }
  return { bits, data, scales, bytes: data.byteLength + scales.byteLength };
}

/** Floats that are turned at once: they stay in the processor's caches. */
const valuesAtOnce = 2 ** 16;

/** Columns `first` to `first + count` of floats `[in, out]` as rows of `width`. */
function turn(
  floats: Float32Array,
  rows: Float32Array,
  {
    first,
    count,
    outSize,
    inSize,
    width,
  }: Readonly<Record<'first' | 'count' | 'outSize' | 'inSize' | 'width', number>>,
): void {
  for (let i = 0; i < inSize; i++) {
    const from = i * outSize + first;
    for (let row = 0; row < count; row++) rows[row * width + i] = floats[from + row]!;
  }
}

/** The floats that quantised weights stand for, `[out, in]`: for tests and for merging. */
export function dequantise(
  { bits, data, scales }: Quantised,
  outSize: number,
  inSize: number,
): Float32Array<ArrayBuffer> {
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

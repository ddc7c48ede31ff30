// Weights in few bits, as ONNX Runtime's MatMulNBits reads them: blocks of 32 along the input, each with a scale.

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
  const perByte = 8 / bits;
  const data = new Uint8Array((outSize * blocks * blockSize) / perByte);
  const scales = new Float32Array(outSize * blocks);
  const zero = 2 ** (bits - 1);
  const top = 2 ** bits - 1;
  const [rowStep, columnStep] = transposed ? [1, outSize] : [inSize, 1];
  for (let row = 0; row < outSize; row++) {
    for (let block = 0; block < blocks; block++) {
      const begin = block * blockSize;
      const end = Math.min(begin + blockSize, inSize);
      let extreme = 0;
      for (let column = begin; column < end; column++) {
        const value = floats[row * rowStep + column * columnStep]!;
        if (Math.abs(value) > Math.abs(extreme)) extreme = value;
      }
      const scale = extreme / -zero;
      const inverse = scale === 0 ? 0 : 1 / scale;
      const at = row * blocks + block;
      scales[at] = scale;
      for (let i = 0; i < blockSize; i++) {
        const column = begin + i;
        const value = column < end ? floats[row * rowStep + column * columnStep]! : 0;
        const number = Math.min(top, Math.max(0, Math.round(value * inverse) + zero));
        const element = at * blockSize + i;
        if (bits === 8) data[element] = number;
        else data[element >> 1]! |= number << ((element & 1) * 4);
      }
    }
  }
  return { bits, data, scales, bytes: data.byteLength + scales.byteLength };
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

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
  const data = new Uint8Array((outSize * blocks * blockSize * bits) / 8);
  const scales = new Float32Array(outSize * blocks);
  const row = transposed ? new Float32Array(inSize) : undefined;
  const block = new Int32Array(blockSize);
  for (let out = 0; out < outSize; out++) {
    if (row) for (let i = 0; i < inSize; i++) row[i] = floats[i * outSize + out]!;
    const values = row ?? floats;
    const start = row ? 0 : out * inSize;
    for (let k = 0; k < blocks; k++) {
      const at = out * blocks + k;
      const begin = start + k * blockSize;
      scales[at] = quantiseBlock(values, begin, Math.min(begin + blockSize, start + inSize), bits, block);
      if (bits === 8) data.set(block, at * blockSize);
      else
        for (let i = 0; i < blockSize / 2; i++)
          data[(at * blockSize) / 2 + i] = block[2 * i]! | (block[2 * i + 1]! << 4);
    }
  }
  return { bits, data, scales, bytes: data.byteLength + scales.byteLength };
}

/** Numbers of the values from `begin` to `end` into `block`; gives their scale. What fills up the block is zero. */
function quantiseBlock(values: Float32Array, begin: number, end: number, bits: 4 | 8, block: Int32Array): number {
  let highest = 0;
  let lowest = 0;
  for (let i = begin; i < end; i++) {
    const value = values[i]!;
    if (value > highest) highest = value;
    else if (value < lowest) lowest = value;
  }
  const zero = 2 ** (bits - 1);
  const scale = (highest > -lowest ? highest : lowest) / -zero;
  const inverse = scale === 0 ? 0 : 1 / scale;
  const top = 2 ** bits - 1;
  // Shifted by a half and by the zero point, so that cutting off the fraction rounds.
  const shift = zero + 0.5;
  for (let i = begin; i < end; i++) {
    const number = (values[i]! * inverse + shift) | 0;
    block[i - begin] = Math.min(number, top);
  }
  block.fill(zero, end - begin);
  return scale;
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

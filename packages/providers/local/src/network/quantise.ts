// Weights in few bits, as ONNX Runtime's MatMulNBits reads them: blocks along the input, each with a scale.
import { quantiseBlocks } from '@modeshift/autograd';
import { invalidInput } from '@modeshift/core';

/** Weights in few bits, and how many along the input share a scale. */
export interface Packing {
  readonly bits: 4 | 8;
  readonly blockSize: 32 | 64 | 128;
}

/** How weights of products are held in memory: `int8` in blocks of up to 128, `int4` of up to 64. */
export type WeightFormat = 'f32' | 'int8' | 'int4' | Packing;

const blockSizes = [128, 64, 32] as const;

/** How a format packs the weights of products, or `undefined` for floats. Throws `invalid-input` for a format that is none. */
export function packingOf(format: WeightFormat): Packing | undefined {
  if (format === 'f32') return undefined;
  if (format === 'int8') return { bits: 8, blockSize: 128 };
  if (format === 'int4') return { bits: 4, blockSize: 64 };
  const { bits, blockSize } = (format ?? {}) as Packing;
  if ([4, 8].includes(bits) && blockSizes.includes(blockSize)) return { bits, blockSize };
  throw invalidInput(
    `weights must be f32, int8, int4 or { bits: 4 | 8, blockSize: 32 | 64 | 128 }, and it is ${JSON.stringify(format)}.`,
  );
}

/**
 * How rows of `size` numbers are packed: in the largest blocks, up to those asked for, that divide them. Rows that are no whole blocks
 * of any size are filled up to blocks of 32.
 */
export function fittedTo(size: number, { bits, blockSize }: Packing): Packing {
  return { bits, blockSize: blockSizes.find(one => one <= blockSize && size % one === 0) ?? 32 };
}

/**
 * How a table with rows of `size` numbers is packed beside products in few bits: in 8, since tables, and output projections that are
 * tables, decide between tokens, and in large blocks, which cost nothing in 8 bits. `undefined` where rows are no whole blocks.
 */
export function tablePackingOf(size: number): Packing | undefined {
  return size % 32 === 0 ? fittedTo(size, { bits: 8, blockSize: 128 }) : undefined;
}

/** A product's weights in few bits. */
export interface Quantised extends Packing {
  readonly outSize: number;
  readonly inSize: number;
  /** `[out, blocks, blockSize · bits / 8]`. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** `[out, blocks]`. */
  readonly scales: Float32Array<ArrayBuffer>;
  readonly bytes: number;
}

/**
 * Room for weights of `[out, in]`: symmetric quantisation by blocks, in which the weight of largest magnitude becomes the lowest
 * number, as in GGML's `Q4_0`. Zero is 8 (4 bits) or 128 (8 bits). An input that is no whole number of blocks is filled up with zeros.
 *
 * Source: `MatMulNBits` of https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export function emptyQuantised(outSize: number, inSize: number, { bits, blockSize }: Packing): Quantised {
  const blocks = outSize * Math.ceil(inSize / blockSize);
  const data = new Uint8Array((blocks * blockSize * bits) / 8);
  const scales = new Float32Array(blocks);
  return { bits, blockSize, outSize, inSize, data, scales, bytes: data.byteLength + scales.byteLength };
}

/** Quantises whole rows into their place from row `first` on. `transposed`: the floats are `[in, rows]`. */
export function quantiseRows(floats: Float32Array, into: Quantised, first = 0, transposed = false): void {
  const { bits, blockSize, inSize } = into;
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
export function dequantise({ bits, blockSize, data, scales, outSize, inSize }: Quantised): Float32Array<ArrayBuffer> {
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

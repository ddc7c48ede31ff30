// Weights in few bits, block by block.
import { AutogradError } from './errors.ts';
import { runQuantiseKernel } from './wasm/quantise-kernel.ts';

/** Numbers and scales of {@link quantiseBlocks}. */
export interface QuantisedBlocks {
  /** Of 8 bits one a byte, of 4 bits two, the first in the lower half. */
  readonly numbers: Uint8Array;
  /** One for each block: a weight is `(number - zero) * scale`, with a zero of 8 (4 bits) or 128 (8 bits). */
  readonly scales: Float32Array;
}

/** How {@link quantiseBlocks} quantises. */
export interface QuantiseOptions {
  readonly bits: 4 | 8;
  /** Floats that share a scale: 32, 64, 128 or 256. */
  readonly blockSize: number;
}

/**
 * Quantises `floats`, whole blocks of them, into arrays of the caller, as `MatMulNBits` reads them: symmetric, the float of largest
 * magnitude in a block becomes the lowest number, as in GGML's `Q4_0`. A SIMD loop in WebAssembly.
 *
 * Source: `MatMulNBits` of https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md, and `quantize_row_q4_0_ref` of
 * https://github.com/ggml-org/llama.cpp/blob/master/ggml/src/ggml-quants.c
 *
 * @throws AutogradError `argument` for another block size, or arrays that do not fit.
 * @example
 * ```ts
 * import { quantiseBlocks } from '@modeshift/autograd';
 *
 * const floats = Float32Array.from({ length: 32 }, (_, i) => i - 16);
 * const into = { numbers: new Uint8Array(32), scales: new Float32Array(1) };
 * quantiseBlocks(floats, { bits: 8, blockSize: 32 }, into);
 * console.log(into.scales[0], into.numbers.slice(0, 3)); // 0.125 Uint8Array(3) [ 0, 8, 16 ]
 * ```
 */
export function quantiseBlocks(
  floats: Float32Array,
  { bits, blockSize }: QuantiseOptions,
  into: QuantisedBlocks,
): void {
  if (![32, 64, 128, 256].includes(blockSize) || floats.length % blockSize !== 0)
    throw new AutogradError(
      'argument',
      `quantiseBlocks: blocks are of 32, 64, 128 or 256 floats, and ${floats.length} floats are no blocks of ${blockSize}. Fill up with zeros.`,
    );
  const [numbers, scales] = [(floats.length * bits) / 8, floats.length / blockSize];
  if (into.numbers.length !== numbers || into.scales.length !== scales)
    throw new AutogradError(
      'argument',
      `quantiseBlocks: ${floats.length} floats give ${numbers} bytes of numbers and ${scales} scales; the arrays have ${into.numbers.length} and ${into.scales.length}.`,
    );
  runQuantiseKernel(floats, bits, blockSize, into);
}

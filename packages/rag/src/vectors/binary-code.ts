// Vectors of length one as one bit for each rotated coordinate of their difference to the mean, as two and as four, with the numbers that
// turn sums over them into estimates of the inner product.
// Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound" (2024), for the estimate.

import type { CodeBlock } from './code-block.ts';
import { fineMiddle, fineStep, levelOf, setLevel } from './fine-codes.ts';
import { type Rotation, seededRotation } from './rotation.ts';
import { mostBits } from './scan-kernel.ts';
import { secondMiddle } from './second-bits.ts';

/** Codes are at least this long: shorter vectors are rotated several times. */
const leastBits = 256;

/** Of vectors that are just near enough nine of ten are within so many standard deviations. */
const reachDeviations = 1.28;

/** A query, ready for a scan. */
export interface EncodedQuery {
  readonly bits: Uint8Array;
  /** The inner product with the mean: with it an estimate becomes one of the whole inner product. */
  readonly meanProduct: number;
  /** The query's difference to the mean, rotated. */
  readonly rotated: Float32Array;
  /** Its length. */
  readonly norm: number;
}

/** For each byte of a code and each of its 256 values: the signed sum of the query's coordinates. */
export function signTables({ rotated, bits }: EncodedQuery): Float32Array {
  const tables = new Float32Array(bits.length * 256);
  for (let byte = 0; byte < bits.length; byte++) {
    const from = byte * 256;
    for (let i = 0; i < 8; i++) tables[from] = tables[from]! - (rotated[8 * byte + i] ?? 0);
    for (let value = 1; value < 256; value++) {
      const lowest = 31 - Math.clz32(value & -value);
      tables[from + value] = tables[from + (value & (value - 1))]! + 2 * (rotated[8 * byte + lowest] ?? 0);
    }
  }
  return tables;
}

/**
 * The deviation of an estimate by signs is |query| · scale · √(1 − a²) where a, the cosine between a random vector and its signs, is about
 * √(2/π).
 */
export const signLoss = Math.sqrt(1 - 2 / Math.PI);

/** Encodes vectors of one length around one mean. */
export class BinaryCode {
  /** Bytes of the bits, a multiple of 16. */
  readonly bytes: number;
  readonly #mean: Float32Array;
  readonly #meanSquare: number;
  readonly #rotations: readonly Rotation[];
  readonly #residual: Float32Array;
  readonly #rotated: Float32Array;
  readonly #dimensions: number;

  constructor(mean: Float32Array) {
    this.#dimensions = mean.length;
    this.#mean = mean;
    this.#meanSquare = squareOf(mean);
    const copies = Math.max(1, Math.ceil(leastBits / mean.length));
    this.bytes = Math.ceil((copies * mean.length) / 128) * 16;
    this.#rotations = Array.from({ length: copies }, (_, i) => seededRotation(mean.length, 1 + i));
    this.#residual = new Float32Array(mean.length);
    this.#rotated = new Float32Array(copies * mean.length);
  }

  /** Whether vectors of this length have codes. */
  static fits(dimensions: number): boolean {
    return dimensions <= mostBits;
  }

  /** Coordinates of a rotated vector. */
  get length(): number {
    return this.#rotated.length;
  }

  /** Writes the code of a vector into a row of a fresh block. */
  encode(vector: Float32Array, block: CodeBlock, row: number): void {
    this.#rotate(vector);
    let bias = 0;
    for (let i = 0; i < this.#dimensions; i++) bias += this.#residual[i]! * this.#mean[i]!;
    this.#write(this.#rotated, bias, block, row);
  }

  /** The same of a point among rotated vectors; the greatest estimate is then that of the nearest point. */
  encodeCentre(rotated: Float32Array, block: CodeBlock, row: number): void {
    this.#write(rotated, -squareOf(rotated) / this.#rotations.length / 2, block, row);
  }

  #write(rotated: Float32Array, bias: number, block: CodeBlock, row: number): void {
    const copies = this.#rotations.length;
    const square = squareOf(rotated) / copies;
    block.biases[row] = bias;
    if (square === 0) return;
    const bits = block.bits.subarray(row * this.bytes, (row + 1) * this.bytes);
    const seconds = block.seconds.subarray(row * this.bytes, (row + 1) * this.bytes);
    const levels = block.levels!.subarray(4 * row * this.bytes, 4 * (row + 1) * this.bytes);
    const step = fineStep * Math.sqrt(square / this.#dimensions);
    let absolute = 0;
    let [along, length, secondAlong, secondLength] = [0, 0, 0, 0];
    for (let i = 0; i < rotated.length; i++) {
      const value = rotated[i]!;
      absolute += Math.abs(value);
      const level = Math.max(0, Math.min(15, Math.floor(value / step) + 8));
      setLevel(levels, i, level);
      along += value * (level - fineMiddle);
      length += (level - fineMiddle) ** 2;
      // The two highest bits of a level.
      if (level & 8) bits[i >> 3] = bits[i >> 3]! | (1 << (i & 7));
      if (level & 4) seconds[i >> 3] = seconds[i >> 3]! | (1 << (i & 7));
      const both = (level >> 2) - secondMiddle;
      secondAlong += value * both;
      secondLength += both ** 2;
    }
    // 1 / cos² − 1, of the angle between the vector and its levels.
    const deviation = (sum: number, squares: number): number => {
      const loss = Math.max(0, (copies * square * squares) / sum ** 2 - 1);
      return Math.sqrt((copies * square * loss) / rotated.length) / copies;
    };
    block.scales[row] = square / absolute;
    block.fineScales[row] = square / along;
    block.fineDeviations[row] = deviation(along, length);
    block.secondScales[row] = square / secondAlong;
    block.secondDeviations[row] = deviation(secondAlong, secondLength);
  }

  /** About the rotated vector of a code with levels. */
  decode(block: CodeBlock, row: number, out: Float32Array): void {
    const levels = block.levels!.subarray(4 * row * this.bytes, 4 * (row + 1) * this.bytes);
    const scale = block.fineScales[row]! * this.#rotations.length;
    for (let i = 0; i < out.length; i++) out[i] = scale * (levelOf(levels, i) - fineMiddle);
  }

  encodeQuery(vector: Float32Array): EncodedQuery {
    this.#rotate(vector);
    let meanProduct = 0;
    for (let i = 0; i < vector.length; i++) meanProduct += vector[i]! * this.#mean[i]!;
    return { ...this.queryOf(this.#rotated.slice()), meanProduct };
  }

  /**
   * Up to which Hamming distance of their first bits vectors have to be looked at that may have an inner product with a query; `bias`: as
   * of one that has it. The angle between two vectors is the share of random hyperplanes that part them; a distance is about normal.
   * Charikar, "Similarity Estimation Techniques from Rounding Algorithms" (2002).
   */
  reach(query: EncodedQuery, product: number, bias: number): number {
    const length = Math.sqrt(Math.max(0, 1 - 2 * bias - this.#meanSquare));
    const cosine = (product - query.meanProduct - bias) / (query.norm * length || 1);
    const share = Math.acos(Math.max(-1, Math.min(1, cosine))) / Math.PI;
    // Repeated rotations part the same two vectors: they make a distance longer, not as much surer.
    const bits = this.length;
    const deviation = Math.sqrt(bits * share * (1 - share) * this.#rotations.length ** 0.5);
    return Math.ceil(bits * share + reachDeviations * deviation);
  }

  /** A query by the rotated difference to the mean; its estimates leave the mean out. */
  queryOf(rotated: Float32Array): EncodedQuery {
    const bits = new Uint8Array(this.bytes);
    for (let i = 0; i < rotated.length; i++) if (rotated[i]! > 0) bits[i >> 3] = bits[i >> 3]! | (1 << (i & 7));
    return { bits, rotated, norm: Math.sqrt(squareOf(rotated)), meanProduct: 0 };
  }

  #rotate(vector: Float32Array): void {
    const dimensions = this.#dimensions;
    for (let i = 0; i < dimensions; i++) this.#residual[i] = vector[i]! - this.#mean[i]!;
    for (const [i, rotation] of this.#rotations.entries())
      rotation(this.#residual, this.#rotated.subarray(i * dimensions, (i + 1) * dimensions));
  }
}

function squareOf(vector: Float32Array): number {
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += vector[i]! ** 2;
  return square;
}

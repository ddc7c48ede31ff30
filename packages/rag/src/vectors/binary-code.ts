// Vectors of length one as one bit for each rotated coordinate of their difference to the mean, with two numbers that turn the
// agreement of signs into an estimate of the inner product.
// Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound" (2024), for the estimate.

import { type Rotation, seededRotation } from './rotation.ts';
import { mostBits } from './scan-kernel.ts';

/** Codes are at least this long: shorter vectors are rotated several times. */
const leastBits = 256;

/** A query, ready for a scan. */
export interface EncodedQuery {
  readonly bits: Uint8Array;
  /** For each byte of a code and each of its 256 values: the signed sum of the query's coordinates. */
  readonly tables: Float32Array;
  /** The inner product with the mean: with it an estimate becomes one of the whole inner product. */
  readonly meanProduct: number;
  /** How far an estimate is off, as a multiple of a code's scale: one standard deviation. */
  readonly deviation: number;
}

/**
 * The deviation of an estimate is |query| · scale · √(1 − a²) where a, the cosine between a random vector and its signs, is about
 * √(2/π).
 */
const signLoss = Math.sqrt(1 - 2 / Math.PI);

/** Encodes vectors of one length around one mean. */
export class BinaryCode {
  /** Bytes of the bits, a multiple of 16. */
  readonly bytes: number;
  readonly #mean: Float32Array;
  readonly #rotations: readonly Rotation[];
  readonly #residual: Float32Array;
  readonly #rotated: Float32Array;
  readonly #dimensions: number;

  constructor(mean: Float32Array) {
    this.#dimensions = mean.length;
    this.#mean = mean;
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

  /** Bytes of a whole code: the bits, then two little-endian float32, `scale` and `bias`. */
  get size(): number {
    return this.bytes + 8;
  }

  encode(vector: Float32Array): Uint8Array {
    const code = new Uint8Array(this.size);
    this.#rotate(vector);
    let absolute = 0;
    let square = 0;
    let bias = 0;
    for (let i = 0; i < this.#rotated.length; i++) {
      const value = this.#rotated[i]!;
      absolute += Math.abs(value);
      if (value > 0) code[i >> 3] = code[i >> 3]! | (1 << (i & 7));
    }
    for (let i = 0; i < this.#dimensions; i++) {
      square += this.#residual[i]! ** 2;
      bias += this.#residual[i]! * this.#mean[i]!;
    }
    const numbers = new DataView(code.buffer, this.bytes);
    numbers.setFloat32(0, absolute > 0 ? square / absolute : 0, true);
    numbers.setFloat32(4, bias, true);
    return code;
  }

  encodeQuery(vector: Float32Array): EncodedQuery {
    this.#rotate(vector);
    const bits = new Uint8Array(this.bytes);
    const tables = new Float32Array(this.bytes * 256);
    const rotated = this.#rotated;
    for (let byte = 0; byte < this.bytes; byte++) {
      const from = byte * 256;
      for (let i = 0; i < 8; i++) {
        const value = rotated[8 * byte + i] ?? 0;
        if (value > 0) bits[byte] = bits[byte]! | (1 << i);
        tables[from] = tables[from]! - value;
      }
      for (let value = 1; value < 256; value++) {
        const lowest = 31 - Math.clz32(value & -value);
        tables[from + value] = tables[from + (value & (value - 1))]! + 2 * (rotated[8 * byte + lowest] ?? 0);
      }
    }
    let meanProduct = 0;
    for (let i = 0; i < vector.length; i++) meanProduct += vector[i]! * this.#mean[i]!;
    return { bits, tables, meanProduct, deviation: signLoss * Math.hypot(...rotated) };
  }

  #rotate(vector: Float32Array): void {
    const dimensions = this.#dimensions;
    for (let i = 0; i < dimensions; i++) this.#residual[i] = vector[i]! - this.#mean[i]!;
    for (const [i, rotation] of this.#rotations.entries())
      rotation(this.#residual, this.#rotated.subarray(i * dimensions, (i + 1) * dimensions));
  }
}

// A small deterministic generator: the same seed gives the same bits on every machine.

/** Spreads a seed (a number or a text) over 32 bits: FNV-1a over the bytes, then murmur3's finaliser. */
export function hashSeed(...parts: readonly (number | string)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    for (const char of `${part}\u0000`) {
      hash ^= char.codePointAt(0)!;
      hash = Math.imul(hash, 0x01000193);
    }
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * A seeded generator of random numbers (xoshiro128++, Blackman and Vigna, https://prng.di.unimi.it). The same seed gives
 * the same sequence on every machine; it is not for secrets.
 *
 * @example
 * ```ts
 * import { Random } from '@modeshift/autograd';
 *
 * const a = new Random(7);
 * const b = new Random(7);
 * console.log(a.uniform() === b.uniform()); // true
 * ```
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare: number | undefined;

  constructor(seed: number | string) {
    this.#a = hashSeed(seed, 'a');
    this.#b = hashSeed(seed, 'b');
    this.#c = hashSeed(seed, 'c');
    this.#d = hashSeed(seed, 'd') | 1;
  }

  /** 32 random bits, as an unsigned integer. */
  bits(): number {
    const sum = (this.#a + this.#d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + this.#a) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** A number in [0, 1), 32 bits fine. */
  uniform(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** A whole number in [0, limit). */
  integer(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** A number from the standard normal distribution (Marsaglia's polar method). */
  normal(): number {
    if (this.#spare !== undefined) {
      const value = this.#spare;
      this.#spare = undefined;
      return value;
    }
    let x: number;
    let y: number;
    let s: number;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      s = x * x + y * y;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt((-2 * Math.log(s)) / s);
    this.#spare = y * scale;
    return x * scale;
  }
}

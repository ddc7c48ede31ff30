// A fixed random rotation of vectors of any length, so that the signs of their coordinates are worth about the same.
import { random } from '@modeshift/core';

/** Rotates into `out`; both have the rotation's length. */
export type Rotation = (vector: Float32Array, out: Float32Array) => void;

/**
 * Signs drawn from a seed and the Hadamard transform, three times over; where the length is no power of two the transform is
 * taken of the largest power at the beginning and at the end in turn. Every step keeps lengths and angles.
 */
export function seededRotation(length: number, seed: number): Rotation {
  const source = random(seed);
  const part = 2 ** Math.floor(Math.log2(length));
  const rounds = part === length ? 3 : 6;
  const signs = Array.from({ length: rounds }, () =>
    Float32Array.from({ length }, () => (source.next() < 0.5 ? -1 : 1)),
  );
  const scale = 1 / Math.sqrt(part);
  return (vector, out) => {
    if (out !== vector) out.set(vector);
    for (const [round, sign] of signs.entries()) {
      for (let i = 0; i < length; i++) out[i] = out[i]! * sign[i]!;
      const start = round % 2 === 0 ? 0 : length - part;
      // Two steps of the transform at once, and one where their number is odd.
      let half = 1;
      for (; 4 * half <= part; half *= 4) {
        for (let from = start; from < start + part; from += 4 * half) {
          for (let i = from; i < from + half; i++) {
            const a = out[i]!;
            const b = out[i + half]!;
            const c = out[i + 2 * half]!;
            const d = out[i + 3 * half]!;
            out[i] = a + b + (c + d);
            out[i + half] = a - b + (c - d);
            out[i + 2 * half] = a + b - (c + d);
            out[i + 3 * half] = a - b - (c - d);
          }
        }
      }
      for (let i = start; half < part && i < start + half; i++) {
        const a = out[i]!;
        const b = out[i + half]!;
        out[i] = a + b;
        out[i + half] = a - b;
      }
      for (let i = start; i < start + part; i++) out[i] = out[i]! * scale;
    }
  };
}

// The WebAssembly loop beside plain JavaScript in 32-bit floats: the same bits.
import { describe, expect, it } from 'vitest';
import { quantiseBlocks } from './quantise-blocks.ts';
import { Random } from './random.ts';

const { fround } = Math;

function inJavaScript(floats: Float32Array, bits: 4 | 8, blockSize: number) {
  const scales = new Float32Array(floats.length / blockSize);
  const numbers = new Uint8Array((floats.length * bits) / 8);
  const zero = 2 ** (bits - 1);
  for (let block = 0; block < scales.length; block++) {
    const values = floats.subarray(block * blockSize, (block + 1) * blockSize);
    const known = [...values].filter(value => !Number.isNaN(value));
    const [highest, lowest] = [Math.max(0, ...known), Math.min(0, ...known)];
    const scale = fround((highest > -lowest ? highest : lowest) / -zero);
    const inverse = Number.isFinite(fround(1 / scale)) ? fround(1 / scale) : 0;
    scales[block] = scale;
    for (const [i, value] of values.entries()) {
      const sum = fround(fround(value * inverse) + fround(zero + 0.5));
      const number = Number.isNaN(sum) ? 0 : Math.min(2 ** bits - 1, Math.max(0, Math.trunc(sum)));
      const at = block * blockSize + i;
      if (bits === 8) numbers[at] = number;
      else numbers[at >> 1]! |= number << (4 * (at & 1));
    }
  }
  return { numbers, scales };
}

function inWebAssembly(floats: Float32Array, bits: 4 | 8, blockSize: number) {
  const numbers = new Uint8Array((floats.length * bits) / 8);
  const scales = new Float32Array(floats.length / blockSize);
  quantiseBlocks(floats, { bits, blockSize }, { numbers, scales });
  return { numbers, scales };
}

const random = new Random('quantise');
const normal = (count: number, size: number): Float32Array =>
  Float32Array.from({ length: count }, () => size * random.normal());

describe.each([4, 8] as const)('%i bits', bits => {
  it.each([32, 64, 128, 256])('in blocks of %i have the bits of JavaScript', blockSize => {
    // Longer than what the kernel takes at once, and no multiple of it.
    const floats = normal(65_536 + 3 * 256, 0.05);
    expect(inWebAssembly(floats, bits, blockSize)).toEqual(inJavaScript(floats, bits, blockSize));
  });

  it.each([
    ['zeros', new Float32Array(32)],
    ['one sign', normal(32, 1).map(Math.abs)],
    ['the same at both ends', Float32Array.from({ length: 32 }, (_, i) => (i % 2 ? 3 : -3))],
    ['ties', Float32Array.from({ length: 32 }, (_, i) => (i - 16) / 2)],
    ['tiny numbers', normal(32, 1e-41)],
    ['large numbers', normal(32, 1e37)],
    ['an infinity', Float32Array.from({ length: 32 }, (_, i) => (i === 5 ? Number.POSITIVE_INFINITY : i))],
    ['no number', Float32Array.from({ length: 32 }, (_, i) => (i === 5 ? Number.NaN : i))],
  ])('of %s have the bits of JavaScript', (_, floats) => {
    expect(inWebAssembly(floats, bits, 32)).toEqual(inJavaScript(floats, bits, 32));
  });
});

it('refuses what is no whole blocks, and arrays that do not fit', () => {
  const into = { numbers: new Uint8Array(32), scales: new Float32Array(1) };
  expect(() => quantiseBlocks(new Float32Array(33), { bits: 8, blockSize: 32 }, into)).toThrow(/Fill up with zeros/);
  expect(() => quantiseBlocks(new Float32Array(48), { bits: 8, blockSize: 48 }, into)).toThrow(/32, 64, 128 or 256/);
  expect(() => quantiseBlocks(new Float32Array(64), { bits: 8, blockSize: 32 }, into)).toThrow(/64 bytes .* 2 scales/);
});

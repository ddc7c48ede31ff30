import { random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import {
  dequantise,
  emptyQuantised,
  fittedTo,
  type Packing,
  packingOf,
  type Quantised,
  quantiseRows,
  type WeightFormat,
} from './quantise.ts';

const draw = random(5);
const weights = (count: number): Float32Array => Float32Array.from({ length: count }, () => draw.normal() * 0.1);

const quantise = (
  floats: Float32Array,
  out: number,
  into: number,
  packing: Packing,
  transposed: boolean,
): Quantised => {
  const packed = emptyQuantised(out, into, packing);
  quantiseRows(floats, packed, 0, transposed);
  return packed;
};

describe.each<Packing>([
  packingOf('int8')!,
  packingOf('int4')!,
  { bits: 8, blockSize: 32 },
  { bits: 4, blockSize: 128 },
])('%o', packing => {
  const { bits, blockSize } = packing;

  it('is off by at most half a step, a whole one at the far end of a block', () => {
    for (const [out, into] of [
      [3, 64],
      [5, 96],
      [2, 40],
      [1, 7],
    ] as const) {
      const floats = weights(out * into);
      const packed = quantise(floats, out, into, packing, false);
      const blocks = Math.ceil(into / blockSize);
      for (const [i, value] of dequantise(packed).entries()) {
        const step = Math.abs(packed.scales[Math.floor(i / into) * blocks + Math.floor((i % into) / blockSize)]!);
        const isFarEnd = Math.sign(floats[i]!) !== 0 && Math.abs(floats[i]!) > step * (2 ** (bits - 1) - 1);
        expect(Math.abs(value - floats[i]!)).toBeLessThanOrEqual((isFarEnd ? 1 : 0.5) * step * 1.0001);
      }
    }
  });

  it('keeps the weight of largest magnitude of a block exactly, and zeros', () => {
    const floats = weights(2 * blockSize);
    const other = blockSize + 8;
    floats[9] = -3;
    floats[other] = 2;
    floats[other + 1] = 0;
    const back = dequantise(quantise(floats, 1, 2 * blockSize, packing, false));
    expect([back[9], back[other], Math.abs(back[other + 1]!)]).toEqual([-3, 2, 0]);
    expect(dequantise(quantise(new Float32Array(32), 1, 32, packing, false)).every(value => value === 0)).toBe(true);
  });

  it('reads weights stored [in, out] as the same matrix', () => {
    const [out, into] = [6, 70];
    const floats = weights(out * into);
    const turned = new Float32Array(floats.length);
    for (let row = 0; row < out; row++)
      for (let column = 0; column < into; column++) turned[column * out + row] = floats[row * into + column]!;
    const a = quantise(floats, out, into, packing, false);
    const b = quantise(turned, out, into, packing, true);
    expect(b.data).toEqual(a.data);
    expect(b.scales).toEqual(a.scales);
  });

  it('takes matrices one after another as one', () => {
    const into = 70;
    const [first, second] = [weights(3 * into), weights(4 * into)];
    const joined = emptyQuantised(7, into, packing);
    quantiseRows(first, joined);
    quantiseRows(second, joined, 3);
    expect(joined).toEqual(quantise(Float32Array.from([...first, ...second]), 7, into, packing, false));
  });
});

describe('blocks', () => {
  it('are the largest that divide a row, up to those asked for', () => {
    const blocks = (size: number, format: WeightFormat) => fittedTo(size, packingOf(format)!).blockSize;
    expect([2048, 576, 96, 172].map(size => blocks(size, 'int8'))).toEqual([128, 64, 32, 32]);
    expect([2048, 576, 96, 172].map(size => blocks(size, { bits: 4, blockSize: 32 }))).toEqual([32, 32, 32, 32]);
    expect([2048, 576, 96, 172].map(size => blocks(size, 'int4'))).toEqual([64, 64, 32, 32]);
  });
});

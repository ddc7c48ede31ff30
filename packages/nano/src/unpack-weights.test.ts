import { readSafetensors, writeSafetensors } from '@modeshift/local';
import { expect, it } from 'vitest';
import { packValues } from '../recipe/publish.ts';
import { scalesSuffix, unpackWeights } from './unpack-weights.ts';

const values = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i * 1.7) * (i % 64 === 5 ? 3 : 0.2));
const gain = Float32Array.of(1, -2.5, 1 / 3);

function packed(): Uint8Array {
  const { numbers, scales } = packValues(values);
  return writeSafetensors({
    'w.weight': { shape: [10, 20], data: numbers },
    [`w.weight${scalesSuffix}`]: { shape: [scales.length], data: scales },
    'norm.weight': { shape: [3], data: gain },
  });
}

it('gives back every value within half a step of its block, and what was not packed to the bit', () => {
  const { tensors } = readSafetensors(unpackWeights(packed()), 'unpacked');
  expect([...tensors.keys()].sort()).toEqual(['norm.weight', 'w.weight']);
  expect(tensors.get('w.weight')!.shape).toEqual([10, 20]);
  expect(tensors.get('norm.weight')!.float32()).toEqual(gain);
  const back = tensors.get('w.weight')!.float32();
  for (let block = 0; block < 200; block += 64) {
    const most = Math.max(...values.subarray(block, block + 64).map(Math.abs));
    for (let i = block; i < Math.min(200, block + 64); i++)
      expect(Math.abs(back[i]! - values[i]!)).toBeLessThanOrEqual((most / 127) * 0.5001);
  }
});

it('packing what was unpacked changes nothing', () => {
  const back = readSafetensors(unpackWeights(packed()), 'unpacked').tensors.get('w.weight')!.float32();
  const again = packValues(Float32Array.from(back));
  expect(again.numbers).toEqual(packValues(values).numbers);
});

it('zeros stay zeros', () => {
  const { numbers, scales } = packValues(new Float32Array(70));
  expect([...scales]).toEqual([0, 0]);
  expect(new Set(numbers)).toEqual(new Set([128]));
});

it('says that a file is cut off', () => {
  expect(() => unpackWeights(packed().subarray(0, 40))).toThrow(/cut off/);
  expect(() => unpackWeights(new Uint8Array(3))).toThrow(/cut off/);
});

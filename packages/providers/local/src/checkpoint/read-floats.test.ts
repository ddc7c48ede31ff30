// Tensors of a file in memory of their own, and where the caller wants them: the same values in every type.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { afterAll, expect, it } from 'vitest';
import { openSafetensors } from './open-safetensors.ts';
import { readFloats } from './read-floats.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-floats-'));
afterAll(() => rmSync(folder, { recursive: true }));

const numbers = [1, -2.5, 0, 0.15625, 96, -0.0078125, 3];
/** Bits of numbers that every type holds exactly. */
const half = (value: number): number => {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = Math.abs(value) / 2 ** exponent - 1;
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | (fraction * 1024);
};
const types: Record<string, Uint8Array> = {
  F32: new Uint8Array(Float32Array.from(numbers).buffer),
  F16: new Uint8Array(Uint16Array.from(numbers, half).buffer),
  BF16: new Uint8Array(
    Uint16Array.from(new Uint32Array(Float32Array.from(numbers).buffer), bits => bits >>> 16).buffer,
  ),
  F64: new Uint8Array(Float64Array.from(numbers).buffer),
};

function file(dtype: string, bytes: Uint8Array): string {
  const header = JSON.stringify({ x: { dtype, shape: [numbers.length], data_offsets: [0, bytes.length] } });
  const path = join(folder, `${dtype}.safetensors`);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  writeFileSync(path, Buffer.concat([length, Buffer.from(header), bytes]));
  return path;
}

it.each(Object.keys(types))('%s', async dtype => {
  const open = await openSafetensors(file(dtype, types[dtype]!));
  const range = open.ranges.get('x')!;
  expect([...(await readFloats(open, range))]).toEqual(numbers);
  const around = new Float32Array(numbers.length + 4).fill(7);
  const into = around.subarray(2, -2);
  const values = await readFloats(open, range, into);
  expect([...values]).toEqual(numbers);
  // What another type needs memory of its own for stays as it was.
  const inPlace = dtype !== 'F64';
  expect(values.buffer === around.buffer).toBe(inPlace);
  expect([...around]).toEqual([7, 7, ...(inPlace ? numbers : numbers.map(() => 7)), 7, 7]);
  await open.close();
});

it('refuses integers that are no floats', async () => {
  const open = await openSafetensors(file('I64', new Uint8Array(8 * numbers.length)));
  const error = await readFloats(open, open.ranges.get('x')!).catch((cause: unknown) => cause);
  expect(ModeshiftError.is(error, 'unsupported')).toBe(true);
  await open.close();
});

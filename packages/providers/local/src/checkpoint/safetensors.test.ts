// safetensors: files of the Python package, files for it, and headers that lie.
import { readFileSync } from 'node:fs';
import { ModeshiftError, random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from './read-safetensors.ts';
import { writeSafetensors } from './write-safetensors.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));

/** A file with the given header and body. */
function file(header: unknown, body = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe('readSafetensors', () => {
  const python = readSafetensors(fixture('safetensors-python.safetensors'));
  const floats = (name: string) => [...python.tensors.get(name)!.float32()];
  const integers = (name: string) => [...python.tensors.get(name)!.int32()];

  it('reads every element type that the Python package wrote', () => {
    const expected = [0, 1.5, -2.25, 65504, -0.000061, 6e-8];
    expect(floats('f32')).toEqual(expected.map(Math.fround));
    expect(floats('f64')).toEqual(expected.map(Math.fround));
    expect(floats('f16')).toEqual([0, 1.5, -2.25, 65504, -1023 * 2 ** -24, 2 ** -24]);
    expect(integers('i32')).toEqual([-(2 ** 31), 7]);
    expect(integers('i16')).toEqual([-(2 ** 15), 7]);
    expect(integers('i8')).toEqual([-128, 7]);
    expect(integers('u16')).toEqual([65535, 7]);
    expect(integers('u8')).toEqual([255, 7]);
    expect(integers('bool')).toEqual([1, 0]);
    expect(floats('i8')).toEqual([-128, 7]);
    expect(python.tensors.get('f32')!.shape).toEqual([2, 3]);
    expect([python.tensors.get('scalar')!.shape, floats('scalar')]).toEqual([[], [3.5]]);
    expect([python.tensors.get('empty')!.shape, floats('empty')]).toEqual([[0, 4], []]);
    expect(floats('名字')).toEqual([1]);
    expect(python.metadata).toEqual({ made_by: 'safetensors', 说明: '中文' });
    expect(() => python.tensors.get('i64')!.float32()).toThrow(/I64 cannot be read/);
    expect(() => python.tensors.get('f32')!.int32()).toThrow(/F32 cannot be read/);
  });

  it('widens bfloat16 and the 8-bit floats', () => {
    const bytes = Uint8Array.of(0x80, 0x3f, 0x49, 0xc0, 0x38, 0x7e, 0x01, 0x7f, 0x3c, 0x7b, 0xfc, 0x01);
    const entry = (dtype: string, begin: number, end: number, count: number) => ({
      dtype,
      shape: [count],
      data_offsets: [begin, end],
    });
    const whole = file(
      { b: entry('BF16', 0, 4, 2), e4: entry('F8_E4M3', 4, 8, 4), e5: entry('F8_E5M2', 8, 12, 4) },
      12,
    );
    whole.set(bytes, whole.length - 12);
    const { tensors } = readSafetensors(whole);
    expect([...tensors.get('b')!.float32()]).toEqual([1, -3.140625]);
    expect([...tensors.get('e4')!.float32()]).toEqual([1, 448, 2 ** -9, Number.NaN]);
    expect([...tensors.get('e5')!.float32()]).toEqual([1, 57344, Number.NEGATIVE_INFINITY, 2 ** -16]);
  });

  it('gives values of their own, not views of the file', () => {
    const bytes = Buffer.concat([Buffer.alloc(3), fixture('safetensors-ours.safetensors')]).subarray(3);
    const { tensors } = readSafetensors(bytes);
    const before = [...tensors.get('权重')!.float32()];
    const values = tensors.get('权重')!.float32();
    bytes.fill(0);
    expect([...values]).toEqual(before);
  });

  const tensor = (over: object) => ({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...over } });
  const hostile: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', new Uint8Array(0), /0 bytes/],
    ['seven bytes', new Uint8Array(7), /7 bytes/],
    ['a header longer than the file', file({}, 0, 1000n), /claims 1000 bytes/],
    ['a header of 2^64 - 1 bytes', file({}, 0, 2n ** 64n - 1n), /more than the 100000000/],
    ['no JSON', file('{"a"'), /no JSON/],
    ['bytes that are no UTF-8', file('"\u0000').fill(0xff, 8), /no JSON/],
    ['a list', file([]), /no JSON object/],
    ['null', file('null'), /no JSON object/],
    ['a tensor that is no object', file({ a: 1 }), /is no object/],
    ['an unknown type', file(tensor({ dtype: 'F31' }), 8), /unknown element type F31/],
    ['a type from the prototype', file(tensor({ dtype: 'constructor' }), 8), /unknown element type/],
    ['a negative size', file(tensor({ shape: [-2, -1] }), 8), /not a list of counts/],
    ['a size that is no whole number', file(tensor({ shape: [0.5, 4] }), 8), /not a list of counts/],
    ['sizes that overflow', file(tensor({ shape: [2 ** 52, 2 ** 52] }), 8), /needs .* bytes/],
    ['offsets past the end', file(tensor({ data_offsets: [0, 8] }), 4), /claims bytes 0 to 8 of 4/],
    ['offsets backwards', file(tensor({ data_offsets: [8, 0] }), 8), /claims bytes 8 to 0/],
    ['offsets that are no numbers', file(tensor({ data_offsets: ['0', 8] }), 8), /no two offsets/],
    ['a shape that does not fill its bytes', file(tensor({ shape: [3] }), 8), /needs 12 bytes/],
    ['a hole', file(tensor({ data_offsets: [4, 12] }), 12), /begins at 4 where 0/],
    ['bytes of no tensor', file(tensor({}), 12), /end at byte 8, but it holds 12/],
    [
      'tensors that overlap',
      file({ ...tensor({}), b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } }, 12),
      /begins at 4/,
    ],
    ['metadata that is no texts', file({ __metadata__: { a: 1 } }), /not a map of texts/],
  ];
  it.each(hostile)('refuses %s', (_, bytes, message) => {
    const reading = () => readSafetensors(bytes, '/models/x.safetensors');
    expect(reading).toThrow(message);
    expect(reading).toThrow(/^\/models\/x\.safetensors cannot be read.*get or save it again/s);
    try {
      reading();
    } catch (error) {
      expect(ModeshiftError.is(error, 'storage')).toBe(true);
    }
  });

  it('never fails otherwise on a damaged file', () => {
    const source = random(5);
    const good = fixture('safetensors-python.safetensors');
    let refused = 0;
    for (let i = 0; i < 3000; i++) {
      const bytes = Uint8Array.from(good).subarray(0, i % 3 === 0 ? source.integer(good.length) : good.length);
      for (let flips = source.integer(4); flips > 0 && bytes.length > 0; flips--)
        bytes[source.integer(bytes.length)] = source.integer(256);
      try {
        for (const { shape, bytes: own } of readSafetensors(bytes).tensors.values()) {
          expect(own.length).toBeGreaterThanOrEqual(shape.reduce((a, b) => a * b, 1));
        }
      } catch (error) {
        if (!ModeshiftError.is(error, 'storage')) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

describe('writeSafetensors', () => {
  it('writes the bytes that the Python package was seen to read', () => {
    const seen = JSON.parse(fixture('safetensors-ours.json').toString());
    const ours = fixture('safetensors-ours.safetensors');
    const bytes = writeSafetensors(
      {
        empty: { shape: [0, 4], data: new Float32Array(0) },
        权重: { shape: [2, 2], data: Float32Array.of(1.5, -0, 3.4e38, 1e-40) },
        byte: { shape: [3], data: Uint8Array.of(0, 1, 255) },
        whole: { shape: [2], data: Int32Array.of(-(2 ** 31), 7) },
        long: { shape: [1], data: BigInt64Array.of(-(2n ** 60n)) },
        double: { shape: [], data: Float64Array.of(Math.PI) },
      },
      { made_by: 'modeshift', 说明: '中文' },
    );
    expect(Buffer.from(bytes).equals(ours)).toBe(true);
    const { tensors, metadata } = readSafetensors(bytes);
    expect(metadata).toEqual(seen.metadata);
    expect([...tensors.keys()].sort()).toEqual(Object.keys(seen.tensors).sort());
    for (const name of ['权重', 'byte', 'double', 'empty']) {
      expect([...tensors.get(name)!.float32()].map(Math.fround)).toEqual(seen.tensors[name].values.map(Math.fround));
      expect(tensors.get(name)!.shape).toEqual(seen.tensors[name].shape);
    }
    expect(seen.tensors.whole.values).toEqual([-(2 ** 31), 7]);
    expect(seen.tensors.权重.values).toEqual([1.5, -0, Math.fround(3.4e38), Math.fround(1e-40)]);
  });

  it('refuses what does not fit', () => {
    expect(() => writeSafetensors({ a: { shape: [3], data: new Float32Array(2) } })).toThrow(
      /do not fill the shape \[3\]/,
    );
    expect(() => writeSafetensors({ __metadata__: { shape: [1], data: new Float32Array(1) } })).toThrow(/__metadata__/);
    const clamped = new Uint8ClampedArray(1) as unknown as Uint8Array;
    expect(() => writeSafetensors({ a: { shape: [1], data: clamped } })).toThrow(/Uint8ClampedArray/);
  });

  it('keeps names that JavaScript finds special', () => {
    const bytes = writeSafetensors({ ['__proto__']: { shape: [1], data: Float32Array.of(4) } });
    expect([...readSafetensors(bytes).tensors.get('__proto__')!.float32()]).toEqual([4]);
  });
});

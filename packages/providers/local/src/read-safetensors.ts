// Tensors from the bytes of a safetensors file, with every claim of its header checked before it is believed.
import { ModeshiftError } from '@modeshift/core';
import { widenFloat8, widenHalf } from './widen-floats.ts';

/** Element types of the format that are read, by their names on disk. */
export type SafetensorsDType =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'F8_E4M3'
  | 'F8_E5M2'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U64'
  | 'U32'
  | 'U16'
  | 'U8'
  | 'BOOL';

/** A tensor in a safetensors file. */
export interface SafetensorsTensor {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  /** The bytes of its values: a view of the file, little-endian, row-major. */
  readonly bytes: Uint8Array;
  /** Its values as 32-bit floats (a copy), for floating-point and small integer types. Throws `unsupported` for others. */
  float32(): Float32Array;
  /** Its values as 32-bit integers (a copy), for I32, I16, I8, U16, U8 and BOOL. Throws `unsupported` for others. */
  int32(): Int32Array;
}

/** What a safetensors file holds. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const widths: { readonly [D in SafetensorsDType]: number } = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

/** The longest header that the format's own reader accepts. */
const maxHeader = 100_000_000;

/**
 * Reads a safetensors file. Nothing is copied until a tensor's values are asked for.
 *
 * Format: https://github.com/huggingface/safetensors#format
 *
 * @param path named in errors.
 * @throws ModeshiftError `storage` when the file is truncated, is no safetensors file, or its header contradicts itself.
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from '@modeshift/local';
 *
 * const file = readSafetensors(writeSafetensors({ bias: { shape: [2], data: Float32Array.of(0.5, 1) } }));
 * console.log(file.tensors.get('bias')?.float32()); // Float32Array [ 0.5, 1 ]
 * ```
 */
export function readSafetensors(file: Uint8Array, path?: string): SafetensorsFile {
  const fail = (problem: string): never => {
    const where = path === undefined ? 'The safetensors data' : path;
    throw new ModeshiftError(
      path === undefined ? { tag: 'storage' } : { tag: 'storage', path },
      `${where} cannot be read: ${problem}. It is damaged or no safetensors file; get or save it again.`,
    );
  };
  if (file.length < 8) fail(`it has ${file.length} bytes, fewer than the 8 that say how long the header is`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > maxHeader) fail(`its header claims ${headerLength} bytes, more than the ${maxHeader} allowed`);
  if (8 + headerLength > file.length)
    fail(`its header claims ${headerLength} bytes, but only ${file.length - 8} follow`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + headerLength)));
  } catch {
    fail('its header is no JSON');
  }
  if (!isRecord(parsed)) fail('its header is no JSON object');
  const body = file.subarray(8 + headerLength);
  const tensors = new Map<string, SafetensorsTensor>();
  const ranges: { readonly name: string; readonly begin: number; readonly end: number }[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(parsed as Record<string, unknown>)) {
    if (name === '__metadata__') {
      if (!isRecord(entry) || !Object.values(entry).every(value => typeof value === 'string')) {
        fail('its metadata is not a map of texts');
      }
      metadata = entry as Record<string, string>;
      continue;
    }
    const problem = problemOf(entry, body.length);
    if (problem) fail(`tensor ${JSON.stringify(name.slice(0, 100))} ${problem}`);
    const {
      dtype,
      shape,
      data_offsets: [begin, end],
    } = entry as Entry;
    ranges.push({ name, begin, end });
    const bytes = body.subarray(begin, end);
    tensors.set(name, {
      dtype,
      shape,
      bytes,
      float32: () => toFloat32(dtype, bytes),
      int32: () => toInt32(dtype, bytes),
    });
  }
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of ranges) {
    if (begin !== at) fail(`tensor ${JSON.stringify(name.slice(0, 100))} begins at ${begin} where ${at} was expected`);
    at = end;
  }
  if (at !== body.length) fail(`its tensors end at byte ${at}, but it holds ${body.length}`);
  return { tensors, metadata };
}

interface Entry {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** What is wrong with a header entry, or `undefined`. */
function problemOf(entry: unknown, bodyLength: number): string | undefined {
  if (!isRecord(entry)) return 'is no object';
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(widths, dtype))
    return `has the unknown element type ${String(dtype).slice(0, 40)}`;
  if (!Array.isArray(shape) || !shape.every(isCount)) return 'has a shape that is not a list of counts';
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) return 'has no two offsets';
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > bodyLength) return `claims bytes ${begin} to ${end} of ${bodyLength}`;
  const wanted = shape.reduce((a: number, b: number) => a * b, widths[dtype as SafetensorsDType]);
  if (wanted !== end - begin)
    return `needs ${wanted} bytes for its shape [${shape.slice(0, 8).join(', ')}] and has ${end - begin}`;
  return undefined;
}

function unsupported(dtype: SafetensorsDType, as: string): never {
  throw new ModeshiftError(
    { tag: 'unsupported', feature: `${dtype} as ${as}` },
    `Values of type ${dtype} cannot be read as ${as}.`,
  );
}

/** A copy of the bytes that begins at a multiple of any element's size. (`slice` of a node Buffer would not copy.) */
const aligned = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

function toFloat32(dtype: SafetensorsDType, bytes: Uint8Array): Float32Array {
  switch (dtype) {
    case 'F32':
      return new Float32Array(aligned(bytes));
    case 'F64':
      return Float32Array.from(new Float64Array(aligned(bytes)));
    case 'F16':
    case 'BF16':
      return widenHalf(new Uint16Array(aligned(bytes)), dtype);
    case 'F8_E4M3':
    case 'F8_E5M2':
      return widenFloat8(bytes, dtype);
    case 'I16':
      return Float32Array.from(new Int16Array(aligned(bytes)));
    case 'U16':
      return Float32Array.from(new Uint16Array(aligned(bytes)));
    case 'I8':
      return Float32Array.from(new Int8Array(aligned(bytes)));
    case 'U8':
    case 'BOOL':
      return Float32Array.from(bytes);
    default:
      return unsupported(dtype, '32-bit floats');
  }
}

function toInt32(dtype: SafetensorsDType, bytes: Uint8Array): Int32Array {
  switch (dtype) {
    case 'I32':
      return new Int32Array(aligned(bytes));
    case 'I16':
      return Int32Array.from(new Int16Array(aligned(bytes)));
    case 'U16':
      return Int32Array.from(new Uint16Array(aligned(bytes)));
    case 'I8':
      return Int32Array.from(new Int8Array(aligned(bytes)));
    case 'U8':
    case 'BOOL':
      return Int32Array.from(bytes);
    default:
      return unsupported(dtype, '32-bit integers');
  }
}

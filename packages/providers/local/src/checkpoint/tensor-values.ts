// The values of a tensor on disk as typed arrays.
import { ModeshiftError } from '@modeshift/core';
import type { SafetensorsDType } from './safetensors-header.ts';
import { widenFloat8, widenHalf } from './widen-floats.ts';

function unsupported(dtype: SafetensorsDType, as: string): never {
  throw new ModeshiftError(
    { tag: 'unsupported', feature: `${dtype} as ${as}` },
    `Values of type ${dtype} cannot be read as ${as}.`,
  );
}

/** The bytes as an array that begins at a multiple of any element's size: in place where they do, otherwise a copy. */
function aligned(bytes: Uint8Array, own: boolean): { buffer: ArrayBuffer; at: number; bytes: number } {
  if (own && bytes.byteOffset % 8 === 0 && bytes.buffer instanceof ArrayBuffer)
    return { buffer: bytes.buffer, at: bytes.byteOffset, bytes: bytes.length };
  return { buffer: new Uint8Array(bytes).buffer, at: 0, bytes: bytes.length };
}

/**
 * Values as 32-bit floats. `own` says that the bytes may be used in place; otherwise the result is a copy.
 * Throws `unsupported` for 64-bit and 32-bit integers, which do not fit.
 */
export function toFloat32(dtype: SafetensorsDType, data: Uint8Array, own = false): Float32Array<ArrayBuffer> {
  const { buffer, at, bytes } = aligned(data, own);
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, at, bytes / 4);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, at, bytes / 8));
    case 'F16':
    case 'BF16':
      return widenHalf(new Uint16Array(buffer, at, bytes / 2), dtype);
    case 'F8_E4M3':
    case 'F8_E5M2':
      return widenFloat8(data, dtype);
    case 'I16':
      return Float32Array.from(new Int16Array(buffer, at, bytes / 2));
    case 'U16':
      return Float32Array.from(new Uint16Array(buffer, at, bytes / 2));
    case 'I8':
      return Float32Array.from(new Int8Array(buffer, at, bytes));
    case 'U8':
    case 'BOOL':
      return Float32Array.from(data);
    default:
      return unsupported(dtype, '32-bit floats');
  }
}

/** Values as 32-bit integers (a copy). Throws `unsupported` for types that do not fit. */
export function toInt32(dtype: SafetensorsDType, data: Uint8Array): Int32Array {
  const { buffer, at, bytes } = aligned(data, false);
  switch (dtype) {
    case 'I32':
      return new Int32Array(buffer, at, bytes / 4);
    case 'I16':
      return Int32Array.from(new Int16Array(buffer, at, bytes / 2));
    case 'U16':
      return Int32Array.from(new Uint16Array(buffer, at, bytes / 2));
    case 'I8':
      return Int32Array.from(new Int8Array(buffer, at, bytes));
    case 'U8':
    case 'BOOL':
      return Int32Array.from(data);
    default:
      return unsupported(dtype, '32-bit integers');
  }
}

// Tensors from the bytes of a safetensors file. For files on disk see open-safetensors.ts, which reads one tensor at a time.
import { headerLengthOf, prefixBytes, readSafetensorsHeader, type SafetensorsDType } from './safetensors-header.ts';
import { toFloat32, toInt32 } from './tensor-values.ts';

export type { SafetensorsDType } from './safetensors-header.ts';

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
  const start = prefixBytes + headerLengthOf(file, file.length, path);
  const body = file.subarray(start);
  const { ranges, metadata } = readSafetensorsHeader(file.subarray(prefixBytes, start), body.length, path);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, { dtype, shape, begin, end }] of ranges) {
    const bytes = body.subarray(begin, end);
    tensors.set(name, {
      dtype,
      shape,
      bytes,
      float32: () => toFloat32(dtype, bytes),
      int32: () => toInt32(dtype, bytes),
    });
  }
  return { tensors, metadata };
}

// Tensors as bytes in the safetensors format: an eight-byte length, a JSON header, the values one after another.
import { invalidInput } from '@modeshift/core';

/** The typed arrays that {@link writeSafetensors} takes. */
export type SafetensorsArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** A tensor to be written: row-major values and their shape. */
export interface SafetensorsEntry {
  readonly shape: readonly number[];
  readonly data: SafetensorsArray;
}

const names = new Map<unknown, string>([
  [Float32Array, 'F32'],
  [Float64Array, 'F64'],
  [Int32Array, 'I32'],
  [BigInt64Array, 'I64'],
  [Uint8Array, 'U8'],
]);

/**
 * Tensors as the bytes of a safetensors file, sorted by name; any reader of the format reads them.
 *
 * Format: https://github.com/huggingface/safetensors#format
 *
 * @throws ModeshiftError `invalid-input` when a shape does not fit its values or a name is taken.
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from '@modeshift/local';
 *
 * const bytes = writeSafetensors({ weight: { shape: [1, 2], data: Float32Array.of(1, 2) } }, { made_by: 'an example' });
 * console.log(readSafetensors(bytes).tensors.get('weight')?.shape); // [ 1, 2 ]
 * ```
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, SafetensorsEntry>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  const entries = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1));
  // Wide elements first, so that every tensor lies at a multiple of its element's size.
  entries.sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let offset = 0;
  for (const [name, { shape, data }] of entries) {
    const dtype = names.get(data.constructor);
    if (!dtype) throw invalidInput(`Tensor "${name}" is a ${data.constructor.name}, which cannot be written.`);
    if (name === '__metadata__') throw invalidInput('No tensor can have the name "__metadata__".');
    if (shape.reduce((a, b) => a * b, 1) !== data.length) {
      throw invalidInput(
        `Tensor "${name}" has ${data.length} values, which do not fill the shape [${shape.join(', ')}].`,
      );
    }
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.fill(0x20, 8, 8 + padded);
  bytes.set(text, 8);
  let at = 8 + padded;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

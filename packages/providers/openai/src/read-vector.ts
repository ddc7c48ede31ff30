// A vector as servers send it: numbers, or base64 of little-endian 32-bit floats.
import { fromBase64 } from '@modeshift/core/provider';

/** Reads a vector; `undefined` where it is none. Servers that know no base64 answer with numbers, whatever was asked. */
export function readVector(value: unknown): Float32Array | undefined {
  if (Array.isArray(value)) return Float32Array.from(value as readonly number[]);
  if (typeof value !== 'string') return undefined;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = fromBase64(value);
  } catch {
    return undefined;
  }
  if (bytes.length % 4 !== 0) return undefined;
  const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  if (isLittleEndian) return new Float32Array(bytes.buffer);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

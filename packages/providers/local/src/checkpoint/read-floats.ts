// A tensor of a file as 32-bit floats, in memory that is touched once: read where it is to lie, and widened in its place.
import type { OpenSafetensors } from './open-safetensors.ts';
import type { SafetensorsRange } from './safetensors-header.ts';
import { toFloat32 } from './tensor-values.ts';
import { widenHalf } from './widen-floats.ts';

/**
 * The values of a range: in `into` where it is given and the type allows it, otherwise in memory of their own. Throws `unsupported` for
 * types that do not fit.
 */
export async function readFloats(
  file: OpenSafetensors,
  range: SafetensorsRange,
  into?: Float32Array<ArrayBuffer>,
): Promise<Float32Array<ArrayBuffer>> {
  const { dtype, begin, end } = range;
  const bytesEach = dtype === 'F32' ? 4 : dtype === 'F16' || dtype === 'BF16' ? 2 : undefined;
  if (!bytesEach) return toFloat32(dtype, await file.read(range), true);
  const values = into ?? new Float32Array((end - begin) / bytesEach);
  // Halves lie in the upper half: each is read before what it becomes, or what an earlier one becomes, is written over it.
  const at = values.byteOffset + (4 - bytesEach) * values.length;
  await file.read(range, new Uint8Array(values.buffer, at, end - begin));
  if (dtype !== 'F32') widenHalf(new Uint16Array(values.buffer, at, values.length), dtype as 'F16', values);
  return values;
}

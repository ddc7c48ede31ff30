// 8-bit weights back to a checkpoint of float32: pure, the same bytes everywhere.

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Behind the name of an 8-bit tensor: its scales, one float32 for each block. */
export const scalesSuffix = '.scales';

/** The 8-bit number of the value 0. */
export const zeroPoint = 128;

/** Values that share one scale. */
export const blockSize = 64;

/**
 * Reads a safetensors file whose 8-bit tensors stand beside their scales, and writes it as float32: each value is its 8-bit number
 * less {@link zeroPoint} times the scale of its block, rounded to float32.
 *
 * Source of the format: https://huggingface.co/docs/safetensors
 */
export function unpackWeights(packed: Uint8Array): Uint8Array {
  const { entries, data } = readHeader(packed);
  const bytesOf = ({ data_offsets: [from, to] }: Entry): Uint8Array => data.slice(from, to);
  const tensors: WideTensor[] = [];
  for (const [name, entry] of entries) {
    if (name.endsWith(scalesSuffix)) continue;
    const bytes = bytesOf(entry);
    const { shape } = entry;
    if (entry.dtype === 'F32') tensors.push({ name, shape, values: floats(bytes) });
    else {
      const scales = entries.get(name + scalesSuffix);
      if (entry.dtype !== 'U8' || !scales)
        throw new Error(`The packed weights hold ${name} in an unknown form. Install @modeshift/nano again.`);
      tensors.push({ name, shape, values: widen(bytes, floats(bytesOf(scales))) });
    }
  }
  return writeFloats(tensors);
}

interface WideTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

function readHeader(file: Uint8Array): { entries: Map<string, Entry>; data: Uint8Array } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = file.byteLength < 8 ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(8 + length <= file.byteLength))
    throw new Error('The packed weights are cut off. Install @modeshift/nano again.');
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, Entry>;
  const entries = new Map(Object.entries(header).filter(([name]) => name !== '__metadata__'));
  return { entries, data: file.subarray(8 + length) };
}

/** Little-endian float32, as every machine that runs Node has it. */
const floats = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

function widen(numbers: Uint8Array, scales: Float32Array): Float32Array {
  const values = new Float32Array(numbers.length);
  for (let i = 0; i < values.length; i++) values[i] = (numbers[i]! - zeroPoint) * scales[Math.floor(i / blockSize)]!;
  return values;
}

function writeFloats(tensors: readonly WideTensor[]): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let at = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + values.byteLength] };
    at += values.byteLength;
  }
  let text = JSON.stringify(header);
  text += ' '.repeat((8 - (text.length % 8)) % 8);
  const file = new Uint8Array(8 + text.length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(new TextEncoder().encode(text), 8);
  let place = 8 + text.length;
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), place);
    place += values.byteLength;
  }
  return file;
}

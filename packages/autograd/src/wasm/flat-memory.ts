// Flat arrays in WebAssembly memory: the optimizer's kernels work on them in place, and ONNX Runtime reads and writes the
// same bytes. A memory never grows, since that would detach the arrays that view it.
import { createArray, elementBytes, type FloatDType } from '../dtype.ts';

const pageBytes = 65_536;
/** WebAssembly addresses 32 bits. */
const mostPages = 65_536;

/**
 * Memories lie at multiples of 64 KiB and more. Arrays that began at the same place in each would meet in the same sets of the
 * processor's caches, and an update of three of them takes ten times as long; so each begins a little further in.
 */
const skew = 4096 + 256;
/** Kernels handle whole runs of vectors and may touch this many bytes after the end. */
const slack = 256;
let made = 0;

const memories = new WeakMap<ArrayBufferLike, WebAssembly.Memory>();

/**
 * A zero-filled array with a WebAssembly memory of its own. Above 4 GB, or where WebAssembly has no memory to give, it is a
 * plain array, which the optimizer updates through ONNX Runtime instead.
 */
export function createFlatArray(dtype: FloatDType, length: number): Float32Array | Float64Array {
  const offset = (++made % 16) * skew;
  const pages = Math.ceil((offset + length * elementBytes(dtype) + slack) / pageBytes);
  if (pages > mostPages) return createArray<FloatDType>(dtype, length);
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch {
    return createArray<FloatDType>(dtype, length);
  }
  memories.set(memory.buffer, memory);
  return dtype === 'float32'
    ? new Float32Array(memory.buffer, offset, length)
    : new Float64Array(memory.buffer, offset, length);
}

/** The memory of an array made by {@link createFlatArray}, if it has one. */
export const memoryOf = (array: Float32Array | Float64Array): WebAssembly.Memory | undefined =>
  memories.get(array.buffer);

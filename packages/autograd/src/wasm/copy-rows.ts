// Copies chosen rows of a table to a small array and back, in WebAssembly memory.
import { memoryOf } from './flat-memory.ts';
import { WasmFunction } from './wasm-function.ts';
import { compileWasm, instantiate } from './wasm-module.ts';

type FloatArray = Float32Array | Float64Array;
type Copy = (at: number, end: number, table: number, part: number, rowBytes: number) => number;

/** Memories: the list of rows, the table, the part. */
const [list, whole, small] = [0, 1, 2];

function copyFunction(name: 'out' | 'back'): WasmFunction {
  const body = new WasmFunction(name, ['i32', 'i32', 'i32', 'i32', 'i32']);
  const [at, end, table, part, rowBytes] = [0, 1, 2, 3, 4];
  const row = () => body.get(at).loadInteger(list).get(rowBytes).plain('i32.mul').get(table).plain('i32.add');
  return body.loop(at, end, 4, () => {
    if (name === 'out') {
      body.get(part);
      row();
    } else row().get(part);
    body.get(rowBytes).copy(...(name === 'out' ? ([small, whole] as const) : ([whole, small] as const)));
    body.get(part).get(rowBytes).plain('i32.add').set(part);
  });
}

let module: WebAssembly.Module | undefined;
const lists = new WeakMap<Int32Array, WebAssembly.Memory>();
const bound = new WeakMap<WebAssembly.Memory, Map<WebAssembly.Memory, Readonly<Record<'out' | 'back', Copy>>>>();

/** A list of row numbers that {@link copyRows} can read; a plain array where WebAssembly has no memory to give. */
export function createRowList(length: number): Int32Array {
  try {
    const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil((4 * length) / 65_536)) });
    const array = new Int32Array(memory.buffer, 0, length);
    lists.set(array, memory);
    return array;
  } catch {
    return new Int32Array(length);
  }
}

/** Copies the first `count` rows that `rows` lists out of `table` into `part`, one after another, or back. */
export function copyRows(
  direction: 'out' | 'back',
  rows: Int32Array,
  count: number,
  table: FloatArray,
  part: FloatArray,
  rowSize: number,
): void {
  const memories = [lists.get(rows), memoryOf(table), memoryOf(part)];
  if (memories.some(memory => !memory)) {
    for (let i = 0; i < count; i++) {
      const at = rows[i]! * rowSize;
      if (direction === 'out') part.set(table.subarray(at, at + rowSize), i * rowSize);
      else table.set(part.subarray(i * rowSize, (i + 1) * rowSize), at);
    }
    return;
  }
  const [, ofTable, ofPart] = memories as WebAssembly.Memory[];
  const known = bound.get(ofTable!) ?? new Map<WebAssembly.Memory, Readonly<Record<'out' | 'back', Copy>>>();
  bound.set(ofTable!, known);
  let copy = known.get(ofPart!);
  if (!copy) {
    module ??= compileWasm(3, [copyFunction('out'), copyFunction('back')]);
    copy = instantiate(module, memories as WebAssembly.Memory[]) as Readonly<Record<'out' | 'back', Copy>>;
    known.clear(); // a part that was outgrown is never used again
    known.set(ofPart!, copy);
  }
  copy[direction](0, 4 * count, table.byteOffset, part.byteOffset, rowSize * table.BYTES_PER_ELEMENT);
}

// The sum of squares of an array in WebAssembly memory, in double precision.
import { memoryOf } from './flat-memory.ts';
import { WasmFunction } from './wasm-function.ts';
import { compileWasm, instantiate } from './wasm-module.ts';

type Sum = (start: number, end: number) => number;

function write(float32: boolean): WebAssembly.Module {
  const body = new WasmFunction('run', ['i32', 'i32'], 'f64');
  const [start, end] = [0, 1];
  const sums = [0, 1, 2, 3].map(() => body.local('v128'));
  const loaded = body.local('v128');
  const double = body.local('v128');
  const addSquare = (sum: number): void => {
    body.set(double).get(sum).get(double).get(double).vector('f64x2.mul').vector('f64x2.add').set(sum);
  };
  body.loop(start, end, 32, () => {
    for (const part of [0, 1]) {
      body.get(start).load(0, 16 * part);
      if (!float32) {
        addSquare(sums[part]!);
        continue;
      }
      body.set(loaded).get(loaded).vector('f64x2.promoteLow');
      addSquare(sums[2 * part]!);
      body.get(loaded).get(loaded).upperHalf().vector('f64x2.promoteLow');
      addSquare(sums[2 * part + 1]!);
    }
  });
  const total = sums.slice(1).reduce((code, sum) => code.get(sum).vector('f64x2.add'), body.get(sums[0]!));
  total.set(double).get(double).lane(0).get(double).lane(1).plain('f64.add');
  return compileWasm(1, [body]);
}

const modules = new Map<boolean, WebAssembly.Module>();
const bound = new WeakMap<WebAssembly.Memory, Sum>();

/** The sum of squares of an array; undefined when it is not in WebAssembly memory. What follows it to 32 bytes must be zero. */
export function sumSquaresInPlace(array: Float32Array | Float64Array): number | undefined {
  const memory = memoryOf(array);
  if (!memory) return undefined;
  let sum = bound.get(memory);
  if (!sum) {
    const float32 = array instanceof Float32Array;
    const module = modules.get(float32) ?? write(float32);
    modules.set(float32, module);
    sum = instantiate(module, [memory]).run as Sum;
    bound.set(memory, sum);
  }
  return sum(array.byteOffset, array.byteOffset + array.byteLength);
}

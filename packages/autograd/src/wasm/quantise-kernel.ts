// Weights in few bits, as ONNX Runtime's MatMulNBits reads them: a WebAssembly loop over blocks.
import { WasmFunction } from './wasm-function.ts';
import { compileWasm, instantiate } from './wasm-module.ts';

/** Floats of one call: they, and what comes of them, stay in the processor's caches. */
const chunk = 65_536;
/** Where things lie in the kernel's memory, in bytes. */
const layout = { floats: 0, scales: 4 * chunk, numbers: 5 * chunk };
const pages = 6;

type Run = (at: number, end: number, scales: number, numbers: number, blockBytes: number) => number;

/** Numbers of 4 or 8 bits for the blocks from `at` to `end`, with their scales. All arithmetic is in 32-bit floats. */
function write(bits: 4 | 8): WasmFunction {
  const code = new WasmFunction('run', ['i32', 'i32', 'i32', 'i32', 'i32']);
  const [at, end, scales, numbers, blockBytes] = [0, 1, 2, 3, 4];
  const [place, blockEnd] = [code.local('i32'), code.local('i32')];
  const [high, low, inverses, shift] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];
  const [highest, lowest, scale, inverse] = [
    code.local('f32'),
    code.local('f32'),
    code.local('f32'),
    code.local('f32'),
  ];
  const [value, packed] = [code.local('v128'), code.local('v128')];
  const zero = 2 ** (bits - 1);
  // Half a step and the zero point, so that cutting off the fraction rounds.
  code
    .constant('f32', zero + 0.5)
    .vector('f32x4.splat')
    .set(shift);
  const perBlock = (body: () => void): void => {
    code.get(at).set(place);
    code.loop(place, blockEnd, 128, body);
  };
  // A stride of 0: the body goes to the next block itself.
  code.loop(at, end, 0, () => {
    code.get(at).get(blockBytes).plain('i32.add').set(blockEnd);
    code.constant('f32', 0).vector('f32x4.splat').set(high).get(high).set(low);
    perBlock(() => {
      for (let part = 0; part < 8; part++) {
        code
          .get(place)
          .load(0, 16 * part)
          .set(value);
        // The first operand stays where the second is no number.
        code.get(high).get(value).vector('f32x4.pmax').set(high);
        code.get(low).get(value).vector('f32x4.pmin').set(low);
      }
    });
    code.get(high).floatLane(0).set(highest).get(low).floatLane(0).set(lowest);
    for (const lane of [1, 2, 3] as const) {
      code.get(highest).get(high).floatLane(lane).plain('f32.max').set(highest);
      code.get(lowest).get(low).floatLane(lane).plain('f32.min').set(lowest);
    }
    // The value of largest magnitude becomes the lowest number.
    code.get(highest).get(lowest).get(highest).get(lowest).plain('f32.neg').plain('f32.gt').plain('select');
    code.constant('f32', -zero).plain('f32.div').set(scale);
    code.get(scales).get(scale).storeFloat(0).get(scales).i32(4).plain('i32.add').set(scales);
    code.constant('f32', 1).get(scale).plain('f32.div').set(inverse);
    code.get(inverse).constant('f32', 0).get(inverse).plain('f32.abs').constant('f32', Infinity).plain('f32.lt');
    code.plain('select').vector('f32x4.splat').set(inverses);
    const quarter = (part: number): void => {
      code
        .get(place)
        .load(0, 16 * part)
        .get(inverses)
        .vector('f32x4.mul')
        .get(shift)
        .vector('f32x4.add');
      code.vector('i32x4.truncSat');
    };
    const sixteen = (half: number): void => {
      for (const pair of [0, 2]) {
        quarter(4 * half + pair);
        quarter(4 * half + pair + 1);
        code.vector('i16x8.narrow');
      }
      code.vector('i8x16.narrowU');
    };
    perBlock(() => {
      for (const half of [0, 1]) {
        if (bits === 8) {
          code.get(numbers);
          sixteen(half);
          code.store(0, 16 * half);
          continue;
        }
        // Two numbers of each 16 bits side by side in the lower byte.
        sixteen(half);
        code.bytes(15, 15).vector('i8x16.minU').set(value);
        code.get(value).i32(4).vector('i16x8.shrU').get(value).vector('v128.or').bytes(255, 0).vector('v128.and');
        if (half === 0) code.set(packed);
        else code.set(value).get(numbers).get(packed).get(value).vector('i8x16.narrowU').store(0);
      }
      code
        .get(numbers)
        .i32(4 * bits)
        .plain('i32.add')
        .set(numbers);
    });
    code.get(blockEnd).set(at);
  });
  return code;
}

interface Kernel {
  readonly run: Run;
  readonly floats: Float32Array;
  readonly scales: Float32Array;
  readonly numbers: Uint8Array;
}

const kernels = new Map<4 | 8, Kernel>();

function kernelOf(bits: 4 | 8): Kernel {
  let kernel = kernels.get(bits);
  if (!kernel) {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    kernel = {
      run: instantiate(compileWasm(1, [write(bits)]), [memory]).run as Run,
      floats: new Float32Array(memory.buffer, layout.floats, chunk),
      scales: new Float32Array(memory.buffer, layout.scales, chunk / 32),
      numbers: new Uint8Array(memory.buffer, layout.numbers, chunk),
    };
    kernels.set(bits, kernel);
  }
  return kernel;
}

/** Quantises whole blocks of `blockSize` floats, a divisor of {@link chunk} that 32 divides, a chunk at a time. */
export function runQuantiseKernel(
  source: Float32Array,
  bits: 4 | 8,
  blockSize: number,
  into: { readonly numbers: Uint8Array; readonly scales: Float32Array },
): void {
  const { run, floats, scales, numbers } = kernelOf(bits);
  for (let from = 0; from < source.length; from += chunk) {
    const count = Math.min(chunk, source.length - from);
    floats.set(source.subarray(from, from + count));
    run(layout.floats, 4 * count, layout.scales, layout.numbers, 4 * blockSize);
    into.numbers.set(numbers.subarray(0, (count * bits) / 8), (from * bits) / 8);
    into.scales.set(scales.subarray(0, count / blockSize), from / blockSize);
  }
}

// The WebAssembly loops against ONNX Runtime running the same graphs, to the bit.
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import type { FloatDType } from '../dtype.ts';
import { Graph } from '../graph.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { exp, neg } from '../ops/math.ts';
import { adamW, type Optimizer, sgd } from '../optimizers.ts';
import { Random } from '../random.ts';
import type { FloatTensor } from '../tensor.ts';
import { tensorValue } from '../tensor-value.ts';
import { UpdateRunner } from '../update-runner.ts';
import { ElementwiseKernel } from './elementwise-kernel.ts';
import { createFlatArray } from './flat-memory.ts';
import { sumSquaresInPlace } from './sum-squares.ts';
import { unsigned } from './wasm-function.ts';

type FloatArray = Float32Array | Float64Array;
const length = 1000;

function drawn(dtype: FloatDType, random: Random, positive = false): FloatArray {
  const array = createFlatArray(dtype, length);
  for (let i = 0; i < length; i++) array[i] = positive ? random.uniform() : random.normal();
  return array;
}

const optimizers: Readonly<Record<string, Optimizer>> = {
  adamW: adamW(),
  sgd: sgd({ weightDecay: 0.1 }),
  momentum: sgd({ momentum: 0.9, nesterov: true }),
};

describe.each(Object.keys(optimizers))('the update of %s', name => {
  it.each(['float32', 'float64'] as const)("has the bits of ONNX Runtime's in %s", async dtype => {
    const optimizer = optimizers[name]!;
    const graph = new Graph({ dtype });
    const keys = ['values', 'gradient', ...optimizer.slots];
    const input = (key: string, shape: string[]): FloatTensor => graph.input(key, dtype, shape);
    const scalars = optimizer.scalars(3, 0.01, {});
    const made = optimizer.update({
      parameter: input('values', ['n']),
      gradient: mul(input('gradient', ['n']), input('scale', [])),
      slots: Object.fromEntries(optimizer.slots.map(slot => [slot, input(slot, ['n'])])),
      scalars: Object.fromEntries(Object.keys(scalars).map(key => [key, input(key, [])])),
    });
    const random = new Random(3);
    const arrays = Object.fromEntries(keys.map(key => [key, drawn(dtype, random, key === 'v')]));
    const compiled = await compile({ values: made.parameter, ...made.slots }, { threads: 1, optimization: 'disabled' });
    const fed = Object.fromEntries(keys.map(key => [key, tensorValue(arrays[key]!.slice())]));
    const numbers = Object.fromEntries(Object.entries({ ...scalars, scale: 0.3 }));
    const out = await compiled.run({ ...fed, ...numbers });
    await compiled.dispose();

    const before = Object.fromEntries(keys.map(key => [key, arrays[key]!.slice()]));
    const runner = new UpdateRunner(optimizer, dtype, {});
    await runner.update(arrays, [64, 640], scalars, 0.3);
    for (const key of ['values', ...optimizer.slots])
      for (let i = 0; i < length; i++)
        expect(arrays[key]![i]).toBe(
          i >= 64 && i < 640 ? (out as Record<string, { data: FloatArray }>)[key]!.data[i] : before[key]![i],
        );
    await runner.dispose();
  });
});

describe('updates', () => {
  it('go through ONNX Runtime for arrays of other memory and for operators the loop does not know', async () => {
    const plain = sgd();
    const curved: Optimizer = {
      ...plain,
      name: 'curved',
      update: ({ parameter, gradient }) => ({ parameter: add(parameter, neg(exp(gradient))), slots: {} }),
    };
    const cases = [
      [plain, new Float32Array([1, 2]), new Float32Array([10, 20]), [0, 0]],
      [curved, createFlatArray('float32', 2).fill(1), createFlatArray('float32', 2), [0, 0]],
    ] as const;
    for (const [optimizer, values, gradient, wanted] of cases) {
      const runner = new UpdateRunner(optimizer, 'float32', {});
      await runner.update({ values, gradient }, [0, 2], { rate: 0.1, decay: 0 }, 1);
      expect([...values]).toEqual(wanted);
      await runner.dispose();
    }
    expect(ElementwiseKernel.compile({ outputs: {}, arrays: [], scalars: [] }, 'float32')).toBeUndefined();
  });

  it('accumulate and measure gradients', async () => {
    const random = new Random(5);
    for (const dtype of ['float32', 'float64'] as const) {
      const [sum, gradient] = [drawn(dtype, random), drawn(dtype, random)];
      const wanted = sum.slice().map((value, i) => value + 2 * gradient[i]!);
      const runner = new UpdateRunner(adamW(), dtype, {});
      await runner.accumulate(sum, gradient, 2);
      let most = 0;
      for (let i = 0; i < length; i++) most = Math.max(most, Math.abs(sum[i]! - wanted[i]!));
      expect(most).toBeLessThan(1e-6);
      let squares = 0;
      for (const value of gradient) squares += value * value;
      expect(sumSquaresInPlace(gradient)).toBeCloseTo(squares, 9);
      expect(await runner.squares(gradient.slice())).toBeCloseTo(squares, 2);
      await runner.dispose();
    }
  });

  it('reach arrays beyond 2 GB of address', () => {
    expect(unsigned(2 ** 31 + 1)).toEqual([0x81, 0x80, 0x80, 0x80, 0x08]);
    const array = createFlatArray('float32', 560_000_000);
    array[559_999_999] = 3;
    expect(sumSquaresInPlace(array)).toBe(9);
  });
});

// Every operator: value and gradients against PyTorch, gradients against central finite differences in double precision.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { createArray, type DType, type FloatDType, isFloat } from './dtype.ts';
import { gradients } from './gradients.ts';
import { Graph } from './graph.ts';
import { operatorCases } from './operator-cases.ts';
import { mul } from './ops/arithmetic.ts';
import * as operators from './ops/index.ts';
import { reduceSum } from './ops/reduce.ts';
import type { Shape } from './shape.ts';
import type { FloatTensor, Tensor } from './tensor.ts';
import type { TensorValue } from './tensor-value.ts';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly inputs: Readonly<Record<string, { readonly dtype: DType; readonly shape: Shape }>>;
  readonly variants: readonly {
    readonly inputs: Readonly<Record<string, Values>>;
    readonly output: Values;
    readonly dy: readonly number[];
    readonly gradients: Readonly<Record<string, readonly number[]>>;
  }[];
}

const fixture: { readonly cases: Readonly<Record<string, Case>> } = JSON.parse(
  readFileSync(new URL('./fixtures/operators.json', import.meta.url), 'utf8'),
);

/** Operators that have no gradient by their nature; their values are checked in value-operators.test.ts. */
const withoutGradient = [
  'and',
  'argMax',
  'documentMask',
  'documentPositions',
  'equal',
  'less',
  'lessOrEqual',
  'not',
  'range',
  'ropeTables',
];
/** Finite differences see through stopGradient, which is its point. */
const withoutDifferences = ['stopGradient'];
/** Casting through float32 rounds, so the step must be far above the rounding; the case is linear. */
const steps: Readonly<Record<string, number>> = { cast: 0.125 };

function value(dtype: DType, { shape, data }: Values): TensorValue {
  const array = createArray(dtype, data.length);
  for (const [i, item] of data.entries()) array[i] = dtype === 'int64' ? BigInt(item) : item;
  return { dtype, shape, data: array } as TensorValue;
}

const typeFor = (declared: DType, float: FloatDType): DType => (isFloat(declared) ? float : declared);

async function build(name: string, float: FloatDType) {
  const { inputs, variants } = fixture.cases[name]!;
  const graph = new Graph({ dtype: float });
  const tensors: Record<string, Tensor> = {};
  for (const [key, { dtype, shape }] of Object.entries(inputs))
    tensors[key] = graph.input(key, typeFor(dtype, float), shape);
  const output = operatorCases[name]!(tensors);
  const loss = reduceSum(mul(output, graph.input('dy', float, output.shape)));
  const targets = Object.keys(variants[0]!.gradients);
  const found = gradients(
    loss,
    targets.map(key => tensors[key] as FloatTensor),
  );
  const outputs: Record<string, Tensor> = { output, loss };
  for (const [i, key] of targets.entries()) outputs[`d:${key}`] = found[i]!;
  // The fusions beyond 'basic' keep factors in float32, also for float64.
  return compile(outputs, { threads: 1, optimization: float === 'float64' ? 'basic' : 'all' });
}

function feedsOf(name: string, variant: number, float: FloatDType): Record<string, TensorValue> {
  const { inputs, variants } = fixture.cases[name]!;
  const { inputs: values, dy, output } = variants[variant]!;
  const feeds: Record<string, TensorValue> = { dy: value(float, { shape: output.shape, data: dy }) };
  for (const [key, { dtype }] of Object.entries(inputs)) feeds[key] = value(typeFor(dtype, float), values[key]!);
  return feeds;
}

/** The greatest distance of two lists, relative to the greatest magnitude (at least 1). */
function distance(a: ArrayLike<number | bigint>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  let size = 1;
  for (let i = 0; i < b.length; i++) {
    size = Math.max(size, Math.abs(b[i]!));
    const apart = Math.abs(Number(a[i]) - b[i]!);
    most = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(most, apart);
  }
  return most / size;
}

describe.each(Object.keys(fixture.cases))('%s', name => {
  it.each(['float64', 'float32'] as const)("agrees with PyTorch's value and gradients in %s", async float => {
    const compiled = await build(name, float);
    const tolerance = float === 'float64' && name !== 'cast' ? 1e-8 : 2e-5;
    for (const [i, { output, gradients: expected }] of fixture.cases[name]!.variants.entries()) {
      const out = await compiled.run(feedsOf(name, i, float));
      expect(out.output!.shape).toEqual(output.shape);
      expect(distance(out.output!.data, output.data)).toBeLessThan(tolerance);
      for (const [key, data] of Object.entries(expected))
        expect(distance(out[`d:${key}`]!.data, data), key).toBeLessThan(tolerance);
    }
    await compiled.dispose();
  });

  it.skipIf(withoutDifferences.includes(name))('agrees with finite differences in float64', async () => {
    const compiled = await build(name, 'float64');
    const step = steps[name] ?? 1e-5;
    for (const i of fixture.cases[name]!.variants.keys()) {
      const feeds = feedsOf(name, i, 'float64');
      const exact = await compiled.run(feeds);
      for (const key of Object.keys(fixture.cases[name]!.variants[i]!.gradients)) {
        const data = feeds[key]!.data as Float64Array;
        const slopes = new Float64Array(data.length);
        for (let at = 0; at < data.length; at++) {
          const held = data[at]!;
          data[at] = held + step;
          const above = Number((await compiled.run(feeds)).loss!.data[0]);
          data[at] = held - step;
          const below = Number((await compiled.run(feeds)).loss!.data[0]);
          data[at] = held;
          slopes[at] = (above - below) / (2 * step);
        }
        expect(distance(exact[`d:${key}`]!.data, slopes), key).toBeLessThan(1e-6);
      }
    }
    await compiled.dispose();
  });
});

describe('coverage', () => {
  it('has a case, with differences, for every exported operator that has a gradient', () => {
    const covered = new Set(Object.keys(fixture.cases).map(name => name.split('.')[0]!));
    const exported = Object.keys(operators).filter(name => !withoutGradient.includes(name));
    expect(exported.filter(name => !covered.has(name))).toEqual([]);
  });

  it('has a builder for every case of the fixture and the other way round', () => {
    expect(Object.keys(operatorCases).sort()).toEqual(Object.keys(fixture.cases).sort());
  });
});

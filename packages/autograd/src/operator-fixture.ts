// The cases of fixtures/operators.json as graphs and feeds. Test-only.
import { readFileSync } from 'node:fs';
import { compile } from './compile.ts';
import { createArray, type DType, type FloatDType, isFloat } from './dtype.ts';
import { gradients } from './gradients.ts';
import { Graph } from './graph.ts';
import { operatorCases } from './operator-cases.ts';
import { mul } from './ops/arithmetic.ts';
import { reduceSum } from './ops/reduce.ts';
import type { SessionOptions } from './session.ts';
import type { Shape } from './shape.ts';
import type { FloatTensor, Tensor } from './tensor.ts';
import type { TensorValue } from './tensor-value.ts';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface Case {
  readonly inputs: Readonly<Record<string, { readonly dtype: DType; readonly shape: Shape }>>;
  readonly variants: readonly {
    readonly inputs: Readonly<Record<string, Values>>;
    readonly output: Values;
    readonly dy: readonly number[];
    readonly gradients: Readonly<Record<string, readonly number[]>>;
  }[];
}

/** Every case with PyTorch's values. */
export const fixture: { readonly cases: Readonly<Record<string, Case>> } = JSON.parse(
  readFileSync(new URL('./fixtures/operators.json', import.meta.url), 'utf8'),
);

function value(dtype: DType, { shape, data }: Values): TensorValue {
  const array = createArray(dtype, data.length);
  for (const [i, item] of data.entries()) array[i] = dtype === 'int64' ? BigInt(item) : item;
  return { dtype, shape, data: array } as TensorValue;
}

const typeFor = (declared: DType, float: FloatDType): DType => (isFloat(declared) ? float : declared);

/** One case as a compiled graph of its output, a loss, and the gradients of that. */
export async function build(name: string, float: FloatDType, options: SessionOptions = {}) {
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
  return compile(outputs, { threads: 1, optimization: float === 'float64' ? 'basic' : 'all', ...options });
}

/** The inputs of one variant of a case. */
export function feedsOf(name: string, variant: number, float: FloatDType): Record<string, TensorValue> {
  const { inputs, variants } = fixture.cases[name]!;
  const { inputs: values, dy, output } = variants[variant]!;
  const feeds: Record<string, TensorValue> = { dy: value(float, { shape: output.shape, data: dy }) };
  for (const [key, { dtype }] of Object.entries(inputs)) feeds[key] = value(typeFor(dtype, float), values[key]!);
  return feeds;
}

/** The greatest distance of two lists, relative to the greatest magnitude (at least 1). */
export function distance(a: ArrayLike<number | bigint>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  let size = 1;
  for (let i = 0; i < b.length; i++) {
    size = Math.max(size, Math.abs(b[i]!));
    const apart = Math.abs(Number(a[i]) - b[i]!);
    most = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(most, apart);
  }
  return most / size;
}

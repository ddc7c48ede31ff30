// Sums, means and maxima over axes.
import { isFloat, type NumericDType } from '../dtype.ts';
import { type Dim, normalizeAxis, product, type Shape } from '../shape.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { expand } from './broadcast.ts';
import { reshape } from './layout.ts';
import { like } from './operand.ts';
import { cast, equal } from './select.ts';

/** Over which axes to reduce, and whether they stay as size 1. Default: all axes, dropped. */
export interface ReduceOptions {
  readonly axes?: readonly number[];
  readonly keepDims?: boolean;
}

interface Plan {
  readonly axes: readonly number[];
  readonly kept: Shape;
  readonly shape: Shape;
  readonly count: Dim;
}

function plan(name: string, x: Tensor, options: ReduceOptions): Plan {
  const axes = (options.axes ?? [...x.shape.keys()])
    .map(axis => normalizeAxis(name, axis, x.rank))
    .sort((a, b) => a - b);
  const kept = x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const shape = options.keepDims ? kept : kept.filter((_, i) => !axes.includes(i));
  return { axes, kept, shape, count: product(axes.map(axis => x.shape[axis]!)) };
}

function emit<D extends NumericDType>(operator: string, x: Tensor<D>, { axes }: Plan, shape: Shape): Tensor<D> {
  const attributes = { keepdims: shape.length === x.rank ? 1 : 0 };
  return x.graph.emit(operator, [x, x.graph.indices(axes)], { dtype: x.dtype, shape }, attributes);
}

/** The number of reduced elements as a scalar of `x`'s type, known or read at run time. */
export function countOf(x: FloatTensor, count: Dim): FloatTensor {
  if (typeof count === 'number') return x.graph.scalar(count, x.dtype);
  return reshape(cast(x.graph.dimension(count), x.dtype), []);
}

/**
 * The sum over axes.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__ReduceSum.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, reduceSum } from '@modeshift/autograd';
 *
 * const x = new Graph().constant([[1, 2], [3, 4]]);
 * const out = await evaluate({ all: reduceSum(x), rows: reduceSum(x, { axes: [-1] }) });
 * console.log(out.all.data, out.rows.data); // Float32Array [10] Float32Array [3, 7]
 * ```
 */
export function reduceSum<D extends NumericDType>(x: Tensor<D>, options: ReduceOptions = {}): Tensor<D> {
  const to = plan('reduceSum', x, options);
  if (to.axes.length === 0) return x;
  if (!isFloat(x.dtype)) return emit('ReduceSum', x, to, to.shape);
  return x.graph.operation(
    'reduceSum',
    [x],
    () => emit('ReduceSum', x, to, to.shape),
    dy => [expand(reshape(dy, to.kept), x.shape)],
  );
}

/**
 * The mean over axes. Source: https://onnx.ai/onnx/operators/onnx__ReduceMean.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, reduceMean } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: reduceMean(new Graph().constant([[1, 3], [5, 7]]), { axes: [1] }) });
 * console.log(out.y.data); // Float32Array [2, 6]
 * ```
 */
export function reduceMean(x: FloatTensor, options: ReduceOptions = {}): FloatTensor {
  const to = plan('reduceMean', x, options);
  if (to.axes.length === 0) return x;
  return x.graph.operation(
    'reduceMean',
    [x],
    () => emit('ReduceMean', x, to, to.shape),
    dy => [expand(reshape(div(dy, countOf(x, to.count)), to.kept), x.shape)],
  );
}

/**
 * The maximum over axes; the gradient is shared equally among ties. Source: https://onnx.ai/onnx/operators/onnx__ReduceMax.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, reduceMax } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: reduceMax(new Graph().constant([[1, 3], [7, 5]]), { axes: [1] }) });
 * console.log(out.y.data); // Float32Array [3, 7]
 * ```
 */
export function reduceMax(x: FloatTensor, options: ReduceOptions = {}): FloatTensor {
  const to = plan('reduceMax', x, options);
  if (to.axes.length === 0) return x;
  return x.graph.operation(
    'reduceMax',
    [x],
    () => emit('ReduceMax', x, to, to.shape),
    (dy, y) => {
      const hits = cast(equal(x, reshape(y, to.kept)), x.dtype);
      const ties = emit('ReduceSum', hits, to, to.kept);
      return [mul(hits, div(reshape(dy, to.kept), ties))];
    },
  );
}

/**
 * The place of the greatest element along one axis, int64, without a gradient. Source: https://onnx.ai/onnx/operators/onnx__ArgMax.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, argMax } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: argMax(new Graph().constant([[1, 3], [7, 5]])) });
 * console.log(out.y.data); // BigInt64Array [1n, 0n]
 * ```
 */
export function argMax(x: FloatTensor, axis = -1): Tensor<'int64'> {
  const at = normalizeAxis('argMax', axis, x.rank);
  return x.graph.emit('ArgMax', [x], { dtype: 'int64', shape: x.shape.toSpliced(at, 1) }, { axis: at, keepdims: 0 });
}

/**
 * The sum of squares of all elements, as a scalar. Source: https://onnx.ai/onnx/operators/onnx__ReduceSumSquare.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, sumSquares } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: sumSquares(new Graph().constant([3, 4])) });
 * console.log(out.y.data); // Float32Array [25]
 * ```
 */
export function sumSquares(x: FloatTensor): FloatTensor {
  return x.graph.operation(
    'sumSquares',
    [x],
    () => x.graph.emit('ReduceSumSquare', [x], { ...like(x), shape: [] }, { keepdims: 0 }),
    dy => [mul(mul(dy, 2), x)],
  );
}

// Operators that move elements without changing them: reshape, transpose.
import type { DType } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { type Dim, formatShape, normalizeAxis, product, quotient, type Shape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

function resolve(x: Tensor, shape: Shape): Shape {
  const unknown = shape.indexOf(-1);
  const rest = product(unknown < 0 ? shape : shape.toSpliced(unknown, 1));
  const total = product(x.shape);
  const missing: Dim | undefined = unknown < 0 ? (rest === total ? 1 : undefined) : quotient(total, rest);
  if (missing === undefined)
    throw new AutogradError(
      'shape',
      `reshape: ${formatShape(x.shape)} has ${total} elements, ${formatShape(shape)} asks for ${rest}${unknown < 0 ? '' : ' times a whole number'}.`,
    );
  return unknown < 0 ? shape : shape.with(unknown, missing);
}

/** The target of ONNX Reshape: 0 copies a dimension from the same place, -1 is worked out from the rest. */
function target(x: Tensor, shape: Shape): Tensor<'int64'> {
  const sizes = shape.map((dim, i) => (typeof dim === 'number' ? dim : dim === x.shape[i] ? 0 : -1));
  return sizes.filter(size => size === -1).length < 2 ? x.graph.indices(sizes) : x.graph.shapeTensor(shape);
}

/**
 * The same elements under another shape. One entry may be -1, and is worked out; symbolic dimensions may be split and
 * merged as long as the products agree (`[batch, length, 8]` to `['batch*length', 8]`).
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Reshape.html
 *
 * @example
 * ```ts
 * import { Graph, reshape } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['batch', 'length', 64]);
 * console.log(reshape(x, [-1, 64]).shape); // [ 'batch*length', 64 ]
 * console.log(reshape(x, ['batch', 'length', 4, 16]).shape); // [ 'batch', 'length', 4, 16 ]
 * ```
 */
export function reshape<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  const out = resolve(x, shape);
  if (sameShape(out, x.shape)) return x;
  return x.graph.operation(
    'reshape',
    [x],
    () => x.graph.emit('Reshape', [x, target(x, out)], { dtype: x.dtype, shape: out }),
    dy => [reshape(dy, x.shape)],
  );
}

/**
 * Reorders axes: axis `i` of the result is axis `order[i]` of `x`. Without an order the last two axes are swapped.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Transpose.html
 *
 * @example
 * ```ts
 * import { Graph, transpose } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['batch', 'length', 4, 16]);
 * console.log(transpose(x, [0, 2, 1, 3]).shape); // [ 'batch', 4, 'length', 16 ]
 * ```
 */
export function transpose<D extends DType>(x: Tensor<D>, order?: readonly number[]): Tensor<D> {
  if (!order && x.rank < 2) throw new AutogradError('shape', `transpose: ${x} has no two axes to swap.`);
  const axes = [...x.shape.keys()];
  const perm = order?.map(axis => normalizeAxis('transpose', axis, x.rank)) ?? [
    ...axes.slice(0, -2),
    x.rank - 1,
    x.rank - 2,
  ];
  if (perm.length !== x.rank || new Set(perm).size !== x.rank)
    throw new AutogradError('argument', `transpose: the order [${perm}] must name each of ${x.rank} axes once.`);
  return x.graph.operation(
    'transpose',
    [x],
    () => x.graph.emit('Transpose', [x], { dtype: x.dtype, shape: perm.map(axis => x.shape[axis]!) }, { perm }),
    dy => [
      transpose(
        dy,
        axes.map(axis => perm.indexOf(axis)),
      ),
    ],
  );
}

// The gradient of broadcasting: add up over the axes along which a value was repeated.
import type { DType } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { broadcastShapes, formatShape, type Shape, sameShape } from '../shape.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { reshape } from './layout.ts';
import { reduceSum } from './reduce.ts';

/** Sums a gradient down to the shape its operand had before broadcasting. */
export function sumTo(gradient: FloatTensor, shape: Shape): FloatTensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.rank - shape.length;
  const axes = gradient.shape
    .map((_, i) => i)
    .filter(i => i < extra || (shape[i - extra] === 1 && gradient.shape[i] !== 1));
  const summed = axes.length ? reduceSum(gradient, { axes, keepDims: true }) : gradient;
  return sameShape(summed.shape, shape) ? summed : reshape(summed, shape);
}

/**
 * Repeats a tensor along new axes and axes of size 1 until it has `shape`. The gradient sums over the repeats.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Expand.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, expand } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: expand(graph.constant([1, 2]), [3, 2]) });
 * console.log(out.y.shape); // [3, 2]
 * ```
 */
export function expand<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  if (!sameShape(broadcastShapes('expand', x.shape, shape), shape))
    throw new AutogradError(
      'shape',
      `expand: ${formatShape(x.shape)} cannot become the smaller ${formatShape(shape)}.`,
    );
  if (sameShape(x.shape, shape)) return x;
  return x.graph.operation(
    'expand',
    [x],
    () => x.graph.emit('Expand', [x, x.graph.shapeTensor(shape)], { dtype: x.dtype, shape }),
    dy => [sumTo(dy, x.shape)],
  );
}

// Counting: 0, 1, 2, … up to a size known at run time.
import type { IndexDType } from '../dtype.ts';
import type { Graph } from '../graph.ts';
import { type Dim, product } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { reshape } from './layout.ts';
import { cast } from './select.ts';

/**
 * The whole numbers `0 … size - 1`, for positions and masks; `size` may be symbolic.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Range.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, range } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['length', 2]);
 * const out = await evaluate({ positions: range(graph, 'length'), x }, { x: [[0, 0], [0, 0], [0, 0]] });
 * console.log(out.positions.data); // BigInt64Array [0n, 1n, 2n]
 * ```
 */
export function range<D extends IndexDType = 'int64'>(graph: Graph, size: Dim, dtype: D = 'int64' as D): Tensor<D> {
  if (typeof size === 'number') return graph.constant([...Array(size).keys()], { dtype });
  const limit = cast(reshape(graph.dimension(product([size])), []), dtype);
  return graph.emit('Range', [graph.scalar(0, dtype), limit, graph.scalar(1, dtype)], { dtype, shape: [size] });
}

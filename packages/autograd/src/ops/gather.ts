// Reading by index, whose gradient is adding by index.
import type { DType } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { type Dim, normalizeAxis, product, type Shape } from '../shape.ts';
import type { FloatTensor, IndexTensor, Tensor } from '../tensor.ts';
import { expand } from './broadcast.ts';
import { reshape } from './layout.ts';
import { matMul } from './matmul.ts';
import { requireFloat, requireRank } from './operand.ts';
import { range } from './range.ts';
import { cast, equal } from './select.ts';

function requireIndices(name: string, indices: Tensor): asserts indices is IndexTensor {
  if (indices.dtype !== 'int64' && indices.dtype !== 'int32')
    throw new AutogradError('dtype', `${name}: indices must be int64 or int32, got ${indices}.`);
}

/** Zeros of a shape. */
export function zerosOf<D extends DType>(like: Tensor<D>, shape: Shape): Tensor<D> {
  return like.graph.emit('Expand', [like.graph.scalar(0, like.dtype), like.graph.shapeTensor(shape)], {
    dtype: like.dtype,
    shape,
  });
}

/** The rows and where each was added, of every sum of rows that a backward pass made. */
const rowSums = new WeakMap<Tensor, { readonly rows: FloatTensor; readonly places: IndexTensor }>();

/** What a gradient of {@link gather} adds up, so that a trainer can add the rows to the gradient it keeps. */
export const rowSumOf = (sum: Tensor): { readonly rows: FloatTensor; readonly places: IndexTensor } | undefined =>
  rowSums.get(sum);

/** Up to this many segments are summed by a product with a matrix of zeros and ones, which is several times faster. */
const mostByProduct = 512;

/**
 * Sums rows into `count` segments: row `i` of `x` `[n, …]` is added to row `segments[i]` of the result `[count, …]`.
 * Rows of the result that no segment names are zero. With at most 512 segments, or as many as a symbolic dimension says, it
 * is a product with a `[count, n]` matrix of zeros and ones, so a value that is not finite reaches every segment.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, segmentSum } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const segments = graph.constant([0, 0, 1], { dtype: 'int64' });
 * const out = await evaluate({ y: segmentSum(graph.constant([[1], [2], [3]]), segments, 2) });
 * console.log(out.y.data); // Float32Array [3, 3]
 * ```
 */
export function segmentSum(x: FloatTensor, segments: IndexTensor, count: Dim): FloatTensor {
  requireFloat('segmentSum', x);
  requireIndices('segmentSum', segments);
  requireRank('segmentSum', segments, 1, 'the segments');
  if (x.rank < 1 || x.shape[0] !== segments.shape[0])
    throw new AutogradError('shape', `segmentSum: ${segments} must have one entry for each row of ${x}.`);
  return x.graph.operation(
    'segmentSum',
    [x],
    () =>
      typeof count === 'number' && count > mostByProduct
        ? addRows(x, segments, count)
        : reshape(matMul(cast(membership(segments, count), x.dtype), reshape(x, [x.shape[0]!, -1])), [
            count,
            ...x.shape.slice(1),
          ]),
    dy => [gather(dy, segments)],
  );
}

/** `[count, n]`, true where entry `n` belongs to the segment. */
export function membership(segments: IndexTensor, count: Dim): Tensor<'bool'> {
  const numbers = range(segments.graph, count, segments.dtype);
  return equal(reshape(numbers, [count, 1]), reshape(segments, [1, segments.shape[0]!]));
}

/**
 * Adds rows up by place with ScatterElements, which runs on one thread: ScatterND with a reduction splits its rows over
 * threads and loses updates where two of them meet.
 */
function addRows(x: FloatTensor, places: IndexTensor, count: Dim): FloatTensor {
  const graph = x.graph;
  const rows = x.shape[0]!;
  const wide = x.rank > 1;
  const flat = wide ? reshape(x, [rows, -1]) : x;
  const columns = wide ? [flat.shape[1]!] : [];
  const shape = [count, ...columns];
  const column = wide ? expand(reshape(places, [rows, 1]), flat.shape) : places;
  const zeros = zerosOf(x, shape);
  const out = { dtype: x.dtype, shape };
  const sum = graph.emit('ScatterElements', [zeros, column, flat], out, { axis: 0, reduction: 'add' });
  return reshape(sum, [count, ...x.shape.slice(1)]);
}

function gatherBackward(rows: FloatTensor, places: IndexTensor, count: Dim): FloatTensor {
  const sum = rows.graph.operation(
    'gatherBackward',
    [rows],
    () => addRows(rows, places, count),
    dy => [gather(dy, places)],
  );
  rowSums.set(sum, { rows, places });
  return sum;
}

/**
 * Rows of a table by index: `table` `[rows, …]`, `indices` of any shape; the result is `[...indices, …]`. This is an
 * embedding when the table holds one vector for each token. The gradient adds into the rows that were read.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Gather.html
 *
 * @example
 * ```ts
 * import { Graph, gather, normal } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const table = graph.parameter('embedding', [1000, 16], { initialize: normal(0.02) });
 * console.log(gather(table, graph.input('ids', 'int64', ['batch', 'length'])).shape); // [ 'batch', 'length', 16 ]
 * ```
 */
export function gather(table: FloatTensor, indices: IndexTensor): FloatTensor {
  requireFloat('gather', table);
  requireIndices('gather', indices);
  if (table.rank === 0) throw new AutogradError('shape', `gather: ${table} has no rows.`);
  const rest = table.shape.slice(1);
  const shape = [...indices.shape, ...rest];
  return table.graph.operation(
    'gather',
    [table],
    () => table.graph.emit('Gather', [table, indices], { dtype: table.dtype, shape }, { axis: 0 }),
    dy => [gatherBackward(reshape(dy, [product(indices.shape), ...rest]), reshape(indices, [-1]), table.shape[0]!)],
  );
}

/**
 * Rows of `x` `[n, …]` by number, each at most once: `rows` `[m]`, result `[m, …]`. As {@link gather}, but its gradient puts
 * rows back instead of adding them up, on all threads. Use it to run an output projection on the positions that carry loss only.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__ScatterND.html
 *
 * @example
 * ```ts
 * import { Graph, selectRows } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const states = graph.input('states', 'float32', ['tokens', 64]);
 * const counted = selectRows(states, graph.input('counted', 'int64', ['labels']));
 * console.log(counted.shape); // [ 'labels', 64 ]
 * ```
 */
export function selectRows(x: FloatTensor, rows: IndexTensor): FloatTensor {
  requireFloat('selectRows', x);
  requireIndices('selectRows', rows);
  requireRank('selectRows', rows, 1, 'the row numbers');
  if (x.rank === 0) throw new AutogradError('shape', `selectRows: ${x} has no rows.`);
  return x.graph.operation(
    'selectRows',
    [x],
    () => gather(x, rows),
    dy => [putRows(dy, rows, x.shape)],
  );
}

function putRows(dy: FloatTensor, rows: IndexTensor, shape: Shape): FloatTensor {
  const graph = dy.graph;
  return graph.operation(
    'putRows',
    [dy],
    () => {
      const places = reshape(cast(rows, 'int64'), [-1, 1]);
      return graph.emit('ScatterND', [zerosOf(dy, shape), places, dy], { dtype: dy.dtype, shape });
    },
    ddx => [selectRows(ddx, rows)],
  );
}

/**
 * One element per index along an axis (PyTorch's `gather`): `indices` has the rank of `x`, and the result has its shape.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__GatherElements.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, gatherElements } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const picks = graph.constant([[2], [0]], { dtype: 'int64' });
 * const out = await evaluate({ y: gatherElements(graph.constant([[1, 2, 3], [4, 5, 6]]), picks) });
 * console.log(out.y.data); // Float32Array [3, 4]
 * ```
 */
export function gatherElements(x: FloatTensor, indices: IndexTensor, axis = -1): FloatTensor {
  requireFloat('gatherElements', x);
  requireIndices('gatherElements', indices);
  requireRank('gatherElements', indices, x.rank, 'the indices');
  const at = normalizeAxis('gatherElements', axis, x.rank);
  return x.graph.operation(
    'gatherElements',
    [x],
    () => x.graph.emit('GatherElements', [x, indices], { dtype: x.dtype, shape: indices.shape }, { axis: at }),
    dy => [scatterElements(x, indices, dy, at)],
  );
}

function scatterElements(x: FloatTensor, indices: IndexTensor, dy: FloatTensor, axis: number): FloatTensor {
  return x.graph.operation(
    'scatterElements',
    [dy],
    () => {
      const out = { dtype: x.dtype, shape: x.shape };
      return x.graph.emit('ScatterElements', [zerosOf(x, x.shape), indices, dy], out, { axis, reduction: 'add' });
    },
    ddx => [gatherElements(ddx, indices, axis)],
  );
}

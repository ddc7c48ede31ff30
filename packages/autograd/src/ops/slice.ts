// Cutting and joining along an axis: slice, split, concat.
import type { DType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { type Dim, formatShape, normalizeAxis, sameShape, sumOf } from '../shape.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { zerosOf } from './gather.ts';
import { pair } from './operand.ts';

/** Options of {@link slice}: the part `[start, end)` of one axis. */
export interface SliceOptions {
  readonly axis: number;
  /** Default 0. Negative counts from the end. */
  readonly start?: number;
  /** Default: the end of the axis. Negative counts from the end. */
  readonly end?: number;
  /** The size of the result along the axis, needed when it cannot be worked out from a symbolic dimension. */
  readonly size?: Dim;
}

/**
 * A part of one axis.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Slice.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, slice } from '@modeshift/autograd';
 *
 * const x = new Graph().constant([[1, 2, 3, 4]]);
 * const out = await evaluate({ y: slice(x, { axis: 1, start: 1, end: 3 }) });
 * console.log(out.y.data); // Float32Array [2, 3]
 * ```
 */
export function slice<D extends DType>(x: Tensor<D>, options: SliceOptions): Tensor<D> {
  const axis = normalizeAxis('slice', options.axis, x.rank);
  const dim = x.shape[axis]!;
  const { start = 0 } = options;
  const to = options.end ?? Number.MAX_SAFE_INTEGER;
  const end = typeof dim === 'number' && to >= dim ? Number.MAX_SAFE_INTEGER : to;
  const size = options.size ?? sliceSize(dim, start, end);
  const shape = x.shape.with(axis, size);
  const graph = x.graph;
  return graph.operation(
    'slice',
    [x],
    () => {
      const bounds = [graph.indices([start]), graph.indices([end]), graph.indices([axis])];
      return graph.emit('Slice', [x, ...bounds], { dtype: x.dtype, shape });
    },
    dy => [pad(dy, x, axis, start, end)],
  );
}

function sliceSize(dim: Dim, start: number, end: number): Dim {
  if (typeof dim === 'number') {
    const from = start < 0 ? Math.max(0, dim + start) : Math.min(start, dim);
    const to = end < 0 ? dim + end : Math.min(end, dim);
    return Math.max(0, to - from);
  }
  if (start >= 0 && end >= 0 && end < Number.MAX_SAFE_INTEGER) return end - start;
  if (start < 0 && end === Number.MAX_SAFE_INTEGER) return -start;
  if (start === 0 && end === Number.MAX_SAFE_INTEGER) return dim;
  throw new AutogradError('shape', `slice: give the size of the result, it cannot be worked out from "${dim}".`);
}

/**
 * The pads of ONNX's Pad, for one axis. All axes are given: ONNX Runtime moves transposes past a Pad and then takes the pads for
 * those of every axis, also where an input names the axes.
 */
export function padsOf(x: Tensor, axis: number, before: Tensor<'int64'>, after: Tensor<'int64'>): Tensor<'int64'> {
  const graph = x.graph;
  const zeros = (count: number) => (count > 0 ? [graph.indices(Array<number>(count).fill(0))] : []);
  const [ahead, behind] = [zeros(axis), zeros(x.rank - axis - 1)];
  const parts = [...ahead, before, ...behind, ...ahead, after, ...behind];
  return graph.emit('Concat', parts, { dtype: 'int64', shape: [2 * x.rank] }, { axis: 0 });
}

/** Puts a gradient back at its place among zeros. */
function pad(dy: FloatTensor, x: Tensor, axis: number, start: number, end: number): FloatTensor {
  const graph = dy.graph;
  const total = graph.dimension(x.shape[axis]!);
  const size = { dtype: 'int64', shape: [1] } as const;
  const bound = (at: number): Tensor<'int64'> =>
    at < 0 ? graph.emit('Add', [total, graph.indices([at])], size) : graph.indices([at]);
  const before = bound(start);
  const after = end === Number.MAX_SAFE_INTEGER ? graph.indices([0]) : graph.emit('Sub', [total, bound(end)], size);
  return graph.operation(
    'pad',
    [dy],
    () => {
      const inputs = [dy, padsOf(dy, axis, before, after), graph.scalar(0, dy.dtype)];
      return graph.emit('Pad', inputs, { dtype: dy.dtype, shape: x.shape });
    },
    ddy => [slice(ddy, { axis, start, end, size: dy.shape[axis]! })],
  );
}

/**
 * Cuts a tensor into parts of the given sizes along an axis.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Split.html
 *
 * @example
 * ```ts
 * import { Graph, split } from '@modeshift/autograd';
 *
 * const x = new Graph().input('x', 'float32', ['batch', 12]);
 * const [q, k, v] = split(x, [4, 4, 4], 1);
 * console.log(q!.shape, k!.shape, v!.shape); // [ 'batch', 4 ] [ 'batch', 4 ] [ 'batch', 4 ]
 * ```
 */
export function split<D extends DType>(x: Tensor<D>, sizes: readonly number[], axis = -1): Tensor<D>[] {
  const at = normalizeAxis('split', axis, x.rank);
  if (sumOf(sizes) !== x.shape[at])
    throw new AutogradError('shape', `split: the sizes [${sizes}] must add up to ${x.shape[at]}, axis ${at} of ${x}.`);
  const outputs = sizes.map(size => ({ dtype: x.dtype, shape: x.shape.with(at, size) }));
  const parts = x.graph.emitAll('Split', [x, x.graph.indices(sizes)], outputs, { axis: at }) as Tensor<D>[];
  x.graph.record('split', [x], parts, gradients => {
    const present = gradients.map((gradient, i) => gradient ?? zerosOf(parts[i] as FloatTensor, parts[i]!.shape));
    return [concat(present, at)];
  });
  return parts;
}

/**
 * Joins tensors along an axis.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Concat.html
 *
 * @example
 * ```ts
 * import { Graph, concat, evaluate } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: concat([graph.constant([1, 2]), graph.constant([3])], 0) });
 * console.log(out.y.data); // Float32Array [1, 2, 3]
 * ```
 */
export function concat<D extends DType>(parts: readonly Tensor<D>[], axis = -1): Tensor<D> {
  const [first] = parts;
  if (!first) throw new AutogradError('argument', 'concat: needs at least one tensor.');
  if (parts.length === 1) return first;
  const at = normalizeAxis('concat', axis, first.rank);
  for (const part of parts) {
    pair('concat', first, part);
    if (part.rank !== first.rank || !sameShape(part.shape.toSpliced(at, 1), first.shape.toSpliced(at, 1)))
      throw new AutogradError(
        'shape',
        `concat: ${formatShape(first.shape)} and ${formatShape(part.shape)} may differ at axis ${at} only.`,
      );
  }
  const sizes = parts.map(part => part.shape[at]!);
  const shape = first.shape.with(at, sumOf(sizes));
  const graph = first.graph;
  const emit = () => graph.emit('Concat', parts, { dtype: first.dtype, shape }, { axis: at });
  if (!isFloat(first.dtype)) return emit();
  return graph.operation('concat', parts, emit, dy => cut(dy, sizes, at));
}

function cut(dy: FloatTensor, sizes: readonly Dim[], axis: number): FloatTensor[] {
  if (sizes.every(size => typeof size === 'number')) return split(dy, sizes as number[], axis);
  const graph = dy.graph;
  const outputs = sizes.map(size => ({ dtype: dy.dtype, shape: dy.shape.with(axis, size) }));
  const parts = graph.emitAll('Split', [dy, graph.shapeTensor(sizes)], outputs, { axis }) as FloatTensor[];
  graph.record('split', [dy], parts, gradients => [
    concat(
      gradients.map((gradient, i) => gradient ?? zerosOf(parts[i]!, parts[i]!.shape)),
      axis,
    ),
  ]);
  return parts;
}

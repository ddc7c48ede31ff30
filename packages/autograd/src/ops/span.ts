// A run of positions along an axis whose bounds are known only at run time.
import type { DType } from '../dtype.ts';
import type { Graph } from '../graph.ts';
import type { Dim } from '../shape.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { less } from './select.ts';
import { padsOf } from './slice.ts';

/** `[start, end)` as int64 tensors of shape [1], and its size as a dimension. */
export interface Span {
  readonly start: Tensor<'int64'>;
  readonly end: Tensor<'int64'>;
  readonly size: Dim;
}

const one = { dtype: 'int64', shape: [1] } as const;

/** A part of an axis, everything up to its end, and whether it counts: see {@link cutSpans}. */
export interface CutSpan {
  readonly part: Span;
  readonly upTo: Span;
  readonly counts: Tensor<'bool'>;
}

/**
 * Cuts an axis of the given size into `count` spans that differ by one position at most. With fewer positions than spans, no
 * span is left empty, which some operators of ONNX Runtime cannot do: it repeats a position and does not count. The spans
 * side by side then begin with all positions in order, and go on with the last one.
 */
export function cutSpans(graph: Graph, dim: Dim, count: number): CutSpan[] {
  const zero = graph.indices([0]);
  const total = graph.dimension(dim);
  const compute = (operator: string, a: Tensor, b: Tensor): Tensor<'int64'> => graph.emit(operator, [a, b], one);
  // ⌈total · i / count⌉, so that everything up to an end has a position.
  const bounds = Array.from({ length: count + 1 }, (_, i): Tensor<'int64'> => {
    if (i === 0) return zero;
    if (i === count) return total;
    const raised = compute('Add', compute('Mul', total, graph.indices([i])), graph.indices([count - 1]));
    return compute('Div', raised, graph.indices([count]));
  });
  const name = (what: string): Dim => `(${dim} ${what} of ${count})`;
  const last = compute('Sub', total, graph.indices([1]));
  return Array.from({ length: count }, (_, i) => {
    const start = i === 0 ? zero : compute('Min', bounds[i]!, last);
    const end = compute('Max', bounds[i + 1]!, compute('Add', start, graph.indices([1])));
    return {
      part: { start, end, size: name(`part ${i}`) },
      upTo: { start: zero, end, size: i === count - 1 ? dim : name(`first ${i + 1}`) },
      counts: less(bounds[i]!, bounds[i + 1]!),
    };
  });
}

/** The positions of a span. */
export function takeSpan<D extends DType>(x: Tensor<D>, axis: number, span: Span): Tensor<D> {
  if (span.size === x.shape[axis]) return x;
  const graph = x.graph;
  const shape = x.shape.with(axis, span.size);
  return graph.operation(
    'takeSpan',
    [x],
    () => graph.emit('Slice', [x, span.start, span.end, graph.indices([axis])], { dtype: x.dtype, shape }),
    dy => [putSpan(dy, axis, span, x.shape[axis]!)],
  );
}

/** Zeros along an axis of the given size, with `x` at the place of a span. */
export function putSpan(x: FloatTensor, axis: number, span: Span, dim: Dim): FloatTensor {
  if (span.size === dim) return x;
  const graph = x.graph;
  return graph.operation(
    'putSpan',
    [x],
    () => {
      const after = graph.emit('Sub', [graph.dimension(dim), span.end], one);
      const out = { dtype: x.dtype, shape: x.shape.with(axis, dim) };
      return graph.emit('Pad', [x, padsOf(x, axis, span.start, after), graph.scalar(0, x.dtype)], out);
    },
    dy => [takeSpan(dy, axis, span)],
  );
}

// The handle of one value in a graph: what it is, not what it holds.
import type { DType, FloatDType, IndexDType } from './dtype.ts';
import type { Graph } from './graph.ts';
import { formatShape, type Shape } from './shape.ts';

/**
 * A value in a {@link Graph}: its element type and its shape. It holds no numbers; those appear when a compiled graph
 * runs. Made by `graph.input`, `graph.parameter`, `graph.constant` and by the operators.
 *
 * @example
 * ```ts
 * import { Graph, type Tensor } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const ids: Tensor<'int64'> = graph.input('ids', 'int64', ['batch', 'length']);
 * console.log(String(ids)); // ids: int64 [batch, length]
 * ```
 */
export class Tensor<D extends DType = DType> {
  readonly graph: Graph;
  /** The name in the ONNX model: the caller's own for inputs and parameters, generated for the rest. */
  readonly name: string;
  readonly dtype: D;
  readonly shape: Shape;

  constructor(graph: Graph, name: string, dtype: D, shape: Shape) {
    this.graph = graph;
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
  }

  /** The number of dimensions. */
  get rank(): number {
    return this.shape.length;
  }

  toString(): string {
    return `${this.name}: ${this.dtype} ${formatShape(this.shape)}`;
  }
}

/** A tensor a gradient can flow through. */
export type FloatTensor = Tensor<FloatDType>;
/** A tensor of positions, ids or labels. */
export type IndexTensor = Tensor<IndexDType>;

// Comparison, choice, element types, and where gradients stop.
import { type DType, isFloat, type NumericDType, onnxCode } from '../dtype.ts';
import { broadcastShapes } from '../shape.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { sumTo } from './broadcast.ts';
import { type Operand, pair } from './operand.ts';

function compare<D extends NumericDType>(operator: string, a: Operand<D>, b: Operand<D>): Tensor<'bool'> {
  const [x, y] = pair(operator, a, b);
  const shape = broadcastShapes(operator, x.shape, y.shape);
  return x.graph.emit(operator, [x, y], { dtype: 'bool', shape });
}

/**
 * `a == b` element by element, without a gradient. Source: https://onnx.ai/onnx/operators/onnx__Equal.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, equal } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: equal(graph.constant([1, 2]), 2) });
 * console.log(out.y.data); // Uint8Array [0, 1]
 * ```
 */
export function equal<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Tensor<'bool'> {
  return compare('Equal', a, b);
}

/**
 * `a < b` element by element, without a gradient. Source: https://onnx.ai/onnx/operators/onnx__Less.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, less } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: less(graph.constant([1, 2]), 2) });
 * console.log(out.y.data); // Uint8Array [1, 0]
 * ```
 */
export function less<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Tensor<'bool'> {
  return compare('Less', a, b);
}

/**
 * `a <= b` element by element, without a gradient. Source: https://onnx.ai/onnx/operators/onnx__LessOrEqual.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, lessOrEqual } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: lessOrEqual(graph.constant([1, 2]), 1) });
 * console.log(out.y.data); // Uint8Array [1, 0]
 * ```
 */
export function lessOrEqual<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Tensor<'bool'> {
  return compare('LessOrEqual', a, b);
}

/**
 * Both true, element by element. Source: https://onnx.ai/onnx/operators/onnx__And.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, and, equal, less } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: and(less(graph.constant([1, 2]), 2), equal(graph.constant([1, 1]), 1)) });
 * console.log(out.y.data); // Uint8Array [1, 0]
 * ```
 */
export function and(a: Tensor<'bool'>, b: Tensor<'bool'>): Tensor<'bool'> {
  return a.graph.emit('And', [a, b], { dtype: 'bool', shape: broadcastShapes('and', a.shape, b.shape) });
}

/**
 * The opposite truth value. Source: https://onnx.ai/onnx/operators/onnx__Not.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, not, equal } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: not(equal(graph.constant([1, 2]), 2)) });
 * console.log(out.y.data); // Uint8Array [1, 0]
 * ```
 */
export function not(a: Tensor<'bool'>): Tensor<'bool'> {
  return a.graph.emit('Not', [a], { dtype: 'bool', shape: a.shape });
}

/**
 * `a` where `condition` holds, else `b`, broadcasting; each gets the gradient of the places it was chosen for.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Where.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, less, where } from '@modeshift/autograd';
 *
 * const x = new Graph().constant([-2, 3]);
 * const out = await evaluate({ y: where(less(x, 0), 0, x) });
 * console.log(out.y.data); // Float32Array [0, 3]
 * ```
 */
export function where<D extends NumericDType>(condition: Tensor<'bool'>, a: Operand<D>, b: Operand<D>): Tensor<D> {
  const [x, y] = pair('where', a, b);
  const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', x.shape, y.shape));
  const emit = () => x.graph.emit('Where', [condition, x, y], { dtype: x.dtype, shape });
  if (!isFloat(x.dtype)) return emit();
  return x.graph.operation('where', [x, y], emit, dy => [
    sumTo(where(condition, dy, 0), x.shape),
    sumTo(where(condition, 0, dy), y.shape),
  ]);
}

/**
 * The same values as another element type; gradients flow between floating-point types. Source: https://onnx.ai/onnx/operators/onnx__Cast.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, cast } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: cast(graph.constant([1.5, 2]), 'int64') });
 * console.log(out.y.data); // BigInt64Array [1n, 2n]
 * ```
 */
export function cast<D extends DType>(x: Tensor, dtype: D): Tensor<D> {
  if ((x.dtype as DType) === dtype) return x as Tensor<D>;
  const emit = () => x.graph.emit('Cast', [x], { dtype, shape: x.shape }, { to: onnxCode(dtype) });
  const from = x.dtype;
  if (!isFloat(from) || !isFloat(dtype)) return emit();
  return x.graph.operation('cast', [x], emit, dy => [cast(dy, from)]);
}

/**
 * The same values as a constant for differentiation: no gradient passes through.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, gradients, mul, stopGradient } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', []);
 * const [dx] = gradients(mul(x, stopGradient(x)), [x]);
 * console.log((await evaluate({ dx: dx! }, { x: 3 })).dx.data); // Float32Array [3]
 * ```
 */
export function stopGradient(x: FloatTensor): FloatTensor {
  return x.graph.emit('Identity', [x], { dtype: x.dtype, shape: x.shape });
}

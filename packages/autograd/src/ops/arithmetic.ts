// Addition, subtraction, multiplication and division with NumPy's broadcasting.
import { isFloat, type NumericDType } from '../dtype.ts';
import { broadcastShapes } from '../shape.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { sumTo } from './broadcast.ts';
import { neg } from './math.ts';
import { type Operand, pair } from './operand.ts';

type Partials = (dy: FloatTensor, x: FloatTensor, y: FloatTensor, out: FloatTensor) => [FloatTensor, FloatTensor];

function binary<D extends NumericDType>(name: string, a: Operand<D>, b: Operand<D>, partials: Partials): Tensor<D> {
  const [x, y] = pair(name.toLowerCase(), a, b);
  const shape = broadcastShapes(name.toLowerCase(), x.shape, y.shape);
  const emit = () => x.graph.emit(name, [x, y], { dtype: x.dtype, shape });
  if (!isFloat(x.dtype)) return emit();
  return x.graph.operation(name.toLowerCase(), [x, y], emit, (dy, out) => {
    const [dx, dyy] = partials(dy, x as FloatTensor, y as FloatTensor, out as FloatTensor);
    return [sumTo(dx, x.shape), sumTo(dyy, y.shape)];
  });
}

/**
 * `a + b`, broadcasting. One of the two may be a plain number.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Add.html
 *
 * @example
 * ```ts
 * import { Graph, add, evaluate } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: add(graph.constant([[1], [2]]), graph.constant([10, 20])) });
 * console.log(out.y.data); // Float32Array [11, 21, 12, 22]
 * ```
 */
export function add<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary('Add', a, b, dy => [dy, dy]);
}

/**
 * `a - b`, broadcasting. One of the two may be a plain number.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Sub.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, sub } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: sub(graph.constant([3, 4]), 1) });
 * console.log(out.y.data); // Float32Array [2, 3]
 * ```
 */
export function sub<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary('Sub', a, b, dy => [dy, neg(dy)]);
}

/**
 * `a · b` element by element, broadcasting. One of the two may be a plain number.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Mul.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, mul } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: mul(graph.constant([3, 4]), graph.constant([2, 10])) });
 * console.log(out.y.data); // Float32Array [6, 40]
 * ```
 */
export function mul<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary('Mul', a, b, (dy, x, y) => [mul(dy, y), mul(dy, x)]);
}

/**
 * `a / b`, broadcasting. One of the two may be a plain number; integers divide toward zero.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Div.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, div } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: div(1, graph.constant([2, 4])) });
 * console.log(out.y.data); // Float32Array [0.5, 0.25]
 * ```
 */
export function div<D extends NumericDType>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary('Div', a, b, (dy, _x, y, out) => {
    const dx = div(dy, y);
    return [dx, neg(mul(dx, out))];
  });
}

// Softmax and its logarithm along one axis.
import { normalizeAxis } from '../shape.ts';
import type { FloatTensor } from '../tensor.ts';
import { mul, sub } from './arithmetic.ts';
import { exp } from './math.ts';
import { like, requireFloat } from './operand.ts';
import { reduceSum } from './reduce.ts';

/**
 * `e^x / Σ e^x` along an axis, by default the last.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Softmax.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, softmax } from '@modeshift/autograd';
 *
 * const out = await evaluate({ p: softmax(new Graph().constant([[0, 0, 0, 0]])) });
 * console.log(out.p.data); // Float32Array [0.25, 0.25, 0.25, 0.25]
 * ```
 */
export function softmax(x: FloatTensor, axis = -1): FloatTensor {
  requireFloat('softmax', x);
  const at = normalizeAxis('softmax', axis, x.rank);
  return x.graph.operation(
    'softmax',
    [x],
    () => x.graph.emit('Softmax', [x], like(x), { axis: at }),
    (dy, p) => [mul(p, sub(dy, reduceSum(mul(dy, p), { axes: [at], keepDims: true })))],
  );
}

/**
 * `x - log Σ e^x` along an axis, by default the last. Source: https://onnx.ai/onnx/operators/onnx__LogSoftmax.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, logSoftmax } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: logSoftmax(new Graph().constant([[0, 0]])) });
 * console.log(out.y.data); // Float32Array [-0.693…, -0.693…]
 * ```
 */
export function logSoftmax(x: FloatTensor, axis = -1): FloatTensor {
  requireFloat('logSoftmax', x);
  const at = normalizeAxis('logSoftmax', axis, x.rank);
  return x.graph.operation(
    'logSoftmax',
    [x],
    () => x.graph.emit('LogSoftmax', [x], like(x), { axis: at }),
    (dy, y) => [sub(dy, mul(exp(y), reduceSum(dy, { axes: [at], keepDims: true })))],
  );
}

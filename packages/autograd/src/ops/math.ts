// Elementwise functions of one tensor.
import type { FloatTensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { like, requireFloat } from './operand.ts';

/** One ONNX operator of one input, and its derivative times the incoming gradient. */
export function unary(
  operator: string,
  x: FloatTensor,
  backward: (dy: FloatTensor, y: FloatTensor) => FloatTensor,
): FloatTensor {
  const name = operator.toLowerCase();
  requireFloat(name, x);
  return x.graph.operation(
    name,
    [x],
    () => x.graph.emit(operator, [x], like(x)),
    (dy, y) => [backward(dy, y)],
  );
}

/**
 * `-x`. Source: https://onnx.ai/onnx/operators/onnx__Neg.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, neg } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: neg(new Graph().constant([1, -2])) });
 * console.log(out.y.data); // Float32Array [-1, 2]
 * ```
 */
export function neg(x: FloatTensor): FloatTensor {
  return unary('Neg', x, dy => neg(dy));
}

/**
 * `|x|`; the gradient at zero is zero. Source: https://onnx.ai/onnx/operators/onnx__Abs.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, abs } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: abs(new Graph().constant([1, -2])) });
 * console.log(out.y.data); // Float32Array [1, 2]
 * ```
 */
export function abs(x: FloatTensor): FloatTensor {
  return unary('Abs', x, dy => mul(dy, x.graph.emit('Sign', [x], like(x))));
}

/**
 * `e^x`. Source: https://onnx.ai/onnx/operators/onnx__Exp.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, exp } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: exp(new Graph().constant([0, 1])) });
 * console.log(out.y.data); // Float32Array [1, 2.718…]
 * ```
 */
export function exp(x: FloatTensor): FloatTensor {
  return unary('Exp', x, (dy, y) => mul(dy, y));
}

/**
 * The natural logarithm. Source: https://onnx.ai/onnx/operators/onnx__Log.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, log } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: log(new Graph().constant([1, Math.E])) });
 * console.log(out.y.data); // Float32Array [0, 1]
 * ```
 */
export function log(x: FloatTensor): FloatTensor {
  return unary('Log', x, dy => div(dy, x));
}

/**
 * The square root. Source: https://onnx.ai/onnx/operators/onnx__Sqrt.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, sqrt } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: sqrt(new Graph().constant([4, 9])) });
 * console.log(out.y.data); // Float32Array [2, 3]
 * ```
 */
export function sqrt(x: FloatTensor): FloatTensor {
  return unary('Sqrt', x, (dy, y) => div(mul(dy, 0.5), y));
}

/**
 * `1 / sqrt(x)`.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, rsqrt } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: rsqrt(new Graph().constant([4, 16])) });
 * console.log(out.y.data); // Float32Array [0.5, 0.25]
 * ```
 */
export function rsqrt(x: FloatTensor): FloatTensor {
  requireFloat('rsqrt', x);
  return x.graph.operation(
    'rsqrt',
    [x],
    () => div(1, sqrt(x)),
    (dy, y) => [mul(mul(dy, -0.5), mul(y, mul(y, y)))],
  );
}

/**
 * `x^exponent` for a constant exponent.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__Pow.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, pow } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: pow(new Graph().constant([1, 2, 3]), 2) });
 * console.log(out.y.data); // Float32Array [1, 4, 9]
 * ```
 */
export function pow(x: FloatTensor, exponent: number): FloatTensor {
  requireFloat('pow', x);
  if (exponent === 1) return x;
  return x.graph.operation(
    'pow',
    [x],
    () => (exponent === 2 ? mul(x, x) : x.graph.emit('Pow', [x, x.graph.scalar(exponent, x.dtype)], like(x))),
    dy => [mul(mul(dy, exponent), pow(x, exponent - 1))],
  );
}

/**
 * The hyperbolic tangent. Source: https://onnx.ai/onnx/operators/onnx__Tanh.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, tanh } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: tanh(new Graph().constant([0, 100])) });
 * console.log(out.y.data); // Float32Array [0, 1]
 * ```
 */
export function tanh(x: FloatTensor): FloatTensor {
  return unary('Tanh', x, (dy, y) => mul(dy, sub(1, mul(y, y))));
}

/**
 * The error function. Source: https://onnx.ai/onnx/operators/onnx__Erf.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, erf } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: erf(new Graph().constant([0, 10])) });
 * console.log(out.y.data); // Float32Array [0, 1]
 * ```
 */
export function erf(x: FloatTensor): FloatTensor {
  requireFloat('erf', x);
  return x.graph.operation(
    'erf',
    [x],
    () => (x.dtype === 'float32' ? x.graph.emit('Erf', [x], like(x)) : erfSeries(x)),
    dy => [mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))],
  );
}

/**
 * ONNX Runtime has no float64 Erf. 2/√π · e^(-x²) · Σ x (2x²)ⁿ / (2n+1)!!, all terms of one sign, by Horner's rule; beyond
 * |x| = 5 the function is within 2e-12 of ±1. Slow, for checks: https://dlmf.nist.gov/7.6.E2
 */
function erfSeries(x: FloatTensor): FloatTensor {
  const inside = x.graph.emit('Clip', [x, x.graph.scalar(-5, x.dtype), x.graph.scalar(5, x.dtype)], like(x));
  const square = mul(inside, inside);
  let sum: FloatTensor = x.graph.scalar(1, x.dtype);
  for (let n = 100; n > 0; n--) sum = add(mul(mul(square, 2 / (2 * n + 1)), sum), 1);
  return mul(mul(inside, sum), mul(exp(neg(square)), 2 / Math.sqrt(Math.PI)));
}

/**
 * The logistic function `1 / (1 + e^-x)`. Source: https://onnx.ai/onnx/operators/onnx__Sigmoid.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, sigmoid } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: sigmoid(new Graph().constant([0, 100])) });
 * console.log(out.y.data); // Float32Array [0.5, 1]
 * ```
 */
export function sigmoid(x: FloatTensor): FloatTensor {
  return unary('Sigmoid', x, (dy, y) => mul(dy, mul(y, sub(1, y))));
}

/**
 * `log sigmoid(x)`, accurate for large magnitudes: `-softplus(-x)`.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, logSigmoid } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: logSigmoid(new Graph().constant([0, -100])) });
 * console.log(out.y.data); // Float32Array [-0.693…, -100]
 * ```
 */
export const logSigmoid = (x: FloatTensor): FloatTensor => neg(softplus(neg(x)));

/**
 * `log(1 + e^x)`, without overflow. `-softplus(-x)` is the logarithm of the logistic function.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, softplus } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: softplus(new Graph().constant([-200, 200])) });
 * console.log(out.y.data); // Float32Array [0, 200]
 * ```
 */
export function softplus(x: FloatTensor): FloatTensor {
  requireFloat('softplus', x);
  return x.graph.operation(
    'softplus',
    [x],
    () => add(x.graph.emit('Relu', [x], like(x)), log(add(1, exp(neg(abs(x)))))),
    dy => [mul(dy, sigmoid(x))],
  );
}

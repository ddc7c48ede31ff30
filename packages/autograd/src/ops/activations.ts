// Activation functions of neural networks.
import { AutogradError } from '../errors.ts';
import { sameShape } from '../shape.ts';
import type { FloatTensor } from '../tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { erf, exp, sigmoid, tanh, unary } from './math.ts';
import { like, requireFloat } from './operand.ts';

/**
 * `max(x, 0)`; the gradient at zero is zero. Source: https://onnx.ai/onnx/operators/onnx__Relu.html
 *
 * @example
 * ```ts
 * import { Graph, evaluate, relu } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: relu(new Graph().constant([-1, 2])) });
 * console.log(out.y.data); // Float32Array [0, 2]
 * ```
 */
export function relu(x: FloatTensor): FloatTensor {
  // Sign of the output is 1 where x > 0 and 0 elsewhere.
  return unary('Relu', x, (dy, y) => mul(dy, x.graph.emit('Sign', [y], like(x))));
}

/**
 * `x · sigmoid(x)`, also called swish: Elfwing et al. 2017, https://arxiv.org/abs/1702.03118.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, silu } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: silu(new Graph().constant([0, 100])) });
 * console.log(out.y.data); // Float32Array [0, 100]
 * ```
 */
export function silu(x: FloatTensor): FloatTensor {
  requireFloat('silu', x);
  return x.graph.operation(
    'silu',
    [x],
    () => mul(x, sigmoid(x)),
    (dy, y) => [mul(dy, mul(sigmoid(x), add(1, sub(x, y))))],
  );
}

/**
 * `silu(gate) · up`, the gated unit of Llama and its relatives, with one pass over memory less than its parts in the backward
 * direction: Shazeer 2020, https://arxiv.org/abs/2002.05202.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, swiglu } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: swiglu(graph.constant([0, 100]), graph.constant([3, 2])) });
 * console.log(out.y.data); // Float32Array [0, 200]
 * ```
 */
export function swiglu(gate: FloatTensor, up: FloatTensor): FloatTensor {
  requireFloat('swiglu', gate);
  if (!sameShape(gate.shape, up.shape)) throw new AutogradError('shape', `swiglu: ${gate} and ${up} differ in shape.`);
  return gate.graph.operation(
    'swiglu',
    [gate, up],
    () => mul(silu(gate), up),
    dy => {
      // With s = σ(gate): silu' = s + silu · (1 - s), and dy · silu is the gradient of `up`.
      const back = mul(dy, silu(gate));
      return [mul(add(back, mul(sigmoid(gate), sub(dy, back))), up), back];
    },
  );
}

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** `'none'` (default) uses the error function; `'tanh'` its approximation, as GPT-2 and Gemma do. */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * The Gaussian error linear unit `x · Φ(x)`: Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, gelu } from '@modeshift/autograd';
 *
 * const x = new Graph().constant([-1, 0, 1]);
 * const out = await evaluate({ exact: gelu(x), fast: gelu(x, { approximate: 'tanh' }) });
 * console.log(out.exact.data[2]!.toFixed(3), out.fast.data[2]!.toFixed(3)); // 0.841 0.841
 * ```
 */
export function gelu(x: FloatTensor, options: GeluOptions = {}): FloatTensor {
  requireFloat('gelu', x);
  return options.approximate === 'tanh' ? geluTanh(x) : geluErf(x);
}

function geluErf(x: FloatTensor): FloatTensor {
  const cdf = () => mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
  return x.graph.operation(
    'gelu',
    [x],
    () => mul(x, cdf()),
    dy => {
      const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [mul(dy, add(cdf(), mul(x, density)))];
    },
  );
}

function geluTanh(x: FloatTensor): FloatTensor {
  const c = Math.sqrt(2 / Math.PI);
  const t = () => tanh(mul(x, add(mul(mul(x, x), c * 0.044715), c)));
  return x.graph.operation(
    'gelu',
    [x],
    () => mul(mul(x, 0.5), add(t(), 1)),
    dy => {
      // d/dx = (1 + t)/2 + x/2 · (1 - t²) · c · (1 + 3 · 0.044715 · x²)
      const inner = mul(x, add(mul(mul(x, x), 1.5 * c * 0.044715), 0.5 * c));
      return [mul(dy, add(mul(add(t(), 1), 0.5), mul(sub(1, mul(t(), t())), inner)))];
    },
  );
}

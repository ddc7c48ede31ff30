// Normalisations over the last axis.
import { AutogradError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';
import type { FloatTensor } from '../tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { sumTo } from './broadcast.ts';
import { pow, rsqrt } from './math.ts';
import { like, pair, requireFloat } from './operand.ts';
import { reduceMean, reduceSum } from './reduce.ts';

const lastAxis = { axes: [-1], keepDims: true } as const;

function check(name: string, x: FloatTensor, ...weights: readonly FloatTensor[]): Shape {
  requireFloat(name, x);
  const size = x.shape.at(-1);
  for (const weight of weights) {
    pair(name, x, weight);
    if (weight.rank !== 1 || weight.shape[0] !== size)
      throw new AutogradError(
        'shape',
        `${name}: weights must be [${size}], the last axis of ${x}, got ${formatShape(weight.shape)}.`,
      );
  }
  return x.shape.with(-1, 1);
}

/** Options of the normalisations. */
export interface NormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Layer normalisation over the last axis: `(x - mean) / sqrt(variance + ε) · weight + bias`.
 * Ba et al. 2016, https://arxiv.org/abs/1607.06450; https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
 *
 * @example
 * ```ts
 * import { Graph, layerNorm, ones } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['batch', 'length', 16]);
 * const y = layerNorm(x, graph.parameter('gain', [16], { initialize: ones }), graph.parameter('bias', [16]));
 * console.log(y.shape); // [ 'batch', 'length', 16 ]
 * ```
 */
export function layerNorm(
  x: FloatTensor,
  weight: FloatTensor,
  bias: FloatTensor,
  options: NormOptions = {},
): FloatTensor {
  const shape = check('layerNorm', x, weight, bias);
  const { epsilon = 1e-5 } = options;
  const [y, mean, inverse] = x.graph.untaped(() => {
    if (x.dtype === 'float32') {
      const row = { dtype: x.dtype, shape };
      const attributes = { axis: -1, epsilon: { float: epsilon } };
      return x.graph.emitAll('LayerNormalization', [x, weight, bias], [like(x), row, row], attributes) as FloatTensor[];
    }
    // The fused operator keeps its statistics in float32, also for float64.
    const average = reduceMean(x, lastAxis);
    const scale = rsqrt(add(reduceMean(pow(sub(x, average), 2), lastAxis), epsilon));
    return [add(mul(mul(sub(x, average), scale), weight), bias), average, scale];
  }) as [FloatTensor, FloatTensor, FloatTensor];
  x.graph.record('layerNorm', [x, weight, bias], [y], ([dy]) => {
    const unit = mul(sub(x, mean), inverse);
    const d = mul(dy!, weight);
    const centred = sub(sub(d, reduceMean(d, lastAxis)), mul(unit, reduceMean(mul(d, unit), lastAxis)));
    return [mul(centred, inverse), sumTo(mul(dy!, unit), weight.shape), sumTo(dy!, bias.shape)];
  });
  return y;
}

/**
 * Root-mean-square normalisation over the last axis: `x / sqrt(mean(x²) + ε) · weight`.
 * Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467
 *
 * @example
 * ```ts
 * import { Graph, evaluate, rmsNorm } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: rmsNorm(graph.constant([[3, 3]]), graph.constant([1, 2])) });
 * console.log(out.y.data); // Float32Array [1, 2]
 * ```
 */
export function rmsNorm(x: FloatTensor, weight: FloatTensor, options: NormOptions = {}): FloatTensor {
  check('rmsNorm', x, weight);
  const { epsilon = 1e-5 } = options;
  // Not the operator's own second output: ONNX Runtime's WebGPU provider writes something else into it.
  const inverse = (): FloatTensor => rsqrt(add(reduceMean(mul(x, x), lastAxis), epsilon));
  const y = x.graph.untaped(() => {
    if (x.dtype !== 'float32') return mul(mul(x, inverse()), weight);
    const attributes = { axis: -1, epsilon: { float: epsilon } };
    return x.graph.emit('SimplifiedLayerNormalization', [x, weight], like(x), attributes);
  });
  x.graph.record('rmsNorm', [x, weight], [y], ([dy]) => {
    const scale = inverse();
    const unit = mul(x, scale);
    const d = mul(dy!, weight);
    const dx = mul(sub(d, mul(unit, reduceMean(mul(d, unit), lastAxis))), scale);
    return [dx, sumTo(mul(dy!, unit), weight.shape)];
  });
  return y;
}

/**
 * Rows of length one along the last axis: `x / sqrt(Σ x² + ε)`, so that a product of two is their cosine.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, l2Normalize } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: l2Normalize(new Graph().constant([[3, 4]])) });
 * console.log(out.y.data); // Float32Array [0.6, 0.8]
 * ```
 */
export function l2Normalize(x: FloatTensor, options: NormOptions = {}): FloatTensor {
  requireFloat('l2Normalize', x);
  return mul(x, rsqrt(add(reduceSum(mul(x, x), lastAxis), options.epsilon ?? 1e-12)));
}

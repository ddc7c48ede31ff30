// First values of parameters: deterministic functions of a shape and a seeded generator.
import { createArray, type FloatDType } from './dtype.ts';
import { AutogradError } from './errors.ts';
import { Random } from './random.ts';
import { sizeOf } from './tensor-value.ts';

/** Fills a parameter of `shape` (row-major) from a seeded generator. Weights of linear layers are `[out, in]`. */
export type Initializer = (shape: readonly number[], random: Random) => ArrayLike<number>;

function fill(shape: readonly number[], next: () => number): Float64Array {
  const values = new Float64Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = next();
  return values;
}

/** Fan-in and fan-out of a weight `[out, in, …]`, as PyTorch counts them. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2)
    throw new AutogradError('shape', 'Xavier and Kaiming need a weight of at least two dimensions.');
  const receptive = sizeOf(shape.slice(2));
  return { fanIn: shape[1]! * receptive, fanOut: shape[0]! * receptive };
}

/**
 * All zeros: biases.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, zeros } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: zeros });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export const zeros: Initializer = shape => new Float64Array(sizeOf(shape));

/**
 * All ones: the gains of a normalisation.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, ones } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: ones });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export const ones: Initializer = shape => new Float64Array(sizeOf(shape)).fill(1);

/**
 * All one value.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, full } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: full(0.5) });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export const full =
  (value: number): Initializer =>
  shape =>
    new Float64Array(sizeOf(shape)).fill(value);

/**
 * Uniform in [low, high).
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, uniform } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: uniform(-0.1, 0.1) });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export const uniform =
  (low: number, high: number): Initializer =>
  (shape, random) =>
    fill(shape, () => low + (high - low) * random.uniform());

/**
 * Normal with the given standard deviation and mean.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, normal } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('embedding', [100, 8], { initialize: normal(0.02) });
 * const { embedding } = initialParameters(graph, 42); // the same 800 numbers on every machine
 * ```
 */
export const normal =
  (standardDeviation = 1, mean = 0): Initializer =>
  (shape, random) =>
    fill(shape, () => mean + standardDeviation * random.normal());

/**
 * Normal, drawn again while a value is more than `limit` standard deviations away from zero.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, truncatedNormal } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: truncatedNormal(0.02) });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export const truncatedNormal =
  (standardDeviation = 1, limit = 2): Initializer =>
  (shape, random) =>
    fill(shape, () => {
      let value = random.normal();
      while (Math.abs(value) > limit) value = random.normal();
      return value * standardDeviation;
    });

/**
 * Uniform with variance 2 / (fan-in + fan-out) · gain²: Glorot and Bengio 2010.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, xavierUniform } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: xavierUniform() });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export const xavierUniform =
  (gain = 1): Initializer =>
  (shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    const limit = gain * Math.sqrt(6 / (fanIn + fanOut));
    return uniform(-limit, limit)(shape, random);
  };

/**
 * Normal with variance 2 / (fan-in + fan-out) · gain²: Glorot and Bengio 2010.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, xavierNormal } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: xavierNormal() });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export const xavierNormal =
  (gain = 1): Initializer =>
  (shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    return normal(gain * Math.sqrt(2 / (fanIn + fanOut)))(shape, random);
  };

/**
 * Uniform with variance gain² / fan-in: He et al. 2015. The default gain, √2, is for ReLU.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, kaimingUniform } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: kaimingUniform() });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export const kaimingUniform =
  (gain = Math.SQRT2): Initializer =>
  (shape, random) => {
    const limit = gain * Math.sqrt(3 / fans(shape).fanIn);
    return uniform(-limit, limit)(shape, random);
  };

/**
 * Normal with variance gain² / fan-in: He et al. 2015. The default gain, √2, is for ReLU.
 *
 * @example
 * ```ts
 * import { Graph, initialParameters, kaimingNormal } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * graph.parameter('w', [4, 8], { initialize: kaimingNormal() });
 * console.log(initialParameters(graph, 1).w!.length); // 32
 * ```
 */
export const kaimingNormal =
  (gain = Math.SQRT2): Initializer =>
  (shape, random) =>
    normal(gain / Math.sqrt(fans(shape).fanIn))(shape, random);

/** Draws one parameter: the stream depends on the seed and the name, not on the order of parameters. */
export function initialValues<D extends FloatDType>(
  name: string,
  shape: readonly number[],
  dtype: D,
  initialize: Initializer,
  seed: number,
): Float32Array | Float64Array {
  const drawn = initialize(shape, new Random(`${seed}/${name}`));
  if (drawn.length !== sizeOf(shape))
    throw new AutogradError('argument', `The initializer of "${name}" made ${drawn.length} values for [${shape}].`);
  const values = createArray<FloatDType>(dtype, drawn.length);
  values.set(drawn);
  return values;
}

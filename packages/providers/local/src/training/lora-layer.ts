// One adapter on one linear layer: its parameters, and what it adds.
import {
  add,
  div,
  dropout,
  type FloatTensor,
  type Graph,
  gather,
  type IndexTensor,
  kaimingUniform,
  linear,
  matMul,
  mul,
  normal,
  ones,
  reduceSum,
  sqrt,
  stopGradient,
  sub,
  type Tensor,
  transpose,
  zeros,
} from '@modeshift/autograd';
import type { LoraSettings } from '@modeshift/core';

/** An adapter on one linear layer, or on the embedding table: a layer that reads one id in place of numbers. */
export interface LoraLayer {
  /** The layer's name, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly module: string;
  /** It is the embedding table: `inSize` ids, stored `[in, out]`. */
  readonly embedding: boolean;
  readonly rank: number;
  readonly alpha: number;
  /** What the product of the factors is multiplied with. */
  readonly scale: number;
  readonly dropout: number;
  /** A magnitude for each output (DoRA). */
  readonly dora: boolean;
  /** The layer's weight is stored `[in, out]`. */
  readonly transposed: boolean;
  readonly inSize: number;
  readonly outSize: number;
  readonly init: NonNullable<LoraSettings['init']>;
}

/** The names of an adapter's parameters. */
export const loraNames = ({ module, dora, embedding }: LoraLayer) => ({
  a: embedding ? `${module}.lora_embedding_A` : `${module}.lora_A.weight`,
  b: embedding ? `${module}.lora_embedding_B` : `${module}.lora_B.weight`,
  ...(dora ? { magnitude: `${module}.lora_magnitude_vector` } : {}),
});

/** PyTorch's `kaiming_uniform_(a=sqrt(5))`, as PEFT begins. */
const uniform = kaimingUniform(Math.sqrt(1 / 3));

/** An adapter's parameters in a graph. */
export interface LoraParameters {
  readonly a: FloatTensor;
  readonly b: FloatTensor;
  readonly magnitude?: FloatTensor;
}

/** Makes an adapter's parameters in a graph. */
export function loraParameters(graph: Graph, layer: LoraLayer): LoraParameters {
  const names = loraNames(layer);
  const make = (name: string, shape: readonly number[], initialize = uniform): FloatTensor =>
    graph.parameter(name, shape, { initialize, group: 'decay' });
  const first = layer.init === 'gaussian' ? normal(1 / layer.rank) : uniform;
  // PEFT begins on the table with A zero and B normal, and with both normal where the change is not to be zero.
  if (layer.embedding)
    return {
      a: make(names.a, [layer.rank, layer.inSize], layer.init === 'random' ? normal(1) : zeros),
      b: make(names.b, [layer.outSize, layer.rank], normal(1)),
    };
  return {
    a: make(names.a, [layer.rank, layer.inSize], first),
    b: make(names.b, [layer.outSize, layer.rank], layer.init === 'random' ? uniform : zeros),
    ...(names.magnitude ? { magnitude: make(names.magnitude, [layer.outSize], ones) } : {}),
  };
}

/**
 * The output of a layer with its adapter: `result` is `x · weightᵀ` without the bias. `seed` changes what dropout leaves out;
 * without it nothing is left out.
 *
 * Hu et al. 2021, https://arxiv.org/abs/2106.09685; Liu et al. 2024, https://arxiv.org/abs/2402.09353 (DoRA)
 */
export function adapted(
  layer: LoraLayer,
  { a, b, magnitude }: LoraParameters,
  x: FloatTensor,
  weight: FloatTensor,
  result: FloatTensor,
  seed: Tensor<'int32'> | undefined,
): FloatTensor {
  const drops = seed !== undefined && layer.dropout > 0;
  const seen = drops ? dropout(x, { rate: layer.dropout, seed }) : x;
  // The factor goes into the product, so that it costs no pass of its own.
  const change = matMul(linear(seen, a), b, { transposeB: true, scale: layer.scale });
  if (!magnitude) return add(result, change);
  const share = div(magnitude, weightNorm(layer, weight, stopGradient(a), stopGradient(b)));
  if (!drops) return mul(add(result, change), share);
  // PEFT lets the base product of the magnitude's change see the dropped input too.
  const product = matMul(seen, weight, { transposeB: !layer.transposed });
  return add(result, add(mul(product, sub(share, 1)), mul(change, share)));
}

/** What the adapter of the embedding table adds to the rows of `ids`. Dropout has no place here: an id cannot be left out in part. */
export function adaptedRows({ scale }: LoraLayer, { a, b }: LoraParameters, ids: IndexTensor): FloatTensor {
  return matMul(gather(transpose(a), ids), b, { transposeB: true, scale });
}

/**
 * The norm of each row of `W + s·B·A`, a constant for differentiation (section 4.3 of the paper), from the three sums of
 * `‖w + s·b·A‖² = ‖w‖² + 2s·(w·Aᵀ)·b + s²·b·(A·Aᵀ)·b`, so that `B·A` is never made.
 */
function weightNorm(layer: LoraLayer, weight: FloatTensor, a: FloatTensor, b: FloatTensor): FloatTensor {
  const { scale, transposed } = layer;
  const rows = { axes: [1] } as const;
  const own = reduceSum(mul(weight, weight), { axes: [transposed ? 0 : 1] });
  const both = matMul(weight, a, { transposeA: transposed, transposeB: true });
  const mixed = reduceSum(mul(both, b), rows);
  const change = reduceSum(mul(matMul(b, matMul(a, a, { transposeB: true })), b), rows);
  return stopGradient(sqrt(add(add(own, mul(mixed, 2 * scale)), mul(change, scale * scale))));
}

/** `W + s·B·A` in numbers, stored as `weight` is; with DoRA its rows are brought to their magnitudes. */
export function mergedWeight(
  layer: LoraLayer,
  weight: Float32Array,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  magnitude?: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const { inSize, outSize, rank, scale, transposed } = layer;
  const merged = Float32Array.from(weight);
  const row = new Float64Array(inSize);
  for (let o = 0; o < outSize; o++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * b[o * rank + r]!;
      if (factor !== 0) for (let i = 0; i < inSize; i++) row[i]! += factor * a[r * inSize + i]!;
    }
    const at = (i: number): number => (transposed ? i * outSize + o : o * inSize + i);
    let square = 0;
    for (let i = 0; i < inSize; i++) {
      row[i]! += weight[at(i)]!;
      square += row[i]! ** 2;
    }
    const share = magnitude ? magnitude[o]! / Math.sqrt(square) : 1;
    for (let i = 0; i < inSize; i++) merged[at(i)] = row[i]! * share;
  }
  return merged;
}

/** The norms of the rows of `W + s·B·A`: the magnitudes that DoRA begins with. */
export function rowNorms(layer: LoraLayer, weight: Float32Array): Float32Array<ArrayBuffer> {
  const { inSize, outSize, transposed } = layer;
  const norms = new Float32Array(outSize);
  for (let o = 0; o < outSize; o++) {
    let square = 0;
    for (let i = 0; i < inSize; i++) square += weight[transposed ? i * outSize + o : o * inSize + i]! ** 2;
    norms[o] = Math.sqrt(square);
  }
  return norms;
}

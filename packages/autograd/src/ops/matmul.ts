// Matrix products. The transposed products of the backward pass are FusedMatMul, so no transpose is materialised.
import { AutogradError } from '../errors.ts';
import { broadcastShapes, type Shape } from '../shape.ts';
import type { FloatTensor } from '../tensor.ts';
import { add, mul } from './arithmetic.ts';
import { sumTo } from './broadcast.ts';
import { reshape, transpose } from './layout.ts';
import { pair, requireFloat } from './operand.ts';

/** Options of {@link matMul}. */
export interface MatMulOptions {
  /** Swap the last two axes of `a` first. */
  readonly transposeA?: boolean;
  /** Swap the last two axes of `b` first, as for weights stored `[out, in]`. */
  readonly transposeB?: boolean;
  /** A factor on the product. Default 1. */
  readonly scale?: number;
}

function resultShape(a: FloatTensor, b: FloatTensor, transposeA: boolean, transposeB: boolean): Shape {
  if (a.rank < 2 || b.rank < 2)
    throw new AutogradError('shape', `matMul: needs at least two dimensions on both sides, got ${a} and ${b}.`);
  const [m, k] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const [l, n] = transposeB ? [b.shape.at(-1)!, b.shape.at(-2)!] : [b.shape.at(-2)!, b.shape.at(-1)!];
  if (k !== l)
    throw new AutogradError(
      'shape',
      `matMul: inner sizes ${k} and ${l} differ for ${a}${transposeA ? ' transposed' : ''} and ${b}${transposeB ? ' transposed' : ''}. Set transposeA or transposeB, or reshape.`,
    );
  return [...broadcastShapes('matMul', a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n];
}

function emit(a: FloatTensor, b: FloatTensor, transposeA: boolean, transposeB: boolean, scale: number): FloatTensor {
  const out = { dtype: a.dtype, shape: resultShape(a, b, transposeA, transposeB) };
  if (!transposeA && !transposeB && scale === 1) return a.graph.emit('MatMul', [a, b], out);
  if (a.dtype === 'float32') {
    const attributes = { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: scale } };
    return a.graph.emit('FusedMatMul', [a, b], out, attributes, 'com.microsoft');
  }
  // FusedMatMul's factor is a float32 attribute: too coarse for float64.
  const plain = a.graph.emit('MatMul', [transposeA ? transpose(a) : a, transposeB ? transpose(b) : b], out);
  return scale === 1 ? plain : mul(plain, scale);
}

/**
 * The matrix product over the last two axes; leading axes broadcast. `[…, m, k] · […, k, n]` is `[…, m, n]`.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__MatMul.html, and `FusedMatMul` of
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md for transposed and scaled products.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, matMul } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const a = graph.constant([[1, 2], [3, 4]]);
 * const out = await evaluate({ y: matMul(a, a, { transposeB: true }) });
 * console.log(out.y.data); // Float32Array [5, 11, 11, 25]
 * ```
 */
export function matMul(a: FloatTensor, b: FloatTensor, options: MatMulOptions = {}): FloatTensor {
  requireFloat('matMul', a);
  requireFloat('matMul', b);
  pair('matMul', a, b);
  const { transposeA = false, transposeB = false, scale = 1 } = options;
  // A weight shared by all rows: one flat product, whose gradient is one flat product too.
  if (b.rank === 2 && a.rank > 2 && !transposeA) {
    const shape = [...a.shape.slice(0, -1), b.shape[transposeB ? 0 : 1]!];
    resultShape(a, b, transposeA, transposeB);
    return reshape(matMul(reshape(a, [-1, a.shape.at(-1)!]), b, options), shape);
  }
  return a.graph.operation(
    'matMul',
    [a, b],
    () => emit(a, b, transposeA, transposeB, scale),
    dy => [
      sumTo(
        transposeA
          ? matMul(b, dy, { transposeA: transposeB, transposeB: true, scale })
          : matMul(dy, b, { transposeB: !transposeB, scale }),
        a.shape,
      ),
      sumTo(
        transposeB
          ? matMul(dy, a, { transposeA: true, transposeB: transposeA, scale })
          : matMul(a, dy, { transposeA: !transposeA, scale }),
        b.shape,
      ),
    ],
  );
}

/**
 * A linear layer `x · weightᵀ + bias`; `weight` is `[out, in]`, as checkpoints store it.
 *
 * @example
 * ```ts
 * import { Graph, linear, xavierUniform } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['batch', 'length', 16]);
 * const weight = graph.parameter('weight', [4, 16], { initialize: xavierUniform() });
 * console.log(linear(x, weight, graph.parameter('bias', [4])).shape); // [ 'batch', 'length', 4 ]
 * ```
 */
export function linear(x: FloatTensor, weight: FloatTensor, bias?: FloatTensor): FloatTensor {
  const product = matMul(x, weight, { transposeB: true });
  return bias ? add(product, bias) : product;
}

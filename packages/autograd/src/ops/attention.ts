// Scaled dot-product attention with causal and padding masks and grouped key/value heads.
import { AutogradError } from '../errors.ts';
import { type Dim, formatShape, product } from '../shape.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { reshape, transpose } from './layout.ts';
import { matMul } from './matmul.ts';
import { pair, requireRank } from './operand.ts';
import { range } from './range.ts';
import { reduceSum } from './reduce.ts';
import { and, lessOrEqual, where } from './select.ts';
import { softmax } from './softmax.ts';

/** Options of {@link attention}. */
export interface AttentionOptions {
  /** Each position sees itself and those before it; with more keys than queries, the queries are the last positions. */
  readonly causal?: boolean;
  /** `[batch, keys]`, true where a key may be seen: false for padding. */
  readonly padding?: Tensor<'bool'>;
  /** `[batch or 1, 1, queries, keys]`, true where a query may see a key: for packed sequences. */
  readonly mask?: Tensor<'bool'>;
  /** The factor on scores. Default `1 / sqrt(headSize)`. */
  readonly scale?: number;
}

/** What a masked score is increased by: its softmax is zero, and a row that is masked whole stays finite. */
const masked = -1e30;

function visible(q: FloatTensor, k: FloatTensor, options: AttentionOptions): Tensor<'bool'> | undefined {
  const graph = q.graph;
  const queries = q.shape[2]!;
  const keys = k.shape[2]!;
  const parts: Tensor<'bool'>[] = [];
  if (options.causal) {
    const columns = reshape(range(graph, keys), [1, keys]);
    let rows: Tensor<'int64'> = reshape(range(graph, queries), [queries, 1]);
    if (keys !== queries) rows = add(rows, sub(graph.dimension(keys), graph.dimension(queries)));
    parts.push(reshape(lessOrEqual(columns, rows), [1, 1, queries, keys]));
  }
  if (options.padding) parts.push(reshape(options.padding, [k.shape[0]!, 1, 1, keys]));
  if (options.mask) parts.push(options.mask);
  return parts.length ? parts.reduce(and) : undefined;
}

/**
 * Attention `softmax(q · kᵀ · scale + mask) · v`. Shapes: `q` `[batch, heads, queries, headSize]`, `k` and `v`
 * `[batch, keyHeads, keys, headSize]`, result like `q`. Where `heads` is a multiple of `keyHeads`, each key head serves
 * as many neighbouring query heads (grouped-query attention), without a copy of keys or values.
 *
 * Vaswani et al. 2017, https://arxiv.org/abs/1706.03762; Ainslie et al. 2023, https://arxiv.org/abs/2305.13245
 *
 * @example
 * ```ts
 * import { Graph, attention } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const q = graph.input('q', 'float32', ['batch', 8, 'length', 16]);
 * const k = graph.input('k', 'float32', ['batch', 2, 'length', 16]);
 * const v = graph.input('v', 'float32', ['batch', 2, 'length', 16]);
 * console.log(attention(q, k, v, { causal: true }).shape); // [ 'batch', 8, 'length', 16 ]
 * ```
 */
export function attention(q: FloatTensor, k: FloatTensor, v: FloatTensor, options: AttentionOptions = {}): FloatTensor {
  for (const [name, tensor] of Object.entries({ q, k, v })) requireRank('attention', tensor, 4, name);
  pair('attention', q, k);
  pair('attention', k, v);
  const [batch, heads, queries, size] = q.shape as [Dim, Dim, Dim, Dim];
  const [, keyHeads, keys] = k.shape as [Dim, Dim, Dim, Dim];
  const group = Number(heads) / Number(keyHeads);
  if (!Number.isInteger(group))
    throw new AutogradError('shape', `attention: ${heads} query heads cannot share ${keyHeads} key heads evenly.`);
  if (v.shape[1] !== keyHeads || v.shape[2] !== keys)
    throw new AutogradError(
      'shape',
      `attention: keys ${formatShape(k.shape)} and values ${formatShape(v.shape)} differ.`,
    );
  const scale = options.scale ?? 1 / Math.sqrt(Number(size));
  // Query heads of one group lie side by side, so they become rows of one product.
  const rows = product([group, queries]);
  const grouped = (x: FloatTensor): FloatTensor => reshape(x, [batch, keyHeads, rows, x.shape[3]!]);
  const probabilities = (): FloatTensor => {
    const scores = matMul(grouped(q), k, { transposeB: true, scale });
    const seen = visible(q, k, options);
    if (!seen) return softmax(scores);
    const bias: FloatTensor = where(seen, q.graph.scalar(0, q.dtype), q.graph.scalar(masked, q.dtype));
    return softmax(reshape(add(reshape(scores, [batch, heads, queries, keys]), bias), [batch, keyHeads, rows, keys]));
  };
  return q.graph.operation(
    'attention',
    [q, k, v],
    () => reshape(matMul(probabilities(), v), [batch, heads, queries, v.shape[3]!]),
    (dy, y) => {
      const p = probabilities();
      const d = grouped(dy);
      // Σ p · dp over keys is Σ dy · y over the few elements of a head: Dao et al. 2022, https://arxiv.org/abs/2205.14135
      const along = reduceSum(mul(d, grouped(y)), { axes: [-1], keepDims: true });
      const ds = mul(p, sub(matMul(d, v, { transposeB: true }), along));
      // Products that end in a narrow matrix are slow, so keys and values are computed transposed.
      const dk = transpose(matMul(grouped(q), ds, { transposeA: true, scale }));
      return [reshape(matMul(ds, k, { scale }), q.shape), dk, transpose(matMul(d, p, { transposeA: true }))];
    },
  );
}

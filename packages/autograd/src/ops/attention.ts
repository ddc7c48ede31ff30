// Scaled dot-product attention with causal and padding masks and grouped key/value heads.
import type { DType } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { type Dim, formatShape, product } from '../shape.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { type DropoutOptions, dropoutMask } from './dropout.ts';
import { reshape, transpose } from './layout.ts';
import { matMul } from './matmul.ts';
import { pair, requireRank } from './operand.ts';
import { range } from './range.ts';
import { reduceSum } from './reduce.ts';
import { and, lessOrEqual, where } from './select.ts';
import { concat } from './slice.ts';
import { softmax } from './softmax.ts';
import { cutSpans, putSpan, type Span, takeSpan } from './span.ts';

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
  /** A random share of the probabilities is set to zero and the rest divided by `1 - rate`, as {@link dropout} does it. */
  readonly dropout?: DropoutOptions;
}

/** What a masked score is increased by: its softmax is zero, and a row that is masked whole stays finite. */
const masked = -1e30;

/** Causal attention is computed in this many parts, each with the keys up to its end: five eighths of the whole. */
const causalParts = 4;

/** A run of queries with the run of keys they may see, and whether it counts; all undefined for the whole. */
type Piece = Partial<ReturnType<typeof cutSpans>[number]>;

const take = <D extends DType>(x: Tensor<D>, axis: number, span: Span | undefined): Tensor<D> =>
  span ? takeSpan(x, axis, span) : x;

function visible(q: FloatTensor, k: FloatTensor, piece: Piece, options: AttentionOptions): Tensor<'bool'> | undefined {
  const graph = q.graph;
  const queries = q.shape[2]!;
  const keys = k.shape[2]!;
  const parts: Tensor<'bool'>[] = [];
  if (options.causal) {
    const columns = reshape(range(graph, keys), [1, keys]);
    let rows: Tensor<'int64'> = reshape(range(graph, queries), [queries, 1]);
    if (piece.part) rows = add(rows, piece.part.start);
    else if (keys !== queries) rows = add(rows, sub(graph.dimension(keys), graph.dimension(queries)));
    parts.push(lessOrEqual(columns, rows));
  }
  if (options.padding) parts.push(reshape(take(options.padding, 1, piece.upTo), [k.shape[0]!, 1, 1, keys]));
  if (options.mask) parts.push(take(take(options.mask, 3, piece.upTo), 2, piece.part));
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
  const grouped = (x: FloatTensor): FloatTensor =>
    reshape(x, [batch, keyHeads, product([group, x.shape[2]!]), x.shape[3]!]);
  const ungrouped = (x: FloatTensor, length: Dim): FloatTensor => reshape(x, [batch, heads, length, x.shape[3]!]);
  const dropped =
    options.dropout &&
    dropoutMask(q.graph, [batch, keyHeads, product([group, queries]), keys], q.dtype, options.dropout);
  const kept = (x: FloatTensor): FloatTensor => (dropped ? mul(x, dropped) : x);
  const pieces: readonly Piece[] =
    options.causal && !dropped && queries === keys && typeof queries === 'string'
      ? cutSpans(q.graph, queries, causalParts)
      : [{}];
  const probabilities = (piece: Piece): FloatTensor => {
    const [rows, seen] = [take(q, 2, piece.part), take(k, 2, piece.upTo)];
    const scores = matMul(grouped(rows), seen, { transposeB: true, scale });
    const shown = visible(rows, seen, piece, options);
    if (!shown) return softmax(scores);
    const bias: FloatTensor = where(shown, q.graph.scalar(0, q.dtype), q.graph.scalar(masked, q.dtype));
    return softmax(grouped(add(ungrouped(scores, rows.shape[2]!), bias)));
  };
  return q.graph.operation(
    'attention',
    [q, k, v],
    () => {
      const parts = pieces.map(piece =>
        ungrouped(matMul(kept(probabilities(piece)), take(v, 2, piece.upTo)), piece.part?.size ?? queries),
      );
      return parts.length === 1 ? parts[0]! : join(parts, queries);
    },
    (dy, y) => {
      const each = pieces.map(piece => {
        const p = probabilities(piece);
        const d = grouped(take(dy, 2, piece.part));
        // Σ p · dp over keys is Σ dy · y over the few elements of a head: Dao et al. 2022, https://arxiv.org/abs/2205.14135
        const along = reduceSum(mul(d, grouped(take(y, 2, piece.part))), { axes: [-1], keepDims: true });
        const dp = kept(matMul(d, take(v, 2, piece.upTo), { transposeB: true }));
        const ds = mul(p, sub(dp, along));
        // Products that end in a narrow matrix are slow, so keys and values are computed transposed.
        const dk = transpose(matMul(grouped(take(q, 2, piece.part)), ds, { transposeA: true, scale }));
        const dv = transpose(matMul(d, kept(p), { transposeA: true }));
        const back = (x: FloatTensor): FloatTensor => {
          if (!piece.part || !piece.upTo) return x;
          return putSpan(where(piece.counts!, x, 0), 2, piece.upTo, keys);
        };
        const dq = ungrouped(matMul(ds, take(k, 2, piece.upTo), { scale }), piece.part?.size ?? queries);
        return { dq, dk: back(dk), dv: back(dv) };
      });
      const dq =
        each.length === 1
          ? each[0]!.dq
          : join(
              each.map(piece => piece.dq),
              queries,
            );
      return [dq, each.map(piece => piece.dk).reduce(add), each.map(piece => piece.dv).reduce(add)];
    },
  );
}

/** Parts of the queries side by side again; what repeats the last query is cut off. */
const join = (parts: readonly FloatTensor[], queries: Dim): FloatTensor => {
  const graph = parts[0]!.graph;
  return takeSpan(concat(parts, 2), 2, { start: graph.indices([0]), end: graph.dimension(queries), size: queries });
};

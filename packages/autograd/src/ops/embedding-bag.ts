// One vector per text: a weighted sum of rows of an embedding table.
import { AutogradError } from '../errors.ts';
import { type Dim, sameShape } from '../shape.ts';
import type { FloatTensor, IndexTensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { gather, membership } from './gather.ts';
import { reshape } from './layout.ts';
import { matMul } from './matmul.ts';
import { requireRank } from './operand.ts';
import { reduceSum } from './reduce.ts';
import { where } from './select.ts';

/**
 * A weighted sum of table rows for each text: `table` `[rows, size]`, `ids` and `weights` `[batch, length]`, result
 * `[batch, size]`. Weight 0 pads. Weights of one over the number of tokens make it a mean.
 *
 * @example
 * ```ts
 * import { Graph, embeddingBag, evaluate } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const table = graph.constant([[1, 2], [10, 20], [100, 200]]);
 * const ids = graph.constant([[0, 2]], { dtype: 'int64' });
 * const out = await evaluate({ y: embeddingBag(table, ids, graph.constant([[1, 0.5]])) });
 * console.log(out.y.data); // Float32Array [51, 102]
 * ```
 */
export function embeddingBag(table: FloatTensor, ids: IndexTensor, weights: FloatTensor): FloatTensor {
  requireRank('embeddingBag', table, 2, 'the table');
  requireRank('embeddingBag', ids, 2, 'ids');
  if (!sameShape(ids.shape, weights.shape))
    throw new AutogradError('shape', `embeddingBag: ${weights} must have the shape of ${ids}.`);
  const [batch, length] = ids.shape as [Dim, Dim];
  const summed = matMul(reshape(weights, [batch, 1, length]), gather(table, ids));
  return reshape(summed, [batch, table.shape[1]!]);
}

/**
 * {@link embeddingBag} without padding: the entries of all texts in one row. `ids`, `segments` (which text an entry belongs
 * to) and `weights` are `[entries]`; `count` is the number of texts, and the result `[count, size]`. It does no work for
 * padding, so it is the faster one when lengths differ.
 *
 * @example
 * ```ts
 * import { Graph, embeddingBagFlat, evaluate } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const table = graph.constant([[1, 2], [10, 20], [100, 200]]);
 * const ids = graph.constant([0, 2, 1], { dtype: 'int64' });
 * const texts = graph.constant([0, 0, 1], { dtype: 'int64' });
 * const y = embeddingBagFlat(table, ids, texts, graph.constant([1, 0.5, 1]), 2);
 * console.log((await evaluate({ y })).y.data); // Float32Array [51, 102, 10, 20]
 * ```
 */
export function embeddingBagFlat(
  table: FloatTensor,
  ids: IndexTensor,
  segments: IndexTensor,
  weights: FloatTensor,
  count: Dim,
): FloatTensor {
  requireRank('embeddingBagFlat', table, 2, 'the table');
  requireRank('embeddingBagFlat', ids, 1, 'ids');
  if (!sameShape(ids.shape, weights.shape))
    throw new AutogradError('shape', `embeddingBagFlat: ${weights} must have the shape of ${ids}.`);
  const rows = gather(table, ids);
  const columns = reshape(weights, [ids.shape[0]!, 1]);
  return table.graph.operation(
    'embeddingBagFlat',
    [rows, weights],
    () => matMul(where(membership(segments, count), weights, 0), rows),
    dy => {
      const slopes = gather(dy, segments);
      return [mul(slopes, columns), reduceSum(mul(slopes, rows), { axes: [1] })];
    },
  );
}

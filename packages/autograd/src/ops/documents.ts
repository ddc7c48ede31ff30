// Packed sequences: several documents in one row, told apart by a number for each position.
import type { IndexTensor, Tensor } from '../tensor.ts';
import { reshape } from './layout.ts';
import { requireRank } from './operand.ts';
import { range } from './range.ts';
import { reduceSum } from './reduce.ts';
import { and, cast, equal, less } from './select.ts';

/**
 * Which positions may see each other in packed rows: `documents` `[batch, length]` gives each position the number of its
 * document, the result `[batch, 1, length, length]` is true within one document. Use it as the `mask` of `attention`, which
 * `causal` narrows further.
 *
 * @example
 * ```ts
 * import { documentMask, evaluate, Graph } from '@modeshift/autograd';
 *
 * const documents = new Graph().constant([[0, 0, 1]], { dtype: 'int64' });
 * const out = await evaluate({ mask: documentMask(documents) });
 * console.log(out.mask.data); // Uint8Array [1, 1, 0, 1, 1, 0, 0, 0, 1]
 * ```
 */
export function documentMask(documents: IndexTensor): Tensor<'bool'> {
  requireRank('documentMask', documents, 2, 'the document numbers');
  const [batch, length] = documents.shape as [string | number, string | number];
  return equal(reshape(documents, [batch, 1, length, 1]), reshape(documents, [batch, 1, 1, length]));
}

/**
 * Positions that begin at 0 in each document of packed rows, `[batch, length]` for rotary or learned position embeddings. The
 * positions of one document must lie side by side.
 *
 * @example
 * ```ts
 * import { documentPositions, evaluate, Graph } from '@modeshift/autograd';
 *
 * const documents = new Graph().constant([[0, 0, 1]], { dtype: 'int64' });
 * const out = await evaluate({ positions: documentPositions(documents) });
 * console.log(out.positions.data); // BigInt64Array [0n, 1n, 0n]
 * ```
 */
export function documentPositions(documents: IndexTensor): Tensor<'int64'> {
  const graph = documents.graph;
  const mask = documentMask(documents);
  const [batch, length] = documents.shape as [string | number, string | number];
  const places = range(graph, length, 'int32');
  const earlier = less(reshape(places, [1, 1, 1, length]), reshape(places, [1, 1, length, 1]));
  const counts = reduceSum(cast(and(mask, earlier), 'int32'), { axes: [-1] });
  return cast(reshape(counts, [batch, length]), 'int64');
}

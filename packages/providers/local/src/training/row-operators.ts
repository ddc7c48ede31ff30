// Reading and writing rows whose places are all different, so that no sums are needed: cheaper than `gather` and its gradient.
import {
  cast,
  type FloatTensor,
  gather,
  type IndexTensor,
  reshape,
  type Shape,
  type Tensor,
} from '@modeshift/autograd';

function zeros(like: FloatTensor, shape: Shape): FloatTensor {
  const { graph, dtype } = like;
  return graph.emit('Expand', [graph.scalar(0, dtype), graph.shapeTensor(shape)], { dtype, shape });
}

/** `places` as the indices of ScatterND. */
const indices = (places: IndexTensor): Tensor<'int64'> => cast(reshape(places, [places.shape[0]!, 1]), 'int64');

/** Puts `rows` at `places` of `x`, in place of what is there. */
function put(x: FloatTensor, rows: FloatTensor, places: IndexTensor): FloatTensor {
  return x.graph.emit('ScatterND', [x, indices(places), rows], { dtype: x.dtype, shape: x.shape });
}

/** Rows `places` `[n]` of `x` `[rows, size]`; no place may be named twice. */
export function selectRows(x: FloatTensor, places: IndexTensor): FloatTensor {
  return x.graph.operation(
    'selectRows',
    [x],
    () => gather(x, places),
    dy => [x.graph.untaped(() => put(zeros(dy, x.shape), dy, places))],
  );
}

/** `x` `[rows, size]` with `rows` `[n, size]` at `places` `[n]`; no place may be named twice. */
export function placeRows(x: FloatTensor, rows: FloatTensor, places: IndexTensor): FloatTensor {
  return x.graph.operation(
    'placeRows',
    [x, rows],
    () => put(x, rows, places),
    dy => [put(dy, zeros(dy, rows.shape), places), gather(dy, places)],
  );
}

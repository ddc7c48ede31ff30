// Writing rows into a table, for soft prompts among embedded tokens.
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

/** `x` `[rows, size]` with `rows` `[n, size]` at `places` `[n]`; no place may be named twice. */
export function placeRows(x: FloatTensor, rows: FloatTensor, places: IndexTensor): FloatTensor {
  return x.graph.operation(
    'placeRows',
    [x, rows],
    () => put(x, rows, places),
    dy => [put(dy, zeros(dy, rows.shape), places), gather(dy, places)],
  );
}

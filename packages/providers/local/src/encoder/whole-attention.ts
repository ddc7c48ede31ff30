// Attention without a cache, over whole texts: for embedding and classifying.
import { type FloatTensor, type Graph, mul, range, reshape, rope, ropeTables, type Tensor } from '@modeshift/autograd';
import type { NetworkConfig } from '../architectures/architecture.ts';
import type { AttentionLayer } from '../network/network.ts';

/**
 * Attention over texts that are filled up at the end; `lengths` `[batch]` says how long each is. Encoders see every position
 * (`MultiHeadAttention`), decoders the positions before (`GroupQueryAttention` with an empty past).
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export function wholeAttention(
  graph: Graph,
  config: NetworkConfig,
  lengths: Tensor<'int32'>,
  kind: 'encoder' | 'decoder',
): AttentionLayer {
  return kind === 'encoder' ? everyPosition(graph, config, lengths) : positionsBefore(graph, config, lengths);
}

function everyPosition(graph: Graph, config: NetworkConfig, lengths: Tensor<'int32'>): AttentionLayer {
  return (q, k, v) =>
    graph.emit(
      'MultiHeadAttention',
      [q, k, v, undefined, lengths],
      { dtype: 'float32', shape: q.shape },
      { num_heads: config.heads, scale: { float: 1 / Math.sqrt(config.headSize) } },
      'com.microsoft',
    );
}

function positionsBefore(graph: Graph, config: NetworkConfig, lengths: Tensor<'int32'>): AttentionLayer {
  const { heads, keyHeads, headSize, window } = config;
  const int32 = { dtype: 'int32', shape: ['batch'] } as const;
  const last = graph.emit('Sub', [lengths, graph.scalar(1, 'int32')], int32);
  const total = graph.emit('Cast', [graph.dimension('length')], { dtype: 'int32', shape: [1] }, { to: 6 });
  const empty = graph.constant(new Float32Array(0), { shape: [1, keyHeads, 0, headSize] });
  const past = graph.emit('Expand', [empty, graph.shapeTensor(['batch', keyHeads, 0, headSize])], {
    dtype: 'float32',
    shape: ['batch', keyHeads, 0, headSize],
  });
  return (q, k, v) => {
    const turn = (x: FloatTensor, count: number): FloatTensor => (config.rope ? turned(graph, x, config, count) : x);
    const attributes = {
      num_heads: heads,
      kv_num_heads: keyHeads,
      scale: { float: 1 / Math.sqrt(headSize) },
      ...(window === undefined ? {} : { local_window_size: window }),
    };
    const present = { dtype: 'float32', shape: ['batch', keyHeads, 'length', headSize] } as const;
    const inputs = [turn(q, heads), turn(k, keyHeads), v, past, past, last, total];
    const outputs = [{ dtype: 'float32', shape: q.shape } as const, present, present];
    return graph.emitAll('GroupQueryAttention', inputs, outputs, attributes, 'com.microsoft')[0] as FloatTensor;
  };
}

/** Heads of `x` `[batch, length, heads · headSize]`, turned by the angles of positions 0, 1, … */
function turned(graph: Graph, x: FloatTensor, { headSize, rope: config }: NetworkConfig, heads: number): FloatTensor {
  const { cos, sin } = ropeTables(range(graph, 'length'), { headSize, frequencies: config!.frequencies });
  const at = (table: FloatTensor): FloatTensor =>
    reshape(config!.scale === 1 ? table : mul(table, config!.scale), [1, 'length', 1, headSize / 2]);
  const split = reshape(x, ['batch', 'length', heads, headSize]);
  return reshape(rope(split, { cos: at(cos), sin: at(sin) }), x.shape);
}

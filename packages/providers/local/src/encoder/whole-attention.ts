// Attention without a cache, over whole texts: for embedding and classifying.
import {
  add,
  type FloatTensor,
  type Graph,
  less,
  matMul,
  mul,
  range,
  reshape,
  rope,
  ropeTables,
  softmax,
  type Tensor,
  transpose,
  where,
} from '@modeshift/autograd';
import type { NetworkConfig } from '../architectures/architecture.ts';
import type { Device } from '../network/device.ts';
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
  device: Device,
): AttentionLayer {
  if (device !== 'cpu') return plainAttention(graph, config, lengths, kind);
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

/**
 * Attention in products and a softmax, for devices other than the processor: on WebGPU `MultiHeadAttention` takes no lengths, and is
 * wrong from 32 positions on where a subgroup is small (ONNX Runtime 1.30).
 */
function plainAttention(
  graph: Graph,
  config: NetworkConfig,
  lengths: Tensor<'int32'>,
  kind: 'encoder' | 'decoder',
): AttentionLayer {
  const { heads, keyHeads, headSize } = config;
  const group = heads / keyHeads;
  const mask = hidden(graph, config, lengths, kind);
  return (q, k, v) => {
    const turn = (x: FloatTensor, count: number): FloatTensor => (config.rope ? turned(graph, x, config, count) : x);
    const byHead = (x: FloatTensor): FloatTensor =>
      reshape(transpose(reshape(x, ['batch', 'length', keyHeads, headSize]), [0, 2, 1, 3]), [
        'batch',
        keyHeads,
        1,
        'length',
        headSize,
      ]);
    const queries = transpose(reshape(turn(q, heads), ['batch', 'length', keyHeads, group, headSize]), [0, 2, 3, 1, 4]);
    const options = { transposeB: true, scale: 1 / Math.sqrt(headSize) };
    const scores = matMul(queries, byHead(turn(k, keyHeads)), options);
    const seen = matMul(softmax(add(scores, mask)), byHead(v));
    return reshape(transpose(seen, [0, 3, 1, 2, 4]), q.shape);
  };
}

/** What is added to scores, `[batch, 1, 1, length or 1, length]`: no position sees what fills up, and a decoder's none after it. */
function hidden(
  graph: Graph,
  { window }: NetworkConfig,
  lengths: Tensor<'int32'>,
  kind: 'encoder' | 'decoder',
): FloatTensor {
  const [seen, unseen] = [graph.scalar(0, 'float32'), graph.scalar(-1e9, 'float32')];
  const at = range(graph, 'length', 'int32');
  const keys = reshape(at, [1, 1, 1, 1, 'length']);
  if (kind === 'encoder') return where(less(keys, reshape(lengths, ['batch', 1, 1, 1, 1])), seen, unseen);
  // A decoder's positions see none that fill up, since those stand at the end.
  const queries = reshape(at, [1, 1, 1, 'length', 1]);
  const before = where(less(queries, keys), unseen, seen);
  if (window === undefined) return before;
  return where(less(add(keys, window - 1), queries), unseen, before);
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

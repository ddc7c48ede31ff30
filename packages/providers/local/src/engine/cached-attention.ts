// Attention over keys and values of earlier passes. The cache is only read: what is new comes out, and is written into it between
// passes. An output that shares memory with an input would be copied whole by the runtime's Node binding at every pass.
import {
  add,
  concat,
  type FloatTensor,
  type Graph,
  matMul,
  mul,
  reshape,
  softmax,
  type Tensor,
  transpose,
} from '@modeshift/autograd';
import type { NetworkConfig } from '../architectures/architecture.ts';
import type { AttentionLayer } from '../network/network.ts';

/** The inputs and outputs of a graph that have to do with the cache, by layer: keys, then values. */
export interface CacheTensors {
  /** Inputs `past.key.0`, … of `[batch, keyHeads, 1, capacity, headSize]`. */
  readonly inputs: readonly string[];
  /** New keys and values of each layer, `[batch, length, keyHeads · headSize]`, in the order of the inputs. */
  readonly fresh: readonly FloatTensor[];
}

/** What attention knows of a pass. */
export interface CachedPositions {
  /** `[batch, length]`: positions of the tokens of this pass. */
  readonly positions: Tensor<'int64'>;
  /** `[batch, 1, 1, length, capacity + length]`: added to scores. */
  readonly mask: FloatTensor;
}

/**
 * Attention of new tokens over the cache and themselves. Each head is a product by itself, also where several share keys: a row times a
 * matrix, which reads keys as they lie, where several rows would have them packed at every token.
 *
 * `RotaryEmbedding`: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export function cachedAttention(
  graph: Graph,
  config: NetworkConfig,
  { positions, mask }: CachedPositions,
  longest: number,
): { readonly layer: AttentionLayer; readonly cache: CacheTensors } {
  const { heads, keyHeads, headSize } = config;
  const inputs: string[] = [];
  const fresh: FloatTensor[] = [];
  const rotary = config.rope ? rotaryTables(graph, config.rope, longest) : undefined;
  const turn = (x: FloatTensor): FloatTensor => {
    if (!rotary) return x;
    const output = { dtype: 'float32', shape: x.shape } as const;
    const attributes = { interleaved: 0 };
    return graph.emit('RotaryEmbedding', [x, positions, rotary.cos, rotary.sin], output, attributes, 'com.microsoft');
  };
  const group = heads / keyHeads;
  /** `[batch, length, keyHeads · each · headSize]` to `[batch, keyHeads, each, length, headSize]`. */
  const byHead = (x: FloatTensor, each: number): FloatTensor =>
    transpose(reshape(x, [x.shape[0]!, x.shape[1]!, keyHeads, each, headSize]), [0, 2, 3, 1, 4]);
  const layer: AttentionLayer = (q, k, v, index) => {
    const [batch, length] = q.shape as [string, string, number];
    const past = (part: string): FloatTensor => {
      inputs.push(`past.${part}.${index}`);
      return graph.input(`past.${part}.${index}`, 'float32', ['batch', keyHeads, 1, 'capacity', headSize]);
    };
    const keys = turn(k);
    fresh.push(keys, v);
    // Scaled here and not in the product: with a factor of its own it would not run as a row times a matrix.
    const queries = byHead(mul(turn(q), 1 / Math.sqrt(headSize)), group);
    const score = (x: FloatTensor): FloatTensor => matMul(queries, x, { transposeB: true });
    const shares = softmax(add(concat([score(past('key')), score(byHead(keys, 1))], 4), mask));
    const [before, own] = graph.emitAll(
      'Split',
      [shares, graph.shapeTensor(['capacity', length])],
      ['capacity', length].map(places => ({
        dtype: 'float32' as const,
        shape: [batch, keyHeads, group, length, places],
      })),
      { axis: 4 },
    ) as [FloatTensor, FloatTensor];
    const seen = add(matMul(before, past('value')), matMul(own, byHead(v, 1)));
    return reshape(transpose(seen, [0, 3, 1, 2, 4]), [batch, length, heads * headSize]);
  };
  return { layer, cache: { inputs, fresh } };
}

interface RotaryTables {
  readonly cos: FloatTensor;
  readonly sin: FloatTensor;
}

function rotaryTables(
  graph: Graph,
  { frequencies, scale }: NonNullable<NetworkConfig['rope']>,
  longest: number,
): RotaryTables {
  const half = frequencies.length;
  const cos = new Float32Array(longest * half);
  const sin = new Float32Array(longest * half);
  for (let position = 0; position < longest; position++)
    for (let i = 0; i < half; i++) {
      const angle = position * Math.fround(frequencies[i]!);
      cos[position * half + i] = Math.cos(angle) * scale;
      sin[position * half + i] = Math.sin(angle) * scale;
    }
  const table = (name: string, data: Float32Array): FloatTensor =>
    graph.constant(data, { name, shape: [longest, half] }) as FloatTensor;
  return { cos: table('rotary.cos', cos), sin: table('rotary.sin', sin) };
}

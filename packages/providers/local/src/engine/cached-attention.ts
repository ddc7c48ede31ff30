// Attention over a key/value cache that is updated in place: one operator of ONNX Runtime for one block.
import { type FloatTensor, type Graph, gather, reshape, rope, type Tensor } from '@modeshift/autograd';
import type { NetworkConfig } from '../architectures/architecture.ts';
import type { AttentionLayer } from '../network/network.ts';

/** The inputs and outputs of a graph that hold the cache. */
export interface CacheTensors {
  /** Inputs `past.key.0`, … of `[batch, keyHeads, capacity, headSize]`. */
  readonly inputs: readonly string[];
  /** Outputs `present.key.0`, …: bound to the same memory as the inputs. */
  readonly outputs: Readonly<Record<string, FloatTensor>>;
}

/** Positions of a forward pass: what the attention operator needs to know of lengths. */
export interface CachedPositions {
  /** `[batch]`: tokens of each row after this pass, less one. */
  readonly lastPositions: Tensor<'int32'>;
  /** `[1]`: the most tokens that a row has after this pass. */
  readonly totalLength: Tensor<'int32'>;
  /** `[batch, length]`: positions of the tokens of this pass. */
  readonly positions: Tensor<'int64'>;
  /** `[batch or 1, 1, length, total]`, added to scores: for scoring several continuations in one row. */
  readonly bias?: FloatTensor;
}

/**
 * Attention with `GroupQueryAttention`: rotary positions, grouped heads, windows and the cache in one operator.
 *
 * Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.GroupQueryAttention
 */
export function cachedAttention(
  graph: Graph,
  config: NetworkConfig,
  positions: CachedPositions,
  longest: number,
): { readonly layer: AttentionLayer; readonly cache: CacheTensors } {
  const { heads, keyHeads, headSize, window } = config;
  const inputs: string[] = [];
  const outputs: Record<string, FloatTensor> = {};
  const rotary = config.rope ? rotaryTables(graph, config.rope, longest) : undefined;
  // The operator turns heads itself where their size is a multiple of 16.
  const inside = headSize % 16 === 0 ? rotary : undefined;
  const turn = (x: FloatTensor): FloatTensor =>
    rotary && !inside ? turned(x, rotary, positions.positions, headSize) : x;
  const layer: AttentionLayer = (q, k, v, index) => {
    const shape = ['batch', keyHeads, 'capacity', headSize];
    const past = ['key', 'value'].map(part => {
      inputs.push(`past.${part}.${index}`);
      return graph.input(`past.${part}.${index}`, 'float32', shape);
    });
    const attributes = {
      num_heads: heads,
      kv_num_heads: keyHeads,
      scale: { float: 1 / Math.sqrt(headSize) },
      ...(inside ? { do_rotary: 1, rotary_interleaved: 0 } : {}),
      ...(window === undefined ? {} : { local_window_size: window }),
    };
    const present = { dtype: 'float32', shape } as const;
    const [seen, key, value] = graph.emitAll(
      'GroupQueryAttention',
      [
        turn(q),
        turn(k),
        v,
        ...past,
        positions.lastPositions,
        positions.totalLength,
        inside?.cos,
        inside?.sin,
        inside ? positions.positions : undefined,
        positions.bias,
      ],
      [{ dtype: 'float32', shape: q.shape }, present, present],
      attributes,
      'com.microsoft',
    ) as [FloatTensor, FloatTensor, FloatTensor];
    outputs[`present.key.${index}`] = key;
    outputs[`present.value.${index}`] = value;
    return seen;
  };
  return { layer, cache: { inputs, outputs } };
}

interface RotaryTables {
  readonly cos: FloatTensor;
  readonly sin: FloatTensor;
}

/** Heads of `x` `[batch, length, heads · headSize]`, turned by the angles of their positions. */
function turned(x: FloatTensor, tables: RotaryTables, positions: Tensor<'int64'>, headSize: number): FloatTensor {
  const [batch, length, size] = x.shape as [string, string, number];
  const at = (table: FloatTensor): FloatTensor => reshape(gather(table, positions), [batch, length, 1, headSize / 2]);
  const heads = reshape(x, [batch, length, size / headSize, headSize]);
  return reshape(rope(heads, { cos: at(tables.cos), sin: at(tables.sin) }), [batch, length, size]);
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

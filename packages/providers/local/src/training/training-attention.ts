// Attention for training: every position at once, with a gradient, and masks for padding and for texts that share a row.
import {
  and,
  attention,
  concat,
  equal,
  expand,
  type FloatTensor,
  type Graph,
  type IndexTensor,
  less,
  mul,
  type RopeTables,
  reshape,
  rope,
  ropeTables,
  split,
  sub,
  type Tensor,
  transpose,
} from '@modeshift/autograd';
import type { NetworkConfig } from '../architectures/architecture.ts';
import type { AttentionLayer } from '../network/network.ts';

/** What attention knows of a batch. */
export interface AttentionInputs {
  /** Decoders see backwards only. */
  readonly causal: boolean;
  /** `[length]`, or `[batch, length]` where each row has its own. */
  readonly positions: IndexTensor;
  /** `[batch, length]`: texts that share a row have different numbers. */
  readonly documents?: IndexTensor;
  /** `[batch, length]`: true for tokens, false for padding. */
  readonly padding?: Tensor<'bool'>;
  /** What dropout is drawn from; left out: nothing is dropped. */
  readonly seed?: Tensor<'int32'> | undefined;
  /** Keys and values before the tokens: `[tokens, layers · 2 · keyHeads · headSize]`. */
  readonly prefix?: FloatTensor;
}

/** Attention over whole sequences. */
export function trainingAttention(graph: Graph, config: NetworkConfig, inputs: AttentionInputs): AttentionLayer {
  const { heads, keyHeads, headSize, rope: rotary } = config;
  const tables = rotary ? scaledTables(inputs.positions, rotary, headSize) : undefined;
  const prefix = inputs.prefix ? prefixParts(inputs.prefix, config) : undefined;
  const mask = visible(graph, config, inputs);
  const options = {
    causal: inputs.causal,
    ...(inputs.padding ? { padding: inputs.padding } : {}),
    ...(mask ? { mask } : {}),
    ...(inputs.seed ? { dropout: { rate: config.dropout.attention, seed: inputs.seed } } : {}),
  };
  return (q, k, v, layer) => {
    const [batch, length] = q.shape as [string, string, number];
    const byHead = (x: FloatTensor, count: number): FloatTensor =>
      transpose(reshape(x, [batch, length, count, headSize]), [0, 2, 1, 3]);
    const turn = (x: FloatTensor): FloatTensor => (tables ? rope(x, tables) : x);
    let keys = turn(byHead(k, keyHeads));
    let values = byHead(v, keyHeads);
    if (prefix) {
      const before = (x: FloatTensor): FloatTensor => expand(x, [batch, ...x.shape.slice(1)]);
      keys = concat([before(prefix[layer]!.keys), keys], 2);
      values = concat([before(prefix[layer]!.values), values], 2);
    }
    const seen = attention(turn(byHead(q, heads)), keys, values, options);
    return reshape(transpose(seen, [0, 2, 1, 3]), [batch, length, heads * headSize]);
  };
}

function scaledTables(
  positions: IndexTensor,
  { frequencies, scale }: NonNullable<NetworkConfig['rope']>,
  headSize: number,
): RopeTables {
  const tables = ropeTables(positions, { headSize, frequencies });
  return scale === 1 ? tables : { cos: mul(tables.cos, scale), sin: mul(tables.sin, scale) };
}

/** What is hidden beside the future and padding: other texts of the row, and what a window has left behind. */
function visible(
  graph: Graph,
  { window }: NetworkConfig,
  { positions, documents, prefix }: AttentionInputs,
): Tensor<'bool'> | undefined {
  const pairs = (x: IndexTensor): [IndexTensor, IndexTensor] => {
    const [rows, length] = x.rank === 2 ? [x.shape[0]!, x.shape[1]!] : [1, x.shape[0]!];
    return [reshape(x, [rows, 1, length, 1]), reshape(x, [rows, 1, 1, length])];
  };
  const parts: Tensor<'bool'>[] = [];
  if (documents) parts.push(equal(...pairs(documents)));
  if (window !== undefined) {
    const [query, key] = pairs(positions);
    parts.push(less(sub(query, key), window));
  }
  if (parts.length === 0) return undefined;
  const mask = parts.reduce(and);
  if (!prefix) return mask;
  const [rows, , length] = mask.shape as [string, number, string];
  const always = expand(graph.constant(Uint8Array.of(1), { dtype: 'bool', shape: [1, 1, 1, 1] }), [
    ...[rows, 1, length, prefix.shape[0]!],
  ]);
  return concat([always, mask], 3);
}

/** The prefix of each layer, `[1, keyHeads, tokens, headSize]`, from PEFT's one table of all of them. */
function prefixParts(
  table: FloatTensor,
  { layers, keyHeads, headSize }: NetworkConfig,
): { readonly keys: FloatTensor; readonly values: FloatTensor }[] {
  const tokens = table.shape[0] as number;
  const size = keyHeads * headSize;
  const parts = split(table, Array<number>(2 * layers).fill(size));
  const shaped = parts.map(part => transpose(reshape(part, [1, tokens, keyHeads, headSize]), [0, 2, 1, 3]));
  return Array.from({ length: layers }, (_, i) => ({ keys: shaped[2 * i]!, values: shaped[2 * i + 1]! }));
}

// Two reference transformers for tests and benchmarks: a Llama-shaped decoder and a BERT-shaped classifier.
import type { Graph } from './graph.ts';
import { normal, ones } from './initializers.ts';
import { gelu, swiglu } from './ops/activations.ts';
import { add, div, mul } from './ops/arithmetic.ts';
import { attention } from './ops/attention.ts';
import { crossEntropy } from './ops/cross-entropy.ts';
import { gather } from './ops/gather.ts';
import { reshape, transpose } from './ops/layout.ts';
import { linear } from './ops/matmul.ts';
import { layerNorm, rmsNorm } from './ops/normalize.ts';
import { range } from './ops/range.ts';
import { reduceSum } from './ops/reduce.ts';
import { rope, ropeTables } from './ops/rope.ts';
import { cast, equal, not } from './ops/select.ts';
import type { FloatTensor, Tensor } from './tensor.ts';

/** Sizes of a reference model. */
export interface ModelSizes {
  readonly vocabulary: number;
  readonly size: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly hidden: number;
  readonly layers: number;
  /** With a rank, the decoder's queries and values get low-rank adapters, named `….a` and `….b`. */
  readonly rank?: number;
}

const initialize = normal(0.02);

/** `[batch, length, heads * headSize]` as `[batch, heads, length, headSize]`, and back. */
function splitHeads(x: FloatTensor, heads: number): FloatTensor {
  return transpose(reshape(x, ['batch', 'length', heads, Number(x.shape[2]) / heads]), [0, 2, 1, 3]);
}
function joinHeads(x: FloatTensor): FloatTensor {
  return reshape(transpose(x, [0, 2, 1, 3]), ['batch', 'length', Number(x.shape[1]) * Number(x.shape[3])]);
}

/** A decoder with RMSNorm, RoPE, grouped keys, SwiGLU and tied embeddings; the loss ignores labels of -100. */
export function decoderLoss(graph: Graph, sizes: ModelSizes): { loss: FloatTensor; logits: FloatTensor } {
  const { vocabulary, size, heads, keyHeads, hidden, layers, rank } = sizes;
  const ids = graph.input('ids', 'int64', ['batch', 'length']);
  const labels = graph.input('labels', 'int64', ['batch', 'length']);
  const embedding = graph.parameter('embedding', [vocabulary, size], { initialize });
  const weight = (name: string, rows: number, columns: number) =>
    graph.parameter(name, [rows, columns], { initialize });
  const gain = (name: string) => graph.parameter(name, [size], { initialize: ones, group: 'noDecay' });
  const headSize = size / heads;
  const adapted = (x: FloatTensor, name: string, rows: number): FloatTensor => {
    const y = linear(x, weight(name, rows, size));
    return rank ? add(y, linear(linear(x, weight(`${name}.a`, rank, size)), weight(`${name}.b`, rows, rank))) : y;
  };
  const tables = ropeTables(range(graph, 'length'), { headSize });
  let x = gather(embedding, ids);
  for (let i = 0; i < layers; i++) {
    const h = rmsNorm(x, gain(`${i}.norm1`));
    const q = splitHeads(adapted(h, `${i}.q`, size), heads);
    const k = splitHeads(linear(h, weight(`${i}.k`, keyHeads * headSize, size)), keyHeads);
    const v = splitHeads(adapted(h, `${i}.v`, keyHeads * headSize), keyHeads);
    const seen = joinHeads(attention(rope(q, tables), rope(k, tables), v, { causal: true }));
    x = add(x, linear(seen, weight(`${i}.o`, size, size)));
    const g = rmsNorm(x, gain(`${i}.norm2`));
    const gated = swiglu(linear(g, weight(`${i}.gate`, hidden, size)), linear(g, weight(`${i}.up`, hidden, size)));
    x = add(x, linear(gated, weight(`${i}.down`, size, hidden)));
  }
  const logits = linear(rmsNorm(x, gain('norm')), embedding);
  return { loss: crossEntropy(logits, labels), logits };
}

/** An encoder with learned positions, LayerNorm after each block, GELU, a padding mask and mean pooling; id 0 pads. */
export function classifierLoss(
  graph: Graph,
  sizes: ModelSizes & { readonly positions: number; readonly classes: number },
): { loss: FloatTensor; logits: FloatTensor } {
  const { vocabulary, size, heads, hidden, layers, positions, classes } = sizes;
  const ids = graph.input('ids', 'int64', ['batch', 'length']);
  const labels = graph.input('labels', 'int64', ['batch']);
  const weight = (name: string, rows: number, columns: number) =>
    graph.parameter(name, [rows, columns], { initialize });
  const dense = (x: FloatTensor, name: string, rows: number): FloatTensor =>
    linear(
      x,
      weight(`${name}.weight`, rows, Number(x.shape.at(-1))),
      graph.parameter(`${name}.bias`, [rows], { group: 'noDecay' }),
    );
  const norm = (x: FloatTensor, name: string): FloatTensor =>
    layerNorm(
      x,
      graph.parameter(`${name}.weight`, [size], { initialize: ones, group: 'noDecay' }),
      graph.parameter(`${name}.bias`, [size], { group: 'noDecay' }),
    );
  const padding: Tensor<'bool'> = not(equal(ids, 0));
  let x = add(
    gather(weight('tokens', vocabulary, size), ids),
    gather(weight('positions', positions, size), range(graph, 'length')),
  );
  x = norm(x, 'norm');
  for (let i = 0; i < layers; i++) {
    const [q, k, v] = ['q', 'k', 'v'].map(part => splitHeads(dense(x, `${i}.${part}`, size), heads));
    x = norm(add(x, dense(joinHeads(attention(q!, k!, v!, { padding })), `${i}.o`, size)), `${i}.norm1`);
    x = norm(add(x, dense(gelu(dense(x, `${i}.up`, hidden)), `${i}.down`, size)), `${i}.norm2`);
  }
  const counts = reshape(cast(padding, graph.dtype), ['batch', 'length', 1]);
  const pooled = div(reduceSum(mul(x, counts), { axes: [1] }), reduceSum(counts, { axes: [1] }));
  const logits = dense(pooled, 'classes', classes);
  return { loss: crossEntropy(logits, labels), logits };
}

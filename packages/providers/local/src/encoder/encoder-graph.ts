// An embedding or classifying model as a graph: token ids of a batch of texts in, one vector or one row of logits for each out.
import {
  add,
  cast,
  div,
  type FloatTensor,
  Graph,
  gather,
  l2Normalize,
  less,
  linear,
  mul,
  range,
  reduceMax,
  reduceSum,
  reshape,
  sqrt,
  type Tensor,
  tanh,
  where,
} from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';
import type { Architecture, NetworkConfig } from '../architectures/architecture.ts';
import type { Weights } from '../checkpoint/weights.ts';
import { constantWeights } from '../network/constant-weights.ts';
import type { Device } from '../network/device.ts';
import type { LoadedWeights } from '../network/load-weights.ts';
import { Network, type WeightTensors } from '../network/network.ts';
import { buildChecked, type NetworkPlan, planNetwork } from '../network/plan-network.ts';
import type { EmbeddingSetup, Pooling } from './read-embedding-setup.ts';
import { wholeAttention } from './whole-attention.ts';

/** A layer after the pooling. */
export interface DenseLayer {
  readonly weight: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer> | undefined;
  readonly shape: readonly [out: number, inputs: number];
  readonly activation: 'identity' | 'tanh';
}

/** What the graph computes: a vector for each text, or logits of classes. */
export type EncoderTask =
  | { readonly type: 'embed'; readonly setup: EmbeddingSetup; readonly dense: readonly DenseLayer[] }
  | { readonly type: 'classify' };

/** Which weights the model reads. Throws `storage` when the checkpoint lacks one. */
export function planEncoder(
  architecture: Architecture,
  config: NetworkConfig,
  weights: Weights,
  task: EncoderTask,
): NetworkPlan {
  const graph = new Graph();
  return planNetwork(weights, graph, tensors => {
    build(graph, architecture, config, tensors, task, 'cpu');
  });
}

/** The graph with its weights as constants; its output is `result` `[batch, size]`. */
export function encoderGraph(
  architecture: Architecture,
  config: NetworkConfig,
  loaded: LoadedWeights,
  place: string,
  task: EncoderTask,
  device: Device = 'cpu',
): { readonly graph: Graph; readonly result: FloatTensor } {
  const graph = new Graph();
  const weights = constantWeights(graph, loaded);
  return { graph, result: buildChecked(place, () => build(graph, architecture, config, weights, task, device)) };
}

function build(
  graph: Graph,
  architecture: Architecture,
  config: NetworkConfig,
  weights: WeightTensors,
  task: EncoderTask,
  device: Device,
): FloatTensor {
  const ids = graph.input('ids', 'int64', ['batch', 'length']);
  const lengths = graph.input('lengths', 'int32', ['batch']);
  const typeIds = architecture.kind === 'encoder' ? graph.input('typeIds', 'int64', ['batch', 'length']) : undefined;
  const network = new Network({
    graph,
    ids,
    positions: range(graph, 'length'),
    ...(typeIds ? { typeIds } : {}),
    weights,
    attention: wholeAttention(graph, config, lengths, architecture.kind, device),
  });
  const hidden = architecture.hidden(network, config);
  if (task.type === 'classify') {
    if (architecture.kind === 'encoder') return architecture.classify(network, config, hidden);
    throw new ModeshiftError(
      { tag: 'unsupported', feature: `reranking with ${config.modelType}` },
      `A ${config.modelType} checkpoint has no classes to rank by. Use a cross-encoder such as BAAI/bge-reranker-base.`,
    );
  }
  let vector = pooled(hidden, lengths, task.setup.pooling, config.hiddenSize);
  for (const [i, { weight, bias, shape, activation }] of task.dense.entries()) {
    const w = graph.constant(weight, { name: `dense.${i}.weight`, shape: [...shape] }) as FloatTensor;
    const b = bias && (graph.constant(bias, { name: `dense.${i}.bias` }) as FloatTensor);
    const y = linear(vector, w, b);
    vector = activation === 'tanh' ? tanh(y) : y;
  }
  return task.setup.normalize ? l2Normalize(vector) : vector;
}

/** `hidden` `[batch, length, size]` as `[batch, size]`; positions after a text's end do not count. */
function pooled(hidden: FloatTensor, lengths: Tensor<'int32'>, pooling: Pooling, size: number): FloatTensor {
  const { graph } = hidden;
  if (pooling === 'cls' || pooling === 'last-token') {
    const rows = reshape(hidden, [-1, size]);
    const starts = mul(range(graph, 'batch'), reshape(graph.dimension('length'), []) as Tensor<'int64'>);
    const last = add(starts, add(cast(lengths, 'int64'), -1));
    return gather(rows, pooling === 'cls' ? starts : last);
  }
  const positions = reshape(range(graph, 'length', 'int32'), [1, 'length']);
  const within = reshape(less(positions, reshape(lengths, ['batch', 1])), ['batch', 'length', 1]);
  if (pooling === 'max') return reduceMax(where(within, hidden, graph.scalar(-1e9, 'float32')), { axes: [1] });
  const counted = cast(within, 'float32') as FloatTensor;
  const sum = reduceSum(mul(hidden, counted), { axes: [1] });
  const count = cast(reshape(lengths, ['batch', 1]), 'float32') as FloatTensor;
  return div(sum, pooling === 'mean' ? count : sqrt(count));
}

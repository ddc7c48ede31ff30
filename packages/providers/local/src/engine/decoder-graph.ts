// A decoder as a graph for inference: tokens and a cache in, logits of chosen rows and the cache out.
import { type FloatTensor, Graph, gather, reshape, type Tensor } from '@modeshift/autograd';
import type { DecoderArchitecture, NetworkConfig } from '../architectures/architecture.ts';
import type { Weights } from '../checkpoint/weights.ts';
import { constantWeights, type LinearAddition } from '../network/constant-weights.ts';
import type { LoadedWeights } from '../network/load-weights.ts';
import { Network, type WeightTensors } from '../network/network.ts';
import { buildChecked, type NetworkPlan, planNetwork } from '../network/plan-network.ts';
import { type CacheTensors, cachedAttention } from './cached-attention.ts';

/** What the graph of a decoder looks like. */
export interface DecoderGraphOptions {
  /** The longest sequence, for the tables of rotary positions. */
  readonly longest: number;
  /** What adapters add to linear layers. */
  readonly addition?: (graph: Graph) => LinearAddition;
  /** Rows after the vocabulary, for soft prompts: an input `soft` of `[soft, hidden]`. */
  readonly softTokens?: boolean;
  /** An input `bias` of `[1, 1, length, total]` is added to attention scores. */
  readonly biased?: boolean;
}

/** A decoder's graph. */
export interface DecoderGraph {
  readonly graph: Graph;
  /**
   * `logits` `[rows, vocabulary]`, `hidden` `[rows, hidden]` and the cache's outputs. The rows are those that the input `rows` names:
   * positions in the flattened `[batch · length]`.
   */
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly cache: CacheTensors;
}

/** Which weights a decoder reads. Throws `storage` when the checkpoint lacks one. */
export function planDecoder(architecture: DecoderArchitecture, config: NetworkConfig, weights: Weights): NetworkPlan {
  const graph = new Graph();
  return planNetwork(weights, graph, tensors => {
    build(graph, architecture, config, tensors, { longest: 1 });
  });
}

/** The graph of a decoder with its weights as constants. */
export function decoderGraph(
  architecture: DecoderArchitecture,
  config: NetworkConfig,
  loaded: LoadedWeights,
  place: string,
  options: DecoderGraphOptions,
): DecoderGraph {
  const graph = new Graph();
  const weights = constantWeights(graph, loaded, options.addition?.(graph));
  return buildChecked(place, () => build(graph, architecture, config, weights, options));
}

function build(
  graph: Graph,
  architecture: DecoderArchitecture,
  config: NetworkConfig,
  weights: WeightTensors,
  options: DecoderGraphOptions,
): DecoderGraph {
  const ids = graph.input('ids', 'int64', ['batch', 'length']);
  const positions = graph.input('positions', 'int64', ['batch', 'length']);
  const lastPositions = graph.input('lastPositions', 'int32', ['batch']);
  const totalLength = graph.input('totalLength', 'int32', [1]);
  const rows = graph.input('rows', 'int64', ['rows']);
  const bias = options.biased ? graph.input('bias', 'float32', [1, 1, 'length', 'total']) : undefined;
  const { layer, cache } = cachedAttention(
    graph,
    config,
    { lastPositions, totalLength, positions, ...(bias ? { bias } : {}) },
    options.longest,
  );
  const network = new Network({ graph, ids, positions, weights, attention: layer });
  const all = architecture.hidden(network, config);
  const hidden: FloatTensor = gather(reshape(all, [-1, config.hiddenSize]), rows);
  const logits = head(network, architecture, config, hidden);
  return { graph, outputs: { logits, hidden, ...cache.outputs }, cache };
}

/** The output projection, applied to the rows that are asked for and to no others. */
export function head(
  network: Network,
  architecture: DecoderArchitecture,
  config: NetworkConfig,
  hidden: FloatTensor,
): FloatTensor {
  return network.linear(hidden, config.tied ? architecture.embedding : architecture.head);
}

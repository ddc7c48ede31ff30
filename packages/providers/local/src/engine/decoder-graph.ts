// A decoder as a graph for inference: tokens and a cache in, logits of chosen rows and the cache out.
import {
  argMax,
  concat,
  type FloatTensor,
  Graph,
  gather,
  type IndexTensor,
  reshape,
  type Tensor,
} from '@modeshift/autograd';
import { type AdaptedModules, adapterInputs } from '../adapters/adapter-inputs.ts';
import type { DecoderArchitecture, NetworkConfig } from '../architectures/architecture.ts';
import type { Weights } from '../checkpoint/weights.ts';
import { constantWeights } from '../network/constant-weights.ts';
import type { LoadedWeights } from '../network/load-weights.ts';
import { Network, type WeightTensors } from '../network/network.ts';
import { buildChecked, type NetworkPlan, planNetwork } from '../network/plan-network.ts';
import { type CacheTensors, cachedAttention } from './cached-attention.ts';

/** What a graph has beyond the plain decoder. */
export interface DecoderFeatures {
  /** An input `soft` of `[soft, hidden]`: rows after the vocabulary, for soft prompts. */
  readonly soft: boolean;
  /** Linear layers that adapters add to. */
  readonly adapted: AdaptedModules;
}

/** Nothing beyond the plain decoder. */
export const plainFeatures: DecoderFeatures = { soft: false, adapted: new Map() };

/** A decoder's graph. */
export interface DecoderGraph {
  readonly graph: Graph;
  /**
   * `logits` `[rows, vocabulary]`, `best` `[rows]`: the most probable tokens, `hidden` `[rows, hidden]`, and `new`: the new keys and values
   * of all layers, `[batch, length, 2 · layers · keyHeads · headSize]`. The rows are those that the input `rows` names: positions in the
   * flattened `[batch · length]`.
   */
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly cache: CacheTensors;
}

/** Which weights a decoder reads. Throws `storage` when the checkpoint lacks one. */
export function planDecoder(architecture: DecoderArchitecture, config: NetworkConfig, weights: Weights): NetworkPlan {
  const graph = new Graph();
  return planNetwork(weights, graph, tensors => {
    build(graph, architecture, config, tensors, plainFeatures, 1);
  });
}

/** The graph of a decoder with its weights as constants. `longest`: the longest sequence, for the tables of rotary positions. */
export function decoderGraph(
  architecture: DecoderArchitecture,
  config: NetworkConfig,
  loaded: LoadedWeights,
  place: string,
  features: DecoderFeatures,
  longest: number,
): DecoderGraph {
  const graph = new Graph();
  const weights = constantWeights(graph, loaded, adapterInputs(graph, features.adapted));
  return buildChecked(place, () => build(graph, architecture, config, weights, features, longest));
}

function build(
  graph: Graph,
  architecture: DecoderArchitecture,
  config: NetworkConfig,
  weights: WeightTensors,
  features: DecoderFeatures,
  longest: number,
): DecoderGraph {
  const ids = graph.input('ids', 'int64', ['batch', 'length']);
  const positions = graph.input('positions', 'int64', ['batch', 'length']);
  const mask = graph.input('mask', 'float32', ['batch', 1, 1, 'length', '(capacity+length)']);
  const rows = graph.input('rows', 'int64', ['rows']);
  const { layer, cache } = cachedAttention(graph, config, { positions, mask }, longest);
  const embed = features.soft ? softRows(graph, config, weights) : undefined;
  const network = new Network({ graph, ids, positions, weights, attention: layer, ...(embed ? { embed } : {}) });
  const all = architecture.hidden(network, config);
  const hidden: FloatTensor = gather(reshape(all, [-1, config.hiddenSize]), rows);
  const logits = network.linear(hidden, config.tied ? architecture.embedding : architecture.head);
  const best = argMax(logits, 1);
  // One output: each costs the runtime's Node binding an allocation.
  return { graph, outputs: { logits, best, hidden, new: concat(cache.fresh) }, cache };
}

/** Embedded tokens; ids after the vocabulary are rows of the input `soft`. */
function softRows(
  graph: Graph,
  { vocabularySize, hiddenSize }: NetworkConfig,
  weights: WeightTensors,
): (name: string, ids: IndexTensor) => FloatTensor {
  const soft = graph.input('soft', 'float32', ['soft', hiddenSize]);
  const last = graph.constant([vocabularySize - 1], { dtype: 'int64' });
  return (name, ids) => {
    const like = { dtype: 'int64', shape: ids.shape } as const;
    const real = graph.emit('Min', [ids, last], like);
    const zero = graph.constant([0], { dtype: 'int64' });
    const row = graph.emit(
      'Max',
      [graph.emit('Sub', [ids, graph.constant([vocabularySize], { dtype: 'int64' })], like), zero],
      like,
    );
    const known = graph.emit('LessOrEqual', [ids, last], { dtype: 'bool', shape: ids.shape });
    const shape = [...ids.shape, 1];
    const mask = reshape(known, shape);
    const table = weights.rows(name, real as IndexTensor);
    return graph.emit('Where', [mask, table, gather(soft, row as IndexTensor)], {
      dtype: 'float32',
      shape: table.shape,
    });
  };
}

// The graph of one training step: tokens in, a loss out. The architecture is the one that generates and encodes.
import {
  checkpoint,
  expand,
  type FloatTensor,
  Graph,
  type IndexTensor,
  normal,
  reshape,
  type Tensor,
} from '@modeshift/autograd';
import type { Architecture, NetworkConfig } from '../architectures/architecture.ts';
import { Network, type WeightTensors } from '../network/network.ts';
import { placeRows } from './place-rows.ts';
import type { ResolvedLoss } from './resolve-spec.ts';
import { classificationLoss, lastTokens, pairLoss, pooled } from './text-losses.ts';
import { answerLogprobs, causalLoss, type LossTensors, type Projection, preferenceLoss } from './token-losses.ts';
import { type TrainedNetwork, trainableWeights } from './trainable-weights.ts';
import { trainingAttention } from './training-attention.ts';

/** Trained vectors before the tokens. */
export interface VirtualTokens {
  /** In place of embeddings, or as keys and values of every layer. */
  readonly kind: 'soft-prompt' | 'prefix';
  readonly tokens: number;
}

/** The name of the parameter of virtual tokens, as PEFT saves it. */
export const promptParameter = 'prompt_embeddings';

/** What a graph is built from. */
export interface TrainingGraphOptions {
  readonly architecture: Architecture;
  readonly config: NetworkConfig;
  readonly loss: ResolvedLoss;
  readonly packing: boolean;
  readonly virtual?: VirtualTokens | undefined;
  /** Something is left out at random: an input `seed`. */
  readonly dropout: boolean;
  /** What blocks compute is not kept for the backward pass but computed again. */
  readonly recompute: boolean;
}

/** A graph with its loss. `answers` gives log-probabilities of answers instead, for the reference of a preference loss. */
export function trainingGraph(options: TrainingGraphOptions, trained: TrainedNetwork): LossTensors {
  const graph = new Graph();
  const seed = options.dropout ? graph.input('seed', 'int32', []) : undefined;
  return build(graph, options, trainableWeights(graph, trained, seed), options.virtual, seed);
}

/** Log-probabilities of answers, `[2, pairs]`, by the network as it was loaded. */
export function referenceGraph(options: TrainingGraphOptions, base: TrainedNetwork['base']): FloatTensor {
  const graph = new Graph();
  const weights = trainableWeights(graph, { base, trained: new Set(), adapters: new Map() }, undefined);
  const { hidden, project } = run(graph, { ...options, recompute: false }, weights, undefined);
  graph.input('pairCount', 'float32', ['pairs']);
  return answerLogprobs(reshape(hidden, [-1, options.config.hiddenSize]), project);
}

/** Builds what the loss needs once, with weights that only note what is read. */
export function planGraph(graph: Graph, options: TrainingGraphOptions, weights: WeightTensors): void {
  build(graph, { ...options, recompute: false }, weights, undefined);
}

function build(
  graph: Graph,
  options: TrainingGraphOptions,
  weights: WeightTensors,
  virtual: VirtualTokens | undefined,
  seed?: Tensor<'int32'>,
): LossTensors {
  const { loss, architecture, config } = options;
  const { hidden, project, padding, network } = run(graph, options, weights, virtual, seed);
  const flat = () => reshape(hidden, [-1, config.hiddenSize]);
  switch (loss.kind) {
    case 'causal':
      return causalLoss(flat(), project);
    case 'preference':
      return preferenceLoss(flat(), project, loss);
    case 'classification': {
      const logits =
        architecture.kind === 'encoder'
          ? architecture.classify(network, config, hidden)
          : network.linear(lastTokens(hidden), 'score');
      return classificationLoss(renamed(logits), loss);
    }
    case 'contrastive':
      return pairLoss(pooled(hidden, loss.pooling, padding), loss);
  }
}

/** An encoder's texts are the rows of its batch: gives the first dimension the name that labels have. */
function renamed(logits: FloatTensor): FloatTensor {
  if (logits.shape[0] === 'texts') return logits;
  return logits.graph.operation(
    'texts',
    [logits],
    () => logits.graph.emit('Identity', [logits], { dtype: logits.dtype, shape: logits.shape.with(0, 'texts') }),
    dy => [dy.graph.emit('Identity', [dy], { dtype: dy.dtype, shape: logits.shape })],
  );
}

interface Run {
  readonly hidden: FloatTensor;
  readonly project: Projection;
  readonly padding: Tensor<'bool'> | undefined;
  readonly network: Network;
}

function run(
  graph: Graph,
  { architecture, config, packing, loss, recompute }: TrainingGraphOptions,
  weights: WeightTensors,
  virtual: VirtualTokens | undefined,
  seed?: Tensor<'int32'>,
): Run {
  const causal = architecture.kind === 'decoder';
  const rows = ['batch', 'length'];
  const ids = graph.input('ids', 'int32', rows);
  const positions = graph.input('positions', 'int32', packing ? rows : ['length']);
  const mean = loss.kind === 'contrastive' && loss.pooling === 'mean';
  const padding = causal && !mean ? undefined : graph.input('padding', 'bool', rows);
  const typeIds = causal ? undefined : graph.input('typeIds', 'int32', rows);
  const prefix = virtual?.kind === 'prefix' ? prompt(graph, config, virtual) : undefined;
  const attention = trainingAttention(graph, config, {
    causal,
    positions,
    ...(packing ? { documents: graph.input('documents', 'int32', rows) } : {}),
    // Nothing to the left of a decoder's token is padding, and what is to the right it does not see.
    ...(padding && !causal ? { padding } : {}),
    ...(prefix ? { prefix } : {}),
    seed,
  });
  const soft = virtual?.kind === 'soft-prompt' ? prompt(graph, config, virtual) : undefined;
  const network = new Network({
    graph,
    ids,
    positions,
    weights,
    attention,
    ...(typeIds ? { typeIds } : {}),
    ...(seed ? { seed } : {}),
    ...(recompute ? { block: (_, x, build) => checkpoint([x], build) } : {}),
    ...(soft ? { embed: (name: string, at: IndexTensor) => withPrompt(weights.rows(name, at), soft) } : {}),
  });
  const hidden = architecture.hidden(network, config);
  const project = (x: FloatTensor): FloatTensor => {
    if (architecture.kind === 'encoder') return x;
    return network.linear(x, config.tied ? architecture.embedding : architecture.head);
  };
  return { hidden, project, padding, network };
}

/** The parameter of virtual tokens. */
function prompt(graph: Graph, config: NetworkConfig, { kind, tokens }: VirtualTokens): FloatTensor {
  return graph.parameter(promptParameter, [tokens, virtualSize(config, kind)], {
    initialize: normal(1),
    group: 'decay',
  });
}

/** Numbers of one virtual token. */
export function virtualSize(config: NetworkConfig, kind: VirtualTokens['kind']): number {
  return kind === 'prefix' ? config.layers * 2 * config.keyHeads * config.headSize : config.hiddenSize;
}

/** Embeddings `[batch, length, hidden]` with the prompt at the places `promptPlaces` `[texts, tokens]` of the flattened batch. */
function withPrompt(embedded: FloatTensor, soft: FloatTensor): FloatTensor {
  const { graph, shape } = embedded;
  const [tokens, size] = soft.shape as [number, number];
  const places = graph.input('promptPlaces', 'int32', ['texts', tokens]);
  const repeated = reshape(expand(reshape(soft, [1, tokens, size]), ['texts', tokens, size]), [-1, size]);
  return reshape(placeRows(reshape(embedded, [-1, size]), repeated, reshape(places, [-1])), shape);
}

// The network of the text classifier: features → one hidden layer → labels. As a training graph, and as plain arithmetic.
import {
  add,
  crossEntropy,
  type FloatTensor,
  Graph,
  gather,
  linear,
  matMul,
  mul,
  normal,
  relu,
  xavierUniform,
} from '@modeshift/autograd';
import type { SparseVector } from './feature-vocabulary.ts';

/** The sizes of a network. */
export interface NetworkSizes {
  /** Features of the vocabulary. */
  readonly features: number;
  /** Units of the hidden layer. */
  readonly hidden: number;
  readonly labels: number;
}

/** The weights of a network, row-major. */
export interface NetworkWeights {
  readonly sizes: NetworkSizes;
  /** `[features, hidden]` */
  readonly embedding: Float32Array;
  /** `[hidden]` */
  readonly hiddenBias: Float32Array;
  /** `[labels, hidden]` */
  readonly output: Float32Array;
  /** `[labels]` */
  readonly outputBias: Float32Array;
}

/** The number of trained values of a network. */
export const parameterCount = ({ features, hidden, labels }: NetworkSizes): number =>
  features * hidden + hidden + labels * hidden + labels;

/**
 * The loss of a batch as a graph. Texts come as a dense matrix over the features that occur in the batch: `active` lists
 * those features once each, and `x` `[batch, active]` holds their weights. So a step costs what the batch holds and not what
 * the vocabulary holds, no text is padded to the length of another, and every row of the table is written at most once,
 * which makes the gradient the same to the bit on any number of threads.
 */
export function trainingLoss(sizes: NetworkSizes, labelSmoothing: number): FloatTensor {
  const { features, hidden, labels } = sizes;
  const graph = new Graph();
  const active = graph.input('active', 'int32', ['active']);
  const x = graph.input('x', 'float32', ['batch', 'active']);
  const mask = graph.input('mask', 'float32', ['batch', hidden]);
  const label = graph.input('label', 'int32', ['batch']);
  const embedding = graph.parameter('embedding', [features, hidden], { initialize: normal(0.02) });
  const hiddenBias = graph.parameter('hidden_bias', [hidden], { group: 'bias' });
  const output = graph.parameter('output', [labels, hidden], { initialize: xavierUniform() });
  const outputBias = graph.parameter('output_bias', [labels], { group: 'bias' });
  const units = mul(relu(add(matMul(x, gather(embedding, active)), hiddenBias)), mask);
  return crossEntropy(linear(units, output, outputBias), label, { labelSmoothing });
}

/**
 * The logits of one text in plain arithmetic, in the order of its features. A text gets the same bits alone, in a batch and
 * on any machine, which the matrix products of a native library do not promise.
 */
export function logitsOf(weights: NetworkWeights, { ids, weights: values }: SparseVector): Float32Array {
  const { hidden, labels } = weights.sizes;
  const { embedding, output } = weights;
  const units = Float32Array.from(weights.hiddenBias);
  for (let i = 0; i < ids.length; i++) {
    const value = values[i]!;
    const row = ids[i]! * hidden;
    for (let j = 0; j < hidden; j++) units[j] = units[j]! + value * embedding[row + j]!;
  }
  const logits = new Float32Array(labels);
  for (let label = 0; label < labels; label++) {
    const row = label * hidden;
    let sum = weights.outputBias[label]!;
    for (let j = 0; j < hidden; j++) sum += Math.max(0, units[j]!) * output[row + j]!;
    logits[label] = sum;
  }
  return logits;
}

// Losses over whole texts: classes, numbers, and pairs that belong together.
import {
  argMax,
  binaryCrossEntropy,
  cast,
  contrastiveLoss,
  crossEntropy,
  div,
  equal,
  type FloatTensor,
  gather,
  matMul,
  meanSquaredError,
  reduceMean,
  reduceSum,
  reshape,
  selectRows,
  slice,
  type Tensor,
} from '@modeshift/autograd';
import type { TrainLoss } from '@modeshift/core';
import type { LossTensors } from './token-losses.ts';

/** Settings of a classification with nothing left out. */
export interface ClassificationLoss {
  readonly kind: 'classification';
  readonly labels: readonly string[];
  readonly problem: 'single-label' | 'multi-label' | 'regression';
}

/** Settings of a contrastive loss with nothing left out. */
export type ContrastiveLoss = Required<Extract<TrainLoss, { kind: 'contrastive' }>>;

/** The hidden state of each text's last token, `[texts, hidden]`, from `[batch, length, hidden]`. */
export function lastTokens(hidden: FloatTensor): FloatTensor {
  const places = hidden.graph.input('lastPlaces', 'int32', ['texts']);
  return selectRows(reshape(hidden, [-1, hidden.shape.at(-1)!]), places);
}

/** Cross-entropy, binary cross-entropy or squared error of logits `[texts, labels]`, as transformers' heads compute them. */
export function classificationLoss(logits: FloatTensor, { problem }: ClassificationLoss): LossTensors {
  const { graph } = logits;
  if (problem === 'single-label') {
    const labels = graph.input('labels', 'int32', ['texts']);
    const hits = equal(argMax(logits), cast(labels, 'int64'));
    return { loss: crossEntropy(logits, labels), metrics: { logits, accuracy: reduceMean(cast(hits, graph.dtype)) } };
  }
  const targets = graph.input('targets', 'float32', ['texts', logits.shape[1]!]) as FloatTensor;
  const loss = problem === 'regression' ? meanSquaredError(logits, targets) : binaryCrossEntropy(logits, targets);
  return { loss, metrics: { logits } };
}

/** One vector for each text, `[texts, hidden]`; for the mean, `padding` is true where tokens are. */
export function pooled(
  hidden: FloatTensor,
  pooling: ContrastiveLoss['pooling'],
  padding: Tensor<'bool'> | undefined,
): FloatTensor {
  const [texts, length, size] = hidden.shape as [string, string, number];
  if (pooling === 'last') return lastTokens(hidden);
  if (pooling === 'first') return reshape(slice(hidden, { axis: 1, start: 0, end: 1 }), [texts, size]);
  if (!padding) return reduceMean(hidden, { axes: [1] });
  const counts = cast(padding, hidden.dtype) as FloatTensor;
  const sums = reshape(matMul(reshape(counts, [texts, 1, length]), hidden), [texts, size]);
  return div(sums, reduceSum(counts, { axes: [1], keepDims: true }));
}

/** InfoNCE of vectors `[texts, hidden]`, of which some are queries and some passages. */
export function pairLoss(vectors: FloatTensor, { temperature, symmetric }: ContrastiveLoss): LossTensors {
  const { graph } = vectors;
  const queries = gather(vectors, graph.input('queryRows', 'int32', ['queries']));
  const passages = gather(vectors, graph.input('passageRows', 'int32', [symmetric ? 'queries' : 'passages']));
  return { loss: contrastiveLoss(queries, passages, { temperature, symmetric }), metrics: {} };
}

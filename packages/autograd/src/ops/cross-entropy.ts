// Cross-entropy of class logits against labels.
import { AutogradError } from '../errors.ts';
import { product, sameShape } from '../shape.ts';
import type { FloatTensor, IndexTensor, Tensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { expand } from './broadcast.ts';
import { gatherElements } from './gather.ts';
import { reshape } from './layout.ts';
import { exp, neg } from './math.ts';
import { requireFloat } from './operand.ts';
import { reduceMean, reduceSum } from './reduce.ts';
import { cast, equal, not, stopGradient, where } from './select.ts';
import { logSoftmax } from './softmax.ts';

/** How the losses of examples become one number. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** `'mean'` (default) divides by the total weight of the examples that count; `'none'` keeps one loss for each. */
  readonly reduction?: Reduction;
  /** A weight for each example, of the labels' shape. No gradient flows into weights. */
  readonly weights?: FloatTensor;
  /** Examples with this label do not count. Default -100, as in PyTorch. */
  readonly ignoreIndex?: number;
  /** The share of probability spread over all classes. Default 0. */
  readonly labelSmoothing?: number;
}

/** The losses of examples as one number: their weighted sum, or that over the sum of weights. */
export function reduceLoss(losses: FloatTensor, weights: FloatTensor | undefined, reduction: Reduction): FloatTensor {
  const weighted = weights ? mul(losses, weights) : losses;
  if (reduction === 'none') return weighted;
  if (reduction === 'sum') return reduceSum(weighted);
  return weights ? div(reduceSum(weighted), reduceSum(weights)) : reduceMean(weighted);
}

/**
 * The cross-entropy of `logits` `[…, classes]` and `labels` `[…]`, in nats. It equals PyTorch's
 * `torch.nn.functional.cross_entropy` with `ignore_index` and `label_smoothing`; a mean over no examples is NaN there and here.
 *
 * @example
 * ```ts
 * import { Graph, crossEntropy, evaluate } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const labels = graph.constant([1, -100], { dtype: 'int64' });
 * const loss = crossEntropy(graph.constant([[0, 0], [5, -5]]), labels);
 * console.log((await evaluate({ loss })).loss.data); // Float32Array [0.6931…]
 * ```
 */
export function crossEntropy(logits: FloatTensor, labels: IndexTensor, options: CrossEntropyOptions = {}): FloatTensor {
  requireFloat('crossEntropy', logits);
  const { reduction = 'mean', ignoreIndex = -100, labelSmoothing = 0, weights } = options;
  if (!sameShape(logits.shape.slice(0, -1), labels.shape))
    throw new AutogradError('shape', `crossEntropy: ${labels} must have the shape of ${logits} without its last axis.`);
  if (weights && !sameShape(weights.shape, labels.shape))
    throw new AutogradError('shape', `crossEntropy: the weights ${weights} must have the shape of ${labels}.`);
  const classes = logits.shape.at(-1)!;
  const rows = product(labels.shape);
  const flat = reshape(labels, [rows]);
  const counts: Tensor<'bool'> = not(equal(flat, ignoreIndex));
  const picks = where(counts, flat, 0);
  const kept = cast(counts, logits.dtype);
  const weight = stopGradient(weights ? mul(kept, reshape(weights, [rows])) : kept);
  const losses = mul(labelLosses(reshape(logits, [rows, classes]), picks, labelSmoothing), weight);
  if (reduction === 'none') return reshape(losses, labels.shape);
  return reduction === 'sum' ? reduceSum(losses) : div(reduceSum(losses), reduceSum(weight));
}

/** `-log p(label)` of each row of logits `[rows, classes]`, smoothed; its gradient is `p - onehot`. */
function labelLosses(logits: FloatTensor, labels: IndexTensor, smoothing: number): FloatTensor {
  const graph = logits.graph;
  const [rows, classes] = logits.shape as [string | number, string | number];
  const column = reshape(labels, [rows, 1]);
  const logs = () => logSoftmax(logits);
  return graph.operation(
    'crossEntropy',
    [logits],
    () => {
      const picked = reshape(gatherElements(logs(), column), [rows]);
      if (smoothing === 0) return neg(picked);
      return neg(add(mul(picked, 1 - smoothing), mul(reduceMean(logs(), { axes: [-1] }), smoothing)));
    },
    dy => {
      const scale = reshape(dy, [rows, 1]);
      // Probabilities are scaled in place of the one-hot rows, which then touch one element of each.
      const soft = mul(exp(logs()), scale);
      const dense = smoothing === 0 ? soft : sub(soft, mul(expand(scale, logits.shape), smoothing / Number(classes)));
      return [addAt(dense, column, mul(scale, smoothing - 1))];
    },
  );
}

/** `x` with `values` `[rows, 1]` added at one column of each row. */
function addAt(x: FloatTensor, columns: IndexTensor, values: FloatTensor): FloatTensor {
  return x.graph.operation(
    'addAt',
    [x, values],
    () => {
      const out = { dtype: x.dtype, shape: x.shape };
      return x.graph.emit('ScatterElements', [x, columns, values], out, { axis: 1, reduction: 'add' });
    },
    dy => [dy, gatherElements(dy, columns)],
  );
}

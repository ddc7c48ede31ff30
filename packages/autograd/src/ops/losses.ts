// Losses composed of other operators.
import { AutogradError } from '../errors.ts';
import { sameShape } from '../shape.ts';
import type { FloatTensor } from '../tensor.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { crossEntropy, type Reduction, reduceLoss } from './cross-entropy.ts';
import { transpose } from './layout.ts';
import { exp, softplus } from './math.ts';
import { matMul } from './matmul.ts';
import { l2Normalize } from './normalize.ts';
import { requireRank } from './operand.ts';
import { range } from './range.ts';
import { reduceSum } from './reduce.ts';
import { logSoftmax } from './softmax.ts';

/** Options of the elementwise losses. */
export interface LossOptions {
  /** Default `'mean'`: over elements, or over the sum of weights where there are weights. */
  readonly reduction?: Reduction;
  /** A weight for each element, of the shape of the losses. */
  readonly weights?: FloatTensor;
}

function requireSame(name: string, a: FloatTensor, b: FloatTensor): void {
  if (!sameShape(a.shape, b.shape)) throw new AutogradError('shape', `${name}: ${a} and ${b} must have one shape.`);
}

/**
 * The binary cross-entropy of logits and targets in [0, 1], stable for large logits:
 * `torch.nn.functional.binary_cross_entropy_with_logits`.
 *
 * @example
 * ```ts
 * import { Graph, binaryCrossEntropy, evaluate } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const loss = binaryCrossEntropy(graph.constant([0, 100]), graph.constant([1, 1]));
 * console.log((await evaluate({ loss })).loss.data); // Float32Array [0.3465…]
 * ```
 */
export function binaryCrossEntropy(logits: FloatTensor, targets: FloatTensor, options: LossOptions = {}): FloatTensor {
  requireSame('binaryCrossEntropy', logits, targets);
  return reduceLoss(sub(softplus(logits), mul(logits, targets)), options.weights, options.reduction ?? 'mean');
}

/**
 * The mean of squared differences: `torch.nn.functional.mse_loss`.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, meanSquaredError } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: meanSquaredError(graph.constant([1, 2]), graph.constant([1, 4])) });
 * console.log(out.y.data); // Float32Array [2]
 * ```
 */
export function meanSquaredError(x: FloatTensor, target: FloatTensor, options: LossOptions = {}): FloatTensor {
  requireSame('meanSquaredError', x, target);
  const difference = sub(x, target);
  return reduceLoss(mul(difference, difference), options.weights, options.reduction ?? 'mean');
}

/**
 * The Kullback-Leibler divergence of softmax distributions over the last axis, `KL(teacher ‖ student)` in nats, for
 * distillation: Hinton et al. 2015, https://arxiv.org/abs/1503.02531. The mean is over rows.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, klDivergence } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const out = await evaluate({ y: klDivergence(graph.constant([[1, 2]]), graph.constant([[1, 2]])) });
 * console.log(out.y.data); // Float32Array [0]
 * ```
 */
export function klDivergence(student: FloatTensor, teacher: FloatTensor, options: LossOptions = {}): FloatTensor {
  requireSame('klDivergence', student, teacher);
  const wanted = logSoftmax(teacher);
  const rows = reduceSum(mul(exp(wanted), sub(wanted, logSoftmax(student))), { axes: [-1] });
  return reduceLoss(rows, options.weights, options.reduction ?? 'mean');
}

/** Options of {@link contrastiveLoss}. */
export interface ContrastiveOptions {
  /** What cosines are divided by. Default 0.05. */
  readonly temperature?: number;
  /** Also rank the queries for each key, and take the mean of both directions. Needs as many keys as queries. */
  readonly symmetric?: boolean;
}

/**
 * InfoNCE with in-batch negatives: row `i` of `keys` belongs to row `i` of `queries`, the other rows are negatives (keys
 * beyond the number of queries are negatives for all). Rows are normalised to length one first.
 *
 * van den Oord et al. 2018, https://arxiv.org/abs/1807.03748
 *
 * @example
 * ```ts
 * import { Graph, contrastiveLoss } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const questions = graph.input('questions', 'float32', ['batch', 32]);
 * const passages = graph.input('passages', 'float32', ['batch', 32]);
 * const loss = contrastiveLoss(questions, passages, { temperature: 0.05 });
 * console.log(loss.shape); // []
 * ```
 */
export function contrastiveLoss(
  queries: FloatTensor,
  keys: FloatTensor,
  options: ContrastiveOptions = {},
): FloatTensor {
  requireRank('contrastiveLoss', queries, 2, 'queries');
  requireRank('contrastiveLoss', keys, 2, 'keys');
  const { temperature = 0.05, symmetric = false } = options;
  if (symmetric && keys.shape[0] !== queries.shape[0])
    throw new AutogradError(
      'shape',
      `contrastiveLoss: symmetric needs as many keys as queries, got ${queries} and ${keys}.`,
    );
  const scores = matMul(l2Normalize(queries), l2Normalize(keys), { transposeB: true, scale: 1 / temperature });
  const labels = range(queries.graph, queries.shape[0]!);
  const loss = crossEntropy(scores, labels);
  return symmetric ? div(add(loss, crossEntropy(transpose(scores), labels)), 2) : loss;
}

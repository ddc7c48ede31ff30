// Losses over pairs of a preferred and a rejected answer.
import { AutogradError } from '../errors.ts';
import { sameShape } from '../shape.ts';
import type { FloatTensor } from '../tensor.ts';
import { add, mul, sub } from './arithmetic.ts';
import { type Reduction, reduceLoss } from './cross-entropy.ts';
import { logSigmoid, neg } from './math.ts';
import { stopGradient } from './select.ts';

/** The summed log-probabilities of one pair's answers, `[pairs]` each. */
export interface PreferencePairs {
  readonly chosen: FloatTensor;
  readonly rejected: FloatTensor;
  /** The same under the frozen reference model; no gradient flows into them. */
  readonly referenceChosen: FloatTensor;
  readonly referenceRejected: FloatTensor;
}

/** Options of {@link preferenceLoss}. */
export interface PreferenceOptions {
  /** How closely the model is held to the reference. Default 0.1. */
  readonly beta?: number;
  /** The share of pairs whose labels are taken to be swapped, in [0, 0.5). Default 0. */
  readonly labelSmoothing?: number;
  readonly reduction?: Reduction;
}

/**
 * Direct preference optimisation: `-log sigmoid(β · ((chosen - referenceChosen) - (rejected - referenceRejected)))`, in nats:
 * Rafailov et al. 2023, https://arxiv.org/abs/2305.18290.
 *
 * @example
 * ```ts
 * import { evaluate, Graph, preferenceLoss } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const [chosen, rejected] = [graph.constant([-10]), graph.constant([-10])];
 * const loss = preferenceLoss({ chosen, rejected, referenceChosen: chosen, referenceRejected: rejected });
 * console.log((await evaluate({ loss })).loss.data[0]!.toFixed(4)); // 0.6931
 * ```
 */
export function preferenceLoss(pairs: PreferencePairs, options: PreferenceOptions = {}): FloatTensor {
  const { chosen, rejected, referenceChosen, referenceRejected } = pairs;
  const { beta = 0.1, labelSmoothing = 0, reduction = 'mean' } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing < 0.5))
    throw new AutogradError('argument', `preferenceLoss: labelSmoothing must be in [0, 0.5), got ${labelSmoothing}.`);
  for (const tensor of [rejected, referenceChosen, referenceRejected])
    if (!sameShape(tensor.shape, chosen.shape))
      throw new AutogradError('shape', `preferenceLoss: ${tensor} must have the shape of ${chosen}.`);
  const reference = stopGradient(sub(referenceChosen, referenceRejected));
  const margin = mul(sub(sub(chosen, rejected), reference), beta);
  const kept = neg(logSigmoid(margin));
  if (labelSmoothing === 0) return reduceLoss(kept, undefined, reduction);
  const swapped = neg(logSigmoid(neg(margin)));
  return reduceLoss(add(mul(kept, 1 - labelSmoothing), mul(swapped, labelSmoothing)), undefined, reduction);
}

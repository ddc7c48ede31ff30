// Optimizers as graphs: one elementwise update over a flat run of parameters, with its scalars fed at every step.
import { AutogradError } from './errors.ts';
import { add, div, mul, sub } from './ops/arithmetic.ts';
import { sqrt } from './ops/math.ts';
import type { FloatTensor } from './tensor.ts';

/** What an update reads: flat tensors of one length, and scalars by name. */
export interface UpdateInputs {
  readonly parameter: FloatTensor;
  readonly gradient: FloatTensor;
  readonly slots: Readonly<Record<string, FloatTensor>>;
  readonly scalars: Readonly<Record<string, FloatTensor>>;
}

/** How a group of parameters differs from the rest. */
export interface GroupOptions {
  /** A factor on the learning rate. Default 1. */
  readonly learningRateScale?: number;
  /** Weight decay in place of the optimizer's. */
  readonly weightDecay?: number;
}

/** An optimizer: what it keeps for each parameter, the scalars of a step, and the update as a graph. */
export interface Optimizer {
  readonly name: string;
  /** Names of the values kept beside each parameter, such as moments; they begin as zeros. */
  readonly slots: readonly string[];
  /** The scalars of one step (steps count from 1) for one group. */
  scalars(step: number, learningRate: number, group: GroupOptions): Readonly<Record<string, number>>;
  /** The new parameter and slots. */
  update(inputs: UpdateInputs): {
    readonly parameter: FloatTensor;
    readonly slots: Readonly<Record<string, FloatTensor>>;
  };
}

function check(
  name: string,
  values: Readonly<Record<string, number>>,
  limits: Readonly<Record<string, [number, number]>>,
): void {
  for (const [key, [low, high]] of Object.entries(limits))
    if (!(values[key]! >= low && values[key]! < high))
      throw new AutogradError('argument', `${name}: ${key} must be in [${low}, ${high}), got ${values[key]}.`);
}

/** Options of {@link adamW}. */
export interface AdamWOptions {
  /** Decay of the first moment. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled weight decay, times the learning rate. Default 0.01, as in PyTorch. */
  readonly weightDecay?: number;
}

/**
 * AdamW with bias correction and decoupled weight decay, step for step as `torch.optim.AdamW`:
 * Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101.
 *
 * @example
 * ```ts
 * import { Graph, adamW, compileTraining, meanSquaredError } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const w = graph.parameter('w', [1]);
 * const loss = meanSquaredError(w, graph.constant([3]));
 * const trainer = await compileTraining({ loss, optimizer: adamW({ weightDecay: 0 }), learningRate: 0.1 });
 * for (let i = 0; i < 200; i++) await trainer.step({});
 * console.log(trainer.parameters().w![0]!.toFixed(1)); // 3.0
 * await trainer.dispose();
 * ```
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  check(
    'adamW',
    { beta1, beta2, epsilon, weightDecay },
    {
      beta1: [0, 1],
      beta2: [0, 1],
      epsilon: [0, 1],
      weightDecay: [0, Infinity],
    },
  );
  return {
    name: 'adamW',
    slots: ['m', 'v'],
    scalars(step, learningRate, group) {
      const rate = learningRate * (group.learningRateScale ?? 1);
      // The slots hold m / (1 - β1) and v / (1 - β2), which saves two passes over memory; what is left of those factors and
      // of the bias corrections goes into two scalars: rate · m̂ / (√v̂ + ε) = a · m / (√v + b).
      const root = Math.sqrt((1 - beta2 ** step) / (1 - beta2));
      return {
        keep: 1 - rate * (group.weightDecay ?? weightDecay),
        rate: (rate * root * (1 - beta1)) / (1 - beta1 ** step),
        epsilon: epsilon * root,
      };
    },
    update({ parameter, gradient, slots, scalars }) {
      const m = add(mul(slots.m!, beta1), gradient);
      const v = add(mul(slots.v!, beta2), mul(gradient, gradient));
      const step = div(mul(m, scalars.rate!), add(sqrt(v), scalars.epsilon!));
      return { parameter: sub(mul(parameter, scalars.keep!), step), slots: { m, v } };
    },
  };
}

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** Default 0: none. */
  readonly momentum?: number;
  /** Nesterov's form of momentum. Default false. */
  readonly nesterov?: boolean;
  /** Weight decay added to the gradient. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent, step for step as `torch.optim.SGD` with dampening 0.
 *
 * @example
 * ```ts
 * import { Graph, compileTraining, meanSquaredError, sgd } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const loss = meanSquaredError(graph.parameter('w', [1]), graph.constant([3]));
 * const trainer = await compileTraining({ loss, optimizer: sgd({ momentum: 0.9 }), learningRate: 0.05 });
 * for (let i = 0; i < 200; i++) await trainer.step({});
 * console.log(trainer.parameters().w![0]!.toFixed(1)); // 3.0
 * await trainer.dispose();
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = options;
  check('sgd', { momentum, weightDecay }, { momentum: [0, 1], weightDecay: [0, Infinity] });
  if (nesterov && momentum === 0) throw new AutogradError('argument', 'sgd: nesterov needs a momentum above 0.');
  return {
    name: 'sgd',
    slots: momentum > 0 ? ['momentum'] : [],
    scalars: (_step, learningRate, group) => ({
      rate: learningRate * (group.learningRateScale ?? 1),
      decay: group.weightDecay ?? weightDecay,
    }),
    update({ parameter, gradient, slots, scalars }) {
      const slope = add(gradient, mul(parameter, scalars.decay!));
      if (momentum === 0) return { parameter: sub(parameter, mul(slope, scalars.rate!)), slots: {} };
      const velocity = add(mul(slots.momentum!, momentum), slope);
      const step = nesterov ? add(slope, mul(velocity, momentum)) : velocity;
      return { parameter: sub(parameter, mul(step, scalars.rate!)), slots: { momentum: velocity } };
    },
  };
}

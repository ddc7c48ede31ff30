// Learning rates over the steps of a run, as plain functions of the step.
import { AutogradError } from './errors.ts';

/** The learning rate of a step; steps count from 1. */
export type Schedule = (step: number) => number;

/** Options of the schedules. */
export interface ScheduleOptions {
  /** The highest learning rate. */
  readonly learningRate: number;
  /** The number of steps of the run. After it the last value stays. */
  readonly steps: number;
  /** Steps over which the rate rises from zero in equal parts. Default 0. */
  readonly warmup?: number;
  /** The last rate, as a share of the highest. Default 0. */
  readonly minRatio?: number;
}

function schedule(options: ScheduleOptions, shape: (progress: number) => number): Schedule {
  const { learningRate, steps, warmup = 0, minRatio = 0 } = options;
  if (!(learningRate >= 0) || !(steps >= 1) || !(warmup >= 0 && warmup <= steps) || !(minRatio >= 0 && minRatio <= 1))
    throw new AutogradError(
      'argument',
      `A schedule needs learningRate >= 0, steps >= 1, warmup in [0, steps] and minRatio in [0, 1], got ${JSON.stringify(options)}.`,
    );
  return step => {
    if (step <= warmup) return (learningRate * step) / warmup;
    const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
    return learningRate * (minRatio + (1 - minRatio) * shape(progress));
  };
}

/**
 * One rate, after warm-up.
 *
 * @example
 * ```ts
 * import { constantSchedule } from '@modeshift/autograd';
 *
 * const rate = constantSchedule({ learningRate: 1e-3, steps: 100, warmup: 10 });
 * console.log(rate(5), rate(10), rate(100)); // 0.0005 0.001 0.001
 * ```
 */
export const constantSchedule = (options: ScheduleOptions): Schedule => schedule(options, () => 1);

/**
 * A straight line from the highest rate to the last.
 *
 * @example
 * ```ts
 * import { linearSchedule } from '@modeshift/autograd';
 *
 * const rate = linearSchedule({ learningRate: 1e-3, steps: 100, warmup: 10 });
 * console.log(rate(5), rate(10), rate(100)); // 0.0005 0.001 0
 * ```
 */
export const linearSchedule = (options: ScheduleOptions): Schedule => schedule(options, progress => 1 - progress);

/**
 * Half a cosine from the highest rate to the last: Loshchilov and Hutter 2016, https://arxiv.org/abs/1608.03983.
 *
 * @example
 * ```ts
 * import { cosineSchedule } from '@modeshift/autograd';
 *
 * const rate = cosineSchedule({ learningRate: 1e-3, steps: 100, warmup: 10, minRatio: 0.1 });
 * console.log(rate(5), rate(10), rate(100)); // 0.0005 0.001 0.0001
 * ```
 */
export const cosineSchedule = (options: ScheduleOptions): Schedule =>
  schedule(options, progress => 0.5 * (1 + Math.cos(Math.PI * progress)));

/**
 * Warm-up, stable, decay: the highest rate until the last `decay` share of steps (default 0.2), then a straight line to the
 * last rate. Hu et al. 2024, https://arxiv.org/abs/2404.06395
 *
 * @example
 * ```ts
 * import { warmupStableDecay } from '@modeshift/autograd';
 *
 * const rate = warmupStableDecay({ learningRate: 1e-3, steps: 100, warmup: 10, decay: 0.1 });
 * console.log(rate(5), rate(10), rate(100)); // 0.0005 0.001 0
 * ```
 */
export const warmupStableDecay = (options: ScheduleOptions & { readonly decay?: number }): Schedule => {
  const { decay = 0.2 } = options;
  return schedule(options, progress => Math.min(1, (1 - progress) / decay));
};

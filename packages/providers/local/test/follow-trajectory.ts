// Trains as a golden trajectory was trained and compares, for tests.
import type { LocalTrainer } from '../src/training/local-trainer.ts';
import { rateShare } from '../src/training/schedule.ts';
import type { TokenExample } from '../src/training/token-example.ts';
import { normOf, plainName, relativeDifference, type Trajectory } from './training-fixtures.ts';

/** The optimizer of a trajectory as a part of a spec. */
export const optimizerOf = ({ optimizer }: Trajectory) => ({
  learningRate: optimizer.learningRate,
  optimizer: { weightDecay: optimizer.weightDecay, clipNorm: optimizer.clipNorm ?? Number.POSITIVE_INFINITY },
  schedule: { kind: optimizer.schedule, warmup: optimizer.warmup },
  batches: { size: 100 },
});

/** How far a trajectory is from the golden: shares of the greatest value, and of each trained parameter's norm. */
export interface TrajectoryDifference {
  readonly rates: number;
  readonly losses: number;
  readonly norms: number;
  /** The parameter that is farthest off. */
  readonly values: { readonly name: string; readonly difference: number };
}

/** Trains as the golden was trained. */
export async function followTrajectory(
  trainer: LocalTrainer,
  batches: readonly (readonly TokenExample[])[],
  wanted: Trajectory,
): Promise<TrajectoryDifference> {
  const losses: number[] = [];
  const norms: number[] = [];
  const share = rateShare(trainer.resolved.spec.schedule!, wanted.learningRates.length);
  const rates = wanted.learningRates.map((_, step) => trainer.resolved.learningRate * share(step));
  for (const [step, learningRate] of rates.entries()) {
    losses.push((await trainer.forwardBackward(batches[step % batches.length]!)).loss);
    norms.push((await trainer.optimStep({ learningRate })).gradientNorm);
  }
  const parameters = trainer.parameters();
  let values = { name: '', difference: 0 };
  for (const [name, { sum, norm }] of Object.entries(wanted.final)) {
    if (name in wanted.undetermined) continue;
    const ours = Float64Array.from(parameters[plainName(name)]!);
    const total = ours.reduce((a, b) => a + b, 0);
    const bySum = Math.abs(total - sum) / (norm * Math.sqrt(ours.length));
    const difference = Math.max(Math.abs(normOf(ours) - norm) / norm, bySum);
    if (!(difference <= values.difference)) values = { name, difference };
  }
  return {
    rates: relativeDifference(rates, wanted.learningRates),
    losses: relativeDifference(losses, wanted.losses),
    norms: relativeDifference(norms, wanted.normsBeforeClipping),
    values,
  };
}

/** What counts as following: losses within 1e-4, gradients and trained values within 1e-3. */
export const follows = ({ rates, losses, norms, values }: TrajectoryDifference): boolean =>
  rates < 1e-6 && losses < 1e-4 && norms < 1e-3 && values.difference < 1e-3;

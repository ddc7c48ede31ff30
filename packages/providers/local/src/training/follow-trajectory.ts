// Trains as a golden trajectory was trained and compares, for tests.
import { expect } from 'vitest';
import type { LocalTrainer } from './local-trainer.ts';
import { rateShare } from './schedule.ts';
import type { TokenExample } from './token-example.ts';
import { normOf, plainName, relativeDifference, type Trajectory } from './training-fixtures.ts';

/** The optimizer of a trajectory as a part of a spec. */
export const optimizerOf = ({ optimizer }: Trajectory) => ({
  learningRate: optimizer.learningRate,
  optimizer: { weightDecay: optimizer.weightDecay, clipNorm: optimizer.clipNorm ?? Number.POSITIVE_INFINITY },
  schedule: { kind: optimizer.schedule, warmup: optimizer.warmup },
  batches: { size: 100 },
});

/** Losses within 1e-4 of the greatest, norms of gradients and trained values within 1e-3, rates exactly. */
export async function followTrajectory(
  trainer: LocalTrainer,
  batches: readonly (readonly TokenExample[])[],
  wanted: Trajectory,
): Promise<void> {
  const losses: number[] = [];
  const norms: number[] = [];
  const { schedule } = trainer.resolved.spec;
  const share = rateShare(schedule!, wanted.learningRates.length);
  for (const [step, rate] of wanted.learningRates.entries()) {
    const learningRate = trainer.resolved.learningRate * share(step);
    expect(learningRate).toBeCloseTo(rate, 9);
    losses.push((await trainer.forwardBackward(batches[step % batches.length]!)).loss);
    norms.push((await trainer.optimStep({ learningRate })).gradientNorm);
  }
  expect(relativeDifference(losses, wanted.losses), 'losses').toBeLessThan(1e-4);
  expect(relativeDifference(norms, wanted.normsBeforeClipping), 'gradient norms').toBeLessThan(1e-3);
  const values = trainer.parameters();
  for (const [name, { sum, norm }] of Object.entries(wanted.final)) {
    if (name in wanted.undetermined) continue;
    const ours = Float64Array.from(values[plainName(name)]!);
    expect(Math.abs(normOf(ours) - norm) / norm, name).toBeLessThan(1e-3);
    const total = ours.reduce((a, b) => a + b, 0);
    expect(Math.abs(total - sum), name).toBeLessThan(1e-3 * norm * Math.sqrt(ours.length));
  }
  expect(trainer.trainedParameters).toBe(wanted.trainedCount);
}

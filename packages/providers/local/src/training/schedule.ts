// Learning rates as transformers' schedulers give them: step by step from 0, so that the first step of a warm-up has rate 0.
import { invalidInput, type TrainSchedule } from '@modeshift/core';

/** The rate of a step as a share of the highest; steps count from 0. */
export type RateShare = (step: number) => number;

/**
 * The schedule of a run of `steps` steps.
 *
 * Source: https://github.com/huggingface/transformers/blob/main/src/transformers/optimization.py
 *
 * @throws ModeshiftError `invalid-input` for a warm-up or shares out of range.
 */
export function rateShare(schedule: TrainSchedule, steps: number): RateShare {
  const { kind = 'linear', warmup = 0, minRatio = 0, decay = 0.2 } = schedule;
  const rise = warmup < 1 ? Math.ceil(warmup * steps) : warmup;
  if (!(warmup >= 0 && minRatio >= 0 && minRatio <= 1 && decay > 0 && decay <= 1))
    throw invalidInput(
      `schedule: warmup must be at least 0, minRatio in [0, 1] and decay in (0, 1], got ${JSON.stringify(schedule)}.`,
    );
  const fall = Math.max(1, Math.round(decay * steps));
  const shapes: Record<NonNullable<TrainSchedule['kind']>, RateShare> = {
    constant: () => 1,
    linear: step => between(Math.max(0, (steps - step) / Math.max(1, steps - rise))),
    cosine: step => between(0.5 * (1 + Math.cos(Math.PI * Math.min(1, (step - rise) / Math.max(1, steps - rise))))),
    wsd: step => (step < steps - fall ? 1 : between(Math.max(0, (steps - step) / fall))),
  };
  const between = (share: number): number => minRatio + (1 - minRatio) * share;
  const shape = shapes[kind];
  if (!shape) throw invalidInput(`schedule.kind "${kind}" is not known. There are: ${Object.keys(shapes).join(', ')}.`);
  return step => (step < rise ? step / Math.max(1, rise) : shape(step));
}

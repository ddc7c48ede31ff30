// A whole run: epochs of steps with a schedule, measurements, the best state, early stopping, checkpoints.
import type { TrainingState } from '@modeshift/autograd';
import { invalidInput, type TrainEvaluation, type TrainOutcome, type TrainRun, throwIfAborted } from '@modeshift/core';
import type { LocalTrainer } from './local-trainer.ts';
import { batchesOf } from './plan-steps.ts';
import { RunJournal } from './run-journal.ts';
import { rateShare } from './schedule.ts';
import { lengthOf, type TokenExample } from './token-example.ts';

/** A run on examples as token ids. */
export type LocalTrainRun = TrainRun<TokenExample>;

/** How a run ended. */
export type LocalTrainOutcome = TrainOutcome;

/** Where a run stands: what a resumed one must know, and all of it plain data. */
export interface RunPosition {
  readonly step: number;
  /** Grows in place. */
  readonly losses: number[];
  readonly evaluations: readonly TrainEvaluation[];
  /** The smallest loss of the evaluation, and where it was. */
  readonly best: { readonly loss: number; readonly step: number } | null;
  /** Measurements since then. */
  readonly waited: number;
  readonly measuredAt: number;
  readonly stopped: 'finished' | 'early' | null;
}

const beginning = (): RunPosition => ({
  step: 0,
  losses: [],
  evaluations: [],
  best: null,
  waited: 0,
  measuredAt: 0,
  stopped: null,
});

/**
 * Trains to the end of a run. Between micro-batches the event loop has its turn.
 *
 * @throws ModeshiftError `invalid-input` for wrong settings, `aborted` when the signal fires (states on disk stay), `storage` when a
 * checkpoint cannot be written.
 */
export async function runTraining(trainer: LocalTrainer, run: LocalTrainRun): Promise<LocalTrainOutcome> {
  const plan = planRun(trainer, run);
  const journal = run.checkpoints ? new RunJournal(trainer, run.checkpoints, run.examples) : undefined;
  let position = (await journal?.resume()) ?? beginning();
  if (position.step > 0 && position.step > plan.steps)
    throw invalidInput(
      `${run.checkpoints!.folder} holds step ${position.step} and the run has ${plan.steps}. Ask for more steps, use another folder, or set checkpoints.resume to false.`,
    );
  const highest = run.learningRate ?? trainer.resolved.learningRate;
  const share = rateShare(trainer.resolved.spec.schedule ?? {}, plan.steps);
  const meter = new Meter(plan.steps);
  let best: TrainingState | undefined;
  let batches: number[][] = [];
  let epoch = -1;
  while (position.stopped === null && position.step < plan.steps) {
    throwIfAborted(run.signal);
    const { step } = position;
    const at = Math.floor(step / plan.perEpoch);
    if (at !== epoch) {
      epoch = at;
      batches = batchesOf(run.examples, epoch, trainer.resolved);
    }
    const batch = batches[step % plan.perEpoch]!.map(index => run.examples[index]!);
    const context = run.signal ? { signal: run.signal } : {};
    const learningRate = highest * share(step);
    const { loss, tokens } = await trainer.forwardBackward(batch, context);
    const { gradientNorm } = await trainer.optimStep({ learningRate });
    position.losses.push(loss);
    position = { ...position, step: step + 1 };
    run.onProgress?.(
      meter.progress(position.step, tokens, { loss, gradientNorm, learningRate, epoch: (step + 1) / plan.perEpoch }),
    );
    if (plan.measures(position.step)) {
      position = await measure(trainer, run, position, plan);
      if (position.best?.step === position.step && plan.keepBest) best = await keepBest(trainer, journal, position);
    }
    if (position.stopped !== null || position.step === plan.steps || journal?.due(position.step, plan.perEpoch))
      await journal?.write(position);
  }
  const stopped = position.stopped ?? 'finished';
  let held = position.step;
  if (plan.keepBest && position.best && position.best.step !== position.step) {
    if (best) trainer.restore(best);
    else await journal!.loadBest();
    held = position.best.step;
  }
  const { losses, evaluations, step } = position;
  return { steps: step, stopped, losses, evaluations, step: held };
}

/** The best state is kept on disk where there is a folder, otherwise in memory. */
async function keepBest(
  trainer: LocalTrainer,
  journal: RunJournal | undefined,
  position: RunPosition,
): Promise<TrainingState | undefined> {
  if (!journal) return trainer.state();
  await journal.writeBest(position);
  return undefined;
}

interface RunPlan {
  readonly steps: number;
  readonly perEpoch: number;
  readonly keepBest: boolean;
  /** Whether the evaluation is due after a step. */
  measures(step: number): boolean;
}

function planRun({ resolved }: LocalTrainer, run: LocalTrainRun): RunPlan {
  const { examples, evaluation } = run;
  if (examples.length === 0) throw invalidInput('A run needs at least one example.');
  if (evaluation?.examples.length === 0) throw invalidInput('evaluation.examples is empty; leave evaluation out.');
  const perEpoch = Math.ceil(examples.length / resolved.batchSize);
  const steps = run.steps ?? (run.epochs ?? 3) * perEpoch;
  if (run.learningRate !== undefined && !(run.learningRate >= 0 && Number.isFinite(run.learningRate)))
    throw invalidInput(`learningRate must be a number of at least 0, got ${run.learningRate}.`);
  for (const [what, value] of Object.entries({
    steps,
    every: evaluation?.everySteps ?? 1,
    patience: evaluation?.patience ?? 1,
  }))
    if (!(Number.isInteger(value) && value > 0))
      throw invalidInput(`${what} must be a whole number above 0, got ${value}.`);
  for (const example of examples)
    if (lengthOf(example) === 0) throw invalidInput('An example has no tokens; leave empty texts out.');
  const every = evaluation?.everySteps ?? perEpoch;
  return {
    steps,
    perEpoch,
    keepBest: evaluation !== undefined && evaluation.keepBest !== false,
    measures: step => (evaluation || run.onEvaluation ? step % every === 0 || step === steps : false),
  };
}

async function measure(
  trainer: LocalTrainer,
  run: LocalTrainRun,
  position: RunPosition,
  { perEpoch }: RunPlan,
): Promise<RunPosition> {
  const { evaluation } = run;
  const recent = position.losses.slice(position.measuredAt);
  const trainLoss = recent.reduce((a, b) => a + b, 0) / recent.length;
  const figures = evaluation ? await evaluateAll(trainer, evaluation.examples, run.signal) : {};
  const loss = figures.loss ?? trainLoss;
  const better = loss < (position.best?.loss ?? Number.POSITIVE_INFINITY) - (evaluation?.minDelta ?? 0);
  const report: TrainEvaluation = {
    step: position.step,
    epoch: position.step / perEpoch,
    trainLoss,
    figures,
    best: better,
  };
  await run.onEvaluation?.(report);
  const waited = better ? 0 : position.waited + 1;
  return {
    ...position,
    evaluations: [...position.evaluations, report],
    best: better ? { loss, step: position.step } : position.best,
    waited,
    measuredAt: position.step,
    stopped: evaluation?.patience !== undefined && waited >= evaluation.patience ? 'early' : null,
  };
}

/** The mean over all examples, in batches as the training has them. */
async function evaluateAll(
  trainer: LocalTrainer,
  examples: readonly TokenExample[],
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, number>>> {
  const { loss, batchSize } = trainer.resolved;
  // In-batch negatives: the loss depends on the batch, so it must be of the size that is trained.
  if (loss.kind !== 'contrastive') return trainer.evaluate(examples, signal ? { signal } : {});
  const sums: Record<string, number> = {};
  for (let at = 0; at < examples.length; at += batchSize) {
    const part = examples.slice(at, at + batchSize);
    for (const [name, value] of Object.entries(await trainer.evaluate(part, signal ? { signal } : {})))
      sums[name] = (sums[name] ?? 0) + (value * part.length) / examples.length;
  }
  return sums;
}

/** Steps, tokens per second and the expected time to the end. */
class Meter {
  readonly #steps: number;
  readonly #began = performance.now();
  #done = 0;
  #tokens = 0;

  constructor(steps: number) {
    this.#steps = steps;
  }

  progress(step: number, tokens: number, figures: Readonly<Record<string, number>>) {
    this.#done++;
    this.#tokens += tokens;
    const elapsed = performance.now() - this.#began;
    return {
      phase: 'training',
      done: step,
      total: this.#steps,
      unit: 'steps',
      figures: { ...figures, tokensPerSecond: (1000 * this.#tokens) / elapsed },
      etaMs: (elapsed / this.#done) * (this.#steps - step),
    };
  }
}

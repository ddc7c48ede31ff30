// A trainer in the engine's thread.
import type { TrainEvaluation, TrainExample, TrainOutcome, TrainRun, TrainSpec } from '@modeshift/core';
import { localTrainable } from '../training/index.ts';
import type { BatchResult } from '../training/local-trainer.ts';
import type { TextTrainer } from '../training/text-trainer.ts';
import type { CallScope } from '../worker/serve-calls.ts';
import { given } from './given.ts';
import type { ModelSource } from './model-source.ts';

/** What is known of a trainer. */
export interface TrainingInfo {
  readonly trainedParameters: number;
  readonly allParameters: number;
  /** Tokens of the longest example that is not cut. */
  readonly maxTokens: number;
  /** Trained parameters, all, and their share, as PEFT prints them. */
  readonly summary: string;
}

/** How a trainer is made. */
export interface TrainingSettings {
  readonly spec: TrainSpec;
  readonly chatTemplate?: string;
}

/** A run without what cannot be sent to a thread. */
export type PlainRun = Omit<TrainRun<TrainExample>, 'signal' | 'onProgress' | 'onEvaluation'> & {
  /** The owner wants to be told of evaluations, and the run waits for its answer. */
  readonly hooked: boolean;
};

/** What a run sends before its end. */
export type RunItem =
  | { readonly type: 'progress'; readonly progress: Parameters<NonNullable<TrainRun<TrainExample>['onProgress']>>[0] }
  | { readonly type: 'evaluation'; readonly report: TrainEvaluation };

/** Trains in this thread. */
export class TrainingRuntime {
  readonly info: TrainingInfo;
  readonly #trainer: TextTrainer;
  /** Lets a run go on that waits for its owner; meanwhile other calls may look at the trainer. */
  #goOn: (() => void) | undefined;
  /** What is under way. A cancelled call is still ending when its owner makes the next one. */
  #underWay: Promise<unknown> = Promise.resolve();

  private constructor(trainer: TextTrainer) {
    this.#trainer = trainer;
    this.info = {
      trainedParameters: trainer.trainedParameters,
      allParameters: trainer.allParameters,
      maxTokens: trainer.maxTokens,
      summary: trainer.printTrainableParameters(),
    };
  }

  static async open(source: ModelSource, settings: TrainingSettings, scope: CallScope): Promise<TrainingRuntime> {
    const { checkpoint, threads, device, revision, cacheDir, offline } = source;
    const { chatTemplate, spec } = settings;
    const options = given({ threads, device, revision, cacheDir, offline, chatTemplate });
    const trainable = localTrainable(checkpoint, { ...options, signal: scope.signal });
    return new TrainingRuntime(await trainable.trainer(spec));
  }

  steps(): number {
    return this.#trainer.steps;
  }

  step(scope: CallScope, batch: readonly TrainExample[]): Promise<{ loss: number; steps: number }> {
    return this.#inTurn(async () => {
      const { loss } = await this.#trainer.step(batch, scope);
      return { loss, steps: this.#trainer.steps };
    });
  }

  forwardBackward(scope: CallScope, batch: readonly TrainExample[]): Promise<BatchResult> {
    return this.#inTurn(() => this.#trainer.forwardBackward(batch, scope));
  }

  optimStep(
    _: CallScope,
    options: { readonly learningRate?: number } | undefined,
  ): Promise<{ gradientNorm: number; steps: number }> {
    return this.#inTurn(async () => {
      const { gradientNorm } = await this.#trainer.optimStep(options);
      return { gradientNorm, steps: this.#trainer.steps };
    });
  }

  evaluate(scope: CallScope, batch: readonly TrainExample[]): Promise<Readonly<Record<string, number>>> {
    return this.#inTurn(() => this.#trainer.evaluate(batch, scope));
  }

  logits(scope: CallScope, batch: readonly TrainExample[]): Promise<Float32Array[]> {
    return this.#inTurn(() => this.#trainer.logits(batch, scope));
  }

  train(scope: CallScope, { hooked, ...run }: PlainRun): Promise<{ outcome: TrainOutcome; steps: number }> {
    return this.#inTurn(async () => {
      const outcome = await this.#trainer.train({
        ...run,
        signal: scope.signal,
        onProgress: progress => scope.send({ type: 'progress', progress } satisfies RunItem),
        ...(hooked ? { onEvaluation: report => this.#ask(scope, report) } : {}),
      });
      return { outcome, steps: this.#trainer.steps };
    });
  }

  /** The owner has done what it wanted after an evaluation. */
  goOn(): void {
    this.#goOn?.();
  }

  saveState(_: CallScope, dir: string): Promise<void> {
    return this.#inTurn(() => this.#trainer.saveState(dir));
  }

  loadState(_: CallScope, dir: string): Promise<{ steps: number }> {
    return this.#inTurn(async () => {
      await this.#trainer.loadState(dir);
      return { steps: this.#trainer.steps };
    });
  }

  save(_: CallScope, dir: string): Promise<void> {
    return this.#inTurn(() => this.#trainer.save(dir));
  }

  mergeAndSave(_: CallScope, dir: string): Promise<void> {
    return this.#inTurn(() => this.#trainer.mergeAndSave(dir));
  }

  /** Runs work after what is under way, or at once while a run waits for its owner. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#goOn) return work();
    const done = this.#underWay.then(work);
    this.#underWay = done.catch(() => undefined);
    return done;
  }

  async #ask(scope: CallScope, report: TrainEvaluation): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#goOn = resolve;
        scope.signal.addEventListener('abort', () => reject(scope.signal.reason), { once: true });
        scope.send({ type: 'evaluation', report } satisfies RunItem);
      });
    } finally {
      this.#goOn = undefined;
    }
  }
}

// A trainer in the engine's thread as its owner sees it.
import type { CallContext, TrainExample, Trainer, TrainOutcome, TrainRun } from '@modeshift/core';
import type { BatchResult } from '../training/local-trainer.ts';
import type { EngineClient } from './engine-client.ts';
import type { PlainRun, RunItem, TrainingInfo } from './training-runtime.ts';

type Texts = readonly TrainExample[];

/** A training run of a checkpoint in a thread of its own. */
export class LocalTrainerClient implements Trainer<Texts> {
  readonly #client: EngineClient<TrainingInfo>;
  readonly #info: TrainingInfo;
  #steps = 0;

  constructor(client: EngineClient<TrainingInfo>, info: TrainingInfo) {
    this.#client = client;
    this.#info = info;
  }

  get trainedParameters(): number {
    return this.#info.trainedParameters;
  }

  get allParameters(): number {
    return this.#info.allParameters;
  }

  get maxTokens(): number {
    return this.#info.maxTokens;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Trained parameters, all, and their share, as PEFT prints them. */
  printTrainableParameters(): string {
    return this.#info.summary;
  }

  async step(batch: Texts, ctx: CallContext = {}): Promise<{ readonly loss: number }> {
    const { loss, steps } = await this.#client.call<{ loss: number; steps: number }>('step', [batch], ctx);
    this.#steps = steps;
    return { loss };
  }

  forwardBackward(batch: Texts, ctx: CallContext = {}): Promise<BatchResult> {
    return this.#client.call('forwardBackward', [batch], ctx);
  }

  async optimStep(options?: { readonly learningRate?: number }): Promise<{ readonly gradientNorm: number }> {
    const done = await this.#client.call<{ gradientNorm: number; steps: number }>('optimStep', [options]);
    this.#steps = done.steps;
    return { gradientNorm: done.gradientNorm };
  }

  evaluate(batch: Texts, ctx: CallContext = {}): Promise<Readonly<Record<string, number>>> {
    return this.#client.call('evaluate', [batch], ctx);
  }

  /** Logits of a classification head, one list for each text. */
  logits(batch: Texts, ctx: CallContext = {}): Promise<Float32Array[]> {
    return this.#client.call('logits', [batch], ctx);
  }

  async train(run: TrainRun<TrainExample>): Promise<TrainOutcome> {
    const { signal, onProgress, onEvaluation, ...plain } = run;
    const cancel = new AbortController();
    let hookError: { readonly error: unknown } | undefined;
    const tell = async (report: Parameters<NonNullable<typeof onEvaluation>>[0]): Promise<void> => {
      try {
        await onEvaluation?.(report);
        await this.#client.call('goOn', []);
      } catch (error) {
        hookError ??= { error };
        cancel.abort();
      }
    };
    const onItem = (value: unknown): void => {
      const item = value as RunItem;
      if (item.type === 'progress') onProgress?.(item.progress);
      else void tell(item.report);
    };
    const sent: PlainRun = { ...plain, hooked: onEvaluation !== undefined };
    try {
      const { outcome, steps } = await this.#client.call<{ outcome: TrainOutcome; steps: number }>('train', [sent], {
        signal: signal ? AbortSignal.any([signal, cancel.signal]) : cancel.signal,
        onItem,
      });
      this.#steps = steps;
      return outcome;
    } catch (error) {
      throw hookError ? hookError.error : error;
    }
  }

  saveState(dir: string): Promise<void> {
    return this.#client.call('saveState', [dir]);
  }

  async loadState(dir: string): Promise<void> {
    this.#steps = (await this.#client.call<{ steps: number }>('loadState', [dir])).steps;
  }

  save(dir: string): Promise<void> {
    return this.#client.call('save', [dir]);
  }

  mergeAndSave(dir: string): Promise<void> {
    return this.#client.call('mergeAndSave', [dir]);
  }

  dispose(): Promise<void> {
    return this.#client.dispose();
  }
}

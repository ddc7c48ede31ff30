// The trainer of a scripted model: whole runs and single steps, on the smallest thing that learns.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CallContext,
  ModeshiftError,
  random,
  type TrainEvaluation,
  type TrainExample,
  type Trainer,
  type TrainOutcome,
  type TrainRun,
  type TrainSpec,
  throwIfAborted,
} from '@modeshift/core';
import { type BaseLogit, type RegressionRecord, type RegressionSize, WordRegression } from './word-regression.ts';

/** The file in the folder of what a scripted trainer saved. */
export const scriptedWeightsFile = 'scripted-weights.json';

/** What the file holds. */
export interface ScriptedWeights {
  readonly spec: TrainSpec;
  readonly modelId: string;
  readonly size: RegressionSize;
  readonly completions: readonly string[];
  readonly weights: readonly number[];
  readonly steps: number;
}

/** Trains in this process; every call honours its signal. */
export class ScriptedTrainer implements Trainer<readonly TrainExample[]> {
  readonly trainedParameters: number;
  readonly allParameters: number;
  #regression: WordRegression;
  readonly #spec: TrainSpec;
  readonly #base: BaseLogit;
  readonly #modelId: string;
  readonly #dispose: () => void;

  constructor(parts: {
    readonly spec: TrainSpec;
    readonly size: RegressionSize;
    readonly allParameters: number;
    readonly base: BaseLogit;
    readonly modelId: string;
    readonly dispose: () => void;
  }) {
    const { spec, size } = parts;
    this.#spec = spec;
    this.#base = parts.base;
    this.#modelId = parts.modelId;
    this.#dispose = parts.dispose;
    this.#regression = new WordRegression(size, spec.seed ?? 0);
    this.trainedParameters = this.#regression.weights.length;
    this.allParameters = parts.allParameters;
  }

  get steps(): number {
    return this.#regression.steps;
  }

  async step(batch: readonly TrainExample[], ctx: CallContext = {}): Promise<{ readonly loss: number }> {
    return this.#step(batch, ctx);
  }

  async #step(batch: readonly TrainExample[], ctx: CallContext, rate: { readonly learningRate?: number } = {}) {
    const { loss } = await this.forwardBackward(batch, ctx);
    await this.optimStep(rate);
    return { loss };
  }

  async forwardBackward(batch: readonly TrainExample[], { signal }: CallContext = {}) {
    throwIfAborted(signal);
    const { loss } = this.#regression.pass(batch.map(recordOf), this.#base, true);
    return { loss, weight: batch.length };
  }

  async optimStep({ learningRate = this.#spec.learningRate ?? 1 }: { readonly learningRate?: number } = {}) {
    return { gradientNorm: this.#regression.descend(learningRate) };
  }

  async evaluate(batch: readonly TrainExample[], { signal }: CallContext = {}) {
    throwIfAborted(signal);
    return this.#regression.pass(batch.map(recordOf), this.#base, false);
  }

  async train(run: TrainRun<TrainExample>): Promise<TrainOutcome> {
    const { examples, evaluation, signal, onProgress, onEvaluation } = run;
    const size = this.#spec.batches?.size ?? 8;
    const perEpoch = Math.ceil(examples.length / size);
    const total = run.steps ?? (run.epochs ?? 3) * perEpoch;
    const source = random(this.#spec.seed ?? 0);
    const losses: number[] = [];
    const evaluations: TrainEvaluation[] = [];
    let best: { readonly loss: number; readonly step: number; readonly weights: Float64Array } | undefined;
    let waited = 0;
    let order: TrainExample[] = [];
    let stopped: TrainOutcome['stopped'] = 'finished';
    for (let step = 0; step < total && stopped === 'finished'; step++) {
      throwIfAborted(signal);
      if (step % perEpoch === 0) order = source.shuffle(examples);
      const at = (step % perEpoch) * size;
      const rate = run.learningRate === undefined ? {} : { learningRate: run.learningRate };
      const { loss } = await this.#step(order.slice(at, at + size), signal ? { signal } : {}, rate);
      losses.push(loss);
      onProgress?.({ phase: 'training', done: step + 1, total, unit: 'steps', figures: { loss } });
      if (!evaluation || (step + 1) % (evaluation.everySteps ?? perEpoch) !== 0) continue;
      const figures = await this.evaluate(evaluation.examples);
      const isBest = figures.loss < (best?.loss ?? Number.POSITIVE_INFINITY);
      if (isBest) best = { loss: figures.loss, step: step + 1, weights: this.#regression.weights.slice() };
      waited = isBest ? 0 : waited + 1;
      const report = { step: step + 1, epoch: (step + 1) / perEpoch, trainLoss: loss, figures, best: isBest };
      evaluations.push(report);
      await onEvaluation?.(report);
      if (waited >= (evaluation.patience ?? Number.POSITIVE_INFINITY)) stopped = 'early';
    }
    const keep = best && evaluation?.keepBest !== false;
    if (keep) this.#regression.weights.set(best!.weights);
    return { steps: losses.length, stopped, losses, evaluations, step: keep ? best!.step : losses.length };
  }

  async saveState(dir: string): Promise<void> {
    const { size, completions, weights, steps } = this.#regression;
    const saved: ScriptedWeights = {
      spec: this.#spec,
      modelId: this.#modelId,
      size,
      completions,
      weights: [...weights],
      steps,
    };
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, scriptedWeightsFile), JSON.stringify(saved));
  }

  async loadState(dir: string): Promise<void> {
    const saved = await readScriptedWeights(dir);
    this.#regression = new WordRegression(saved.size, 0, saved);
    this.#regression.steps = saved.steps;
  }

  save(dir: string): Promise<void> {
    return this.saveState(dir);
  }

  mergeAndSave(dir: string): Promise<void> {
    return this.saveState(dir);
  }

  async dispose(): Promise<void> {
    this.#dispose();
  }
}

/** Reads what a scripted trainer saved. Throws `storage` where nothing is saved. */
export async function readScriptedWeights(dir: string): Promise<ScriptedWeights> {
  const path = join(dir, scriptedWeightsFile);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ScriptedWeights;
  } catch (cause) {
    throw new ModeshiftError({ tag: 'storage', path }, `There is nothing trained at ${path}.`, { cause });
  }
}

function recordOf(example: TrainExample): RegressionRecord {
  if ('completion' in example) return { prompt: promptText(example.prompt), completion: example.completion };
  if ('label' in example) return { prompt: example.text, completion: String(example.label) };
  throw new ModeshiftError(
    { tag: 'invalid-input' },
    'A scripted model trains on { prompt, completion } and { text, label } only.',
  );
}

/** A prompt as one text. */
export function promptText(prompt: string | readonly { readonly content: unknown }[]): string {
  return typeof prompt === 'string' ? prompt : prompt.map(({ content }) => String(content)).join('\n');
}

// A training run on a checkpoint, step by step: gradients, updates, measurements, states.
import { setImmediate } from 'node:timers/promises';
import {
  AutogradError,
  type CompiledGraph,
  compile,
  type Feed,
  type FloatTensor,
  type Trainer as GraphTrainer,
  type ParameterValues,
  type Tensor,
  type TensorValue,
  type TrainingState,
  tensorValue,
} from '@modeshift/autograd';
import { type CallContext, invalidInput, ModeshiftError, type Trainer, throwIfAborted } from '@modeshift/core';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { sessionOn } from '../network/device.ts';
import { type Collated, type CollateOptions, collate } from './collate.ts';
import { LengthRule } from './length-rule.ts';
import type { LoadedBase } from './load-base.ts';
import { microBatches } from './plan-steps.ts';
import type { ResolvedSpec } from './resolve-spec.ts';
import { type LocalTrainOutcome, type LocalTrainRun, runTraining } from './run-training.ts';
import { saveTrained } from './save-trained.ts';
import type { TokenExample } from './token-example.ts';
import { loadTrainerState, saveTrainerState } from './trainer-state.ts';
import { referenceGraph, trainingGraph } from './training-graph.ts';

type LossGraph = CompiledGraph<Record<string, Tensor>>;

/** What a trainer is made of. See {@link createTrainer}. */
export interface LocalTrainerParts {
  readonly checkpoint: Checkpoint;
  readonly resolved: ResolvedSpec;
  readonly base: LoadedBase;
  readonly graph: GraphTrainer;
  /** Shapes of the trained parameters. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** What a batch told. */
export interface BatchResult {
  /** The mean over what counts. */
  readonly loss: number;
  /** Tokens that count, texts or pairs. */
  readonly weight: number;
  /** Tokens read, without padding. */
  readonly tokens: number;
}

/** Trains a checkpoint in this process. Made by {@link createTrainer}. Calls must follow one another. */
export class LocalTrainer implements Trainer<readonly TokenExample[]> {
  readonly checkpoint: Checkpoint;
  readonly resolved: ResolvedSpec;
  readonly base: LoadedBase;
  /** Shapes of the trained parameters, by their names. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly #graph: GraphTrainer;
  readonly #lengths: LengthRule;
  #evaluation: LossGraph | undefined;
  #reference: LossGraph | undefined;
  readonly #references = new WeakMap<TokenExample, readonly [number, number]>();
  /** Micro-batches since the last update. */
  #pending = 0;

  constructor({ checkpoint, resolved, base, graph, shapes }: LocalTrainerParts) {
    this.checkpoint = checkpoint;
    this.resolved = resolved;
    this.base = base;
    this.shapes = shapes;
    this.#graph = graph;
    const { bos_token_id: begin } = checkpoint.json;
    this.#lengths = new LengthRule(resolved, typeof begin === 'number' ? begin : undefined);
  }

  get trainedParameters(): number {
    return this.#graph.trainedValues;
  }

  /** As PEFT counts: the model, the adapters, and a trained head beside adapters once more, since PEFT keeps both. */
  get allParameters(): number {
    const { head, network, parameters } = this.base;
    const sizes = [...this.shapes].filter(([name]) => !network.base.has(name)).map(([, shape]) => sizeOf(shape));
    if (network.adapters.size > 0) sizes.push(...head.map(name => network.base.get(name)!.data.length));
    return sizes.reduce((a, b) => a + b, parameters);
  }

  /** The line that PEFT prints. */
  printTrainableParameters(): string {
    const trained = this.trainedParameters;
    const all = this.allParameters;
    const grouped = (value: number): string => value.toLocaleString('en-US');
    return `trainable params: ${grouped(trained)} || all params: ${grouped(all)} || trainable%: ${((100 * trained) / all).toFixed(4)}`;
  }

  get steps(): number {
    return this.#graph.steps;
  }

  async step(batch: readonly TokenExample[], ctx: CallContext = {}): Promise<{ readonly loss: number }> {
    const { loss } = await this.forwardBackward(batch, ctx);
    await this.optimStep();
    return { loss };
  }

  /**
   * Adds the gradient of a batch, cut into micro-batches that fit into memory. When it fails or is cancelled, all gradients since the
   * last update are forgotten.
   *
   * @throws ModeshiftError `invalid-input` for examples that do not fit the loss, or of which no token counts.
   */
  async forwardBackward(batch: readonly TokenExample[], { signal }: CallContext = {}): Promise<BatchResult> {
    try {
      return await this.#passes(batch, signal, async ({ feeds, weight }) => {
        const seed = { seed: tensorValue(Int32Array.of(this.#dropoutSeed()), []) };
        const { loss } = await this.#graph.accumulate({ ...feeds, ...seed }, weight);
        this.#pending++;
        return { loss };
      });
    } catch (error) {
      if (this.#pending > 0) this.restore(this.#graph.state());
      throw error;
    }
  }

  async optimStep(options: { readonly learningRate?: number } = {}): Promise<{ readonly gradientNorm: number }> {
    if (this.#pending === 0)
      throw invalidInput('optimStep: there are no gradients yet; call forwardBackward() with a batch first.');
    const learningRate = options.learningRate ?? this.resolved.learningRate;
    const { gradientNorm } = await this.#graph.apply({ learningRate });
    this.#pending = 0;
    return { gradientNorm: gradientNorm! };
  }

  /** The mean loss of a batch, and `accuracy` where the loss knows one. */
  async evaluate(
    batch: readonly TokenExample[],
    { signal }: CallContext = {},
  ): Promise<Readonly<Record<string, number>> & { readonly loss: number }> {
    // The trainer's own forward pass reads the parameters where they are, but drops out where training does.
    const parameters = this.base.options.dropout ? this.#parameterFeeds() : undefined;
    const pass = async ({ feeds }: Collated): Promise<Record<string, number>> => {
      if (parameters) return scalarsOf(await (await this.#lossGraph()).run({ ...feeds, ...parameters }));
      const { loss, metrics } = await this.#graph.evaluate(feeds);
      return { loss, ...scalarsOf(metrics) };
    };
    const { weight: _, tokens: __, ...figures } = await this.#passes(batch, signal, pass);
    return figures;
  }

  /** Logits of a classification head, one list for each example. */
  async logits(batch: readonly TokenExample[], { signal }: CallContext = {}): Promise<Float32Array[]> {
    if (this.resolved.loss.kind !== 'classification')
      throw invalidInput('logits() needs a trainer with a classification loss.');
    const { examples, dropped } = this.#lengths.fit(batch);
    if (dropped > 0)
      throw new ModeshiftError(
        { tag: 'context-length' },
        `${dropped} of ${batch.length} texts have more than ${this.resolved.maxLength} tokens and would have no logits. Shorten them.`,
      );
    const parameters = this.#parameterFeeds();
    const all: Float32Array[] = [];
    for (let at = 0; at < examples.length; at += this.resolved.batchSize) {
      throwIfAborted(signal);
      const { feeds } = collate(examples.slice(at, at + this.resolved.batchSize), this.#collateOptions());
      const { logits } = await (await this.#lossGraph()).run({ ...feeds, ...parameters });
      const [rows, labels] = logits!.shape as [number, number];
      const data = logits!.data as Float32Array;
      for (let row = 0; row < rows; row++) all.push(data.slice(row * labels, (row + 1) * labels));
      await setImmediate();
    }
    return all;
  }

  /** A whole run. See {@link LocalTrainRun}. */
  async train(run: LocalTrainRun): Promise<LocalTrainOutcome> {
    const { evaluation } = run;
    const { examples, dropped } = this.#lengths.fit(run.examples);
    const measured = evaluation && {
      ...evaluation,
      examples: this.#lengths.fit(evaluation.examples, 'Evaluation example').examples,
    };
    const outcome = await runTraining(this, { ...run, examples, ...(measured ? { evaluation: measured } : {}) });
    return dropped > 0 ? { ...outcome, dropped } : outcome;
  }

  /** The gradients of a batch by parameter, without an update: for inspection. */
  async gradients(batch: readonly TokenExample[]): Promise<ParameterValues> {
    const { feeds } = await this.#collated(this.#lengths.fit(batch).examples);
    return this.#graph.gradients({ ...feeds, seed: tensorValue(Int32Array.of(this.#dropoutSeed()), []) });
  }

  /** Copies of the trained parameters, by their names. */
  parameters(): ParameterValues {
    return this.#graph.parameters();
  }

  /** Everything that a run needs to go on to the bit, as copies. Take it between steps. */
  state(): TrainingState {
    if (this.#pending > 0)
      throw invalidInput('A state is taken between steps: call optimStep() first, or leave its gradients out.');
    return this.#graph.state();
  }

  /** Goes on from a state. Gradients that were added and not applied are forgotten. */
  restore(state: TrainingState): void {
    this.#graph.load(state);
    this.#pending = 0;
  }

  saveState(dir: string): Promise<void> {
    return saveTrainerState(this, dir);
  }

  async loadState(dir: string): Promise<void> {
    await loadTrainerState(this, dir);
  }

  /** Writes a PEFT folder for adapters and prompts, otherwise a whole checkpoint. */
  save(dir: string): Promise<void> {
    return saveTrained(this, dir, { merge: false });
  }

  /** Writes a whole checkpoint, with adapters merged into its weights. Throws `unsupported` for prompts. */
  mergeAndSave(dir: string): Promise<void> {
    return saveTrained(this, dir, { merge: true });
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#graph.dispose(), this.#evaluation?.dispose(), this.#reference?.dispose()]);
    await this.checkpoint.weights.close();
  }

  /** Runs `pass` on each micro-batch of a batch and averages what it gives by what counts. */
  async #passes(
    batch: readonly TokenExample[],
    signal: AbortSignal | undefined,
    pass: (collated: Collated) => Promise<Record<string, number>>,
  ): Promise<Record<string, number> & BatchResult> {
    let weight = 0;
    let tokens = 0;
    const sums: Record<string, number> = {};
    const { examples } = this.#lengths.fit(batch);
    for (const part of microBatches(examples, this.resolved)) {
      throwIfAborted(signal);
      const collated = await this.#collated(part);
      if (collated.weight === 0) continue;
      const figures = await pass(collated).catch(cause => {
        throw passError(cause, collated.tokens);
      });
      for (const [name, value] of Object.entries(figures)) sums[name] = (sums[name] ?? 0) + value * collated.weight;
      weight += collated.weight;
      tokens += collated.tokens;
      await setImmediate();
    }
    if (weight === 0)
      throw invalidInput('No token of the batch counts: its labels are all -100. Leave such examples out.');
    const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / weight]));
    return { ...means, loss: means.loss!, weight, tokens };
  }

  #collateOptions(): CollateOptions {
    const { loss, packing, virtual } = this.resolved;
    const { contextLength, vocabularySize } = this.checkpoint.config;
    return { loss, packing, virtual, contextLength, vocabularySize };
  }

  async #collated(part: readonly TokenExample[]): Promise<Collated> {
    const collated = collate(part, this.#collateOptions());
    const { loss } = this.resolved;
    if (loss.kind !== 'preference' || loss.form === 'simpo') return collated;
    return { ...collated, feeds: { ...collated.feeds, reference: await this.#referenceOf(part) } };
  }

  /** Log-probabilities of answers by the model as it was loaded; computed once for each example. */
  async #referenceOf(part: readonly TokenExample[]): Promise<Feed> {
    const missing = part.filter(example => !this.#references.has(example));
    if (missing.length > 0) {
      const { feeds } = collate(missing, { ...this.#collateOptions(), virtual: undefined });
      this.#reference ??= await compile(
        { logprobs: referenceGraph(this.base.options, this.base.network.base) },
        sessionOn(this.resolved.device, this.resolved.threads),
      );
      const { logprobs } = await this.#reference.run(feeds);
      for (const [i, example] of missing.entries())
        this.#references.set(example, [Number(logprobs!.data[i]), Number(logprobs!.data[missing.length + i])]);
    }
    const pairs = part.map(example => this.#references.get(example)!);
    return tensorValue(Float32Array.from([...pairs.map(([chosen]) => chosen), ...pairs.map(([, other]) => other)]), [
      2,
      part.length,
    ]);
  }

  async #lossGraph(): Promise<LossGraph> {
    if (!this.#evaluation) {
      const { loss, metrics } = trainingGraph({ ...this.base.options, dropout: false }, this.base.network);
      this.#evaluation = await compile<Record<string, FloatTensor>>(
        { loss, ...metrics },
        sessionOn(this.resolved.device, this.resolved.threads),
      );
    }
    return this.#evaluation;
  }

  #parameterFeeds(): Record<string, Feed> {
    return Object.fromEntries(
      Object.entries(this.#graph.parameters()).map(([name, data]) => [name, tensorValue(data, this.shapes.get(name)!)]),
    );
  }

  /** Another number for each micro-batch of a run, the same after a resume. */
  #dropoutSeed(): number {
    return (Math.imul(this.steps * 4096 + this.#pending, 0x9e3779b1) ^ this.resolved.seed) | 0;
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The values that are one number each. */
const scalarsOf = (values: Readonly<Record<string, TensorValue>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, { shape, data }]) => (shape.length === 0 ? [[name, Number(data[0])]] : [])),
  );

/** A failure of the runtime as an error that says what to do. */
function passError(cause: unknown, tokens: number): unknown {
  if (!(cause instanceof AutogradError) || cause.reason !== 'runtime') return cause;
  return new ModeshiftError(
    { tag: 'internal' },
    `The training step failed on ${tokens} tokens: ${cause.message} If memory ran out, lower batches.tokens or set batches.recompute.`,
    { cause },
  );
}

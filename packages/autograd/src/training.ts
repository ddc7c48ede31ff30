// Training: a gradient graph that writes into flat buffers, and an optimizer that updates them in place.
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { AutogradError } from './errors.ts';
import { fromNative, toFeeds, toNative } from './feeds.ts';
import {
  checkValues,
  createFlat,
  type FlatLayout,
  type FloatArray,
  layOut,
  type ParameterValues,
  readFlat,
  writeFlat,
} from './flat-parameters.ts';
import { contributions } from './gradients.ts';
import { adamW, type Optimizer } from './optimizers.ts';
import { ParameterGradient } from './row-gradients.ts';
import { Session } from './session.ts';
import { SparseTable } from './sparse-table.ts';
import type { Tensor } from './tensor.ts';
import { type Feed, type TensorValue, tensorValue } from './tensor-value.ts';
import {
  checkTables,
  chooseParameters,
  feedsFrozen,
  firstValues,
  type StepOptions,
  type StepResult,
  sessionOptions,
  type TrainingOptions,
  type TrainingState,
  writing,
} from './training-options.ts';
import { type UpdateArrays, UpdateRunner } from './update-runner.ts';
import { type OnnxModel, writeOnnx } from './write-onnx.ts';

interface Sessions {
  readonly model: OnnxModel;
  /** By parameter. */
  readonly gradients: ReadonlyMap<string, ParameterGradient>;
  readonly gradient: Session;
  readonly updates: UpdateRunner;
}

/**
 * A compiled training step with the parameters and moments it updates. Made by {@link compileTraining}.
 *
 * @example
 * ```ts
 * import { Graph, type Trainer, compileTraining, sumSquares } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const loss = sumSquares(graph.parameter('w', [2]));
 * const trainer: Trainer = await compileTraining({ loss, parameters: { w: [1, 2] } });
 * await trainer.step({});
 * const saved = trainer.state();
 * trainer.load(saved); // goes on from there, to the bit
 * console.log(trainer.steps); // 1
 * await trainer.dispose();
 * ```
 */
export class Trainer {
  readonly #options: TrainingOptions;
  readonly #optimizer: Optimizer;
  readonly #layout: FlatLayout;
  readonly #frozen: ParameterValues;
  readonly #tables: readonly SparseTable[];
  readonly #sessions: Sessions;
  readonly #values: FloatArray;
  #slots: Readonly<Record<string, FloatArray>>;
  #gradient: FloatArray;
  #accumulated: FloatArray | undefined;
  readonly #feeds: Record<string, OrtTensor> = {};
  #fetches: Record<string, OrtTensor | null> = {};
  #disposed = false;
  #step = 0;
  /** The sum of weights of what was accumulated, and the weight of the latest micro-batch while it is not added yet. */
  #weight = 0;
  #pending = 0;
  #forward: Promise<{ readonly model: OnnxModel; readonly session: Session }> | undefined;

  private constructor(
    options: TrainingOptions,
    layout: FlatLayout,
    frozen: ParameterValues,
    tables: readonly SparseTable[],
    sessions: Sessions,
  ) {
    this.#options = options;
    this.#optimizer = options.optimizer ?? adamW();
    this.#layout = layout;
    this.#frozen = frozen;
    this.#tables = tables;
    this.#sessions = sessions;
    this.#values = createFlat(layout);
    this.#gradient = createFlat(layout);
    this.#slots = Object.fromEntries(this.#optimizer.slots.map(slot => [slot, createFlat(layout)]));
  }

  /** See {@link compileTraining}. */
  static async create(options: TrainingOptions): Promise<Trainer> {
    const { loss, metrics = {}, optimizer = adamW() } = options;
    const graph = loss.graph;
    const trained = chooseParameters(options);
    const layout = layOut(new Map([...trained].filter(([, parameter]) => !parameter.rowsBy)), loss.dtype);
    const all = firstValues(options);
    const frozen = Object.fromEntries(Object.entries(all).filter(([name]) => !trained.has(name)));

    const tables = [...trained]
      .filter(([, parameter]) => parameter.rowsBy)
      .map(([name, parameter]) => new SparseTable(name, parameter, optimizer.slots, all[name]!));
    checkTables(graph, tables);
    const targets = [...layout.placements, ...tables];
    const parts = contributions(
      loss,
      targets.map(({ parameter }) => parameter.tensor),
    );
    const found = targets.map(({ name, parameter }, i) => new ParameterGradient(name, parameter.shape, parts[i]!));
    const outputs: Record<string, Tensor> = { loss };
    Object.assign(outputs, metricOutputs(metrics));
    for (const one of found) Object.assign(outputs, one.outputs);
    const bound = feedsFrozen(options) ? {} : frozen;
    const model = writeOnnx(graph, outputs, writing(options, bound));
    const sessions: Sessions = {
      model,
      gradients: new Map(targets.map(({ name }, i) => [name, found[i]!])),
      gradient: await Session.open(model, sessionOptions(options)),
      updates: new UpdateRunner(optimizer, layout.dtype, sessionOptions(options)),
    };
    const trainer = new Trainer({ ...options, optimizer }, layout, frozen, tables, sessions);
    writeFlat(layout, trainer.#values, all);
    for (const { name, parameter, offset, length } of layout.placements) {
      const view = (flat: FloatArray): Promise<OrtTensor> =>
        toNative({
          dtype: layout.dtype,
          shape: parameter.shape,
          data: flat.subarray(offset, offset + length),
        } as TensorValue);
      trainer.#feeds[name] = await view(trainer.#values);
      const { dense } = sessions.gradients.get(name)!;
      if (dense) trainer.#fetches[dense] = await view(trainer.#gradient);
    }
    for (const [name, data] of feedsFrozen(options) ? Object.entries(frozen) : [])
      trainer.#feeds[name] = await toNative(tensorValue(data, graph.parameters.get(name)!.shape));
    for (const { modelName } of model.outputs) trainer.#fetches[modelName] ??= null;
    return trainer;
  }

  /** Optimizer steps done so far. */
  get steps(): number {
    return this.#step;
  }

  /** The number of trained values. */
  get trainedValues(): number {
    const dense = this.#layout.placements.reduce((sum, { length }) => sum + length, 0);
    return this.#tables.reduce((sum, { values }) => sum + values.length, dense);
  }

  /** One step: loss and gradients of a batch, then the optimizer's update. */
  async step(feeds: Readonly<Record<string, Feed>>, options: StepOptions = {}): Promise<StepResult> {
    if (this.#weight + this.#pending > 0)
      throw new AutogradError('argument', 'step: gradients were accumulated; call apply() before the next step().');
    const result = await this.#run(feeds);
    const gradientNorm = await this.#update(this.#gradient, 1, options);
    return { ...result, ...(gradientNorm === undefined ? {} : { gradientNorm }) };
  }

  /**
   * Adds the gradients of one micro-batch, times `weight`; {@link Trainer.apply} divides by the sum of weights. With a mean
   * loss, the weight is the number of examples (or of tokens that count) in the micro-batch.
   */
  async accumulate(feeds: Readonly<Record<string, Feed>>, weight = 1): Promise<StepResult> {
    if (this.#tables.length > 0)
      throw new AutogradError(
        'argument',
        'accumulate: parameters with rowsBy do not accumulate; use step() with larger batches.',
      );
    if (!(weight > 0)) throw new AutogradError('argument', `accumulate: the weight must be above 0, got ${weight}.`);
    const result = await this.#run(feeds);
    this.#pending = weight;
    return result;
  }

  /** Adds the latest micro-batch to the sum of those before it; put off until another run needs the array it is in. */
  async #fold(): Promise<void> {
    if (this.#pending === 0) return;
    this.#accumulated ??= createFlat(this.#layout);
    if (this.#weight === 0) this.#accumulated.fill(0);
    await this.#sessions.updates.accumulate(this.#accumulated, this.#gradient, this.#pending);
    this.#weight += this.#pending;
    this.#pending = 0;
  }

  /** The optimizer's update from the gradients accumulated since the last one; returns their norm when clipping. */
  async apply(options: StepOptions = {}): Promise<{ readonly gradientNorm?: number }> {
    if (this.#weight + this.#pending === 0)
      throw new AutogradError('argument', 'apply: no gradients were accumulated; call accumulate() first.');
    const single = this.#weight === 0;
    if (!single) await this.#fold();
    const gradientNorm = single
      ? await this.#update(this.#gradient, 1, options)
      : await this.#update(this.#accumulated!, 1 / this.#weight, options);
    this.#weight = 0;
    this.#pending = 0;
    return gradientNorm === undefined ? {} : { gradientNorm };
  }

  /** The loss and metrics of a batch, without gradients and without an update. The first call compiles the forward graph. */
  async evaluate(feeds: Readonly<Record<string, Feed>>): Promise<StepResult> {
    const { loss, metrics = {} } = this.#options;
    const outputs = { loss, ...metricOutputs(metrics) };
    this.#forward ??= (async () => {
      const bound = feedsFrozen(this.#options) ? {} : this.#frozen;
      const model = writeOnnx(loss.graph, outputs, writing(this.#options, bound));
      return { model, session: await Session.open(model, sessionOptions(this.#options)) };
    })();
    const { model, session } = await this.#forward;
    const { native, inputs, fed } = await this.#prepare(model, feeds);
    return readResult(model, await session.run({ ...native, ...(await toFeeds(inputs, fed)) }));
  }

  /** The gradients of a batch by parameter, without an update: for tests and for inspection. */
  async gradients(feeds: Readonly<Record<string, Feed>>): Promise<ParameterValues> {
    await this.#run(feeds);
    const sparse = this.#tables.map(table => [table.name, table.wholeGradient()]);
    return { ...readFlat(this.#layout, this.#gradient), ...Object.fromEntries(sparse) };
  }

  /** All parameters by name: copies of the trained ones, and the frozen ones as they are (do not change those). */
  parameters(): ParameterValues {
    return { ...this.#frozen, ...this.#trained() };
  }

  /** Everything needed to go on later, as copies. Take it between steps; throws `disposed` after {@link Trainer.dispose}. */
  state(): TrainingState {
    if (this.#disposed) throw new AutogradError('disposed', 'state: this trainer was disposed; take its state before.');
    return {
      step: this.#step,
      optimizer: this.#optimizer.name,
      parameters: this.#trained(),
      slots: Object.fromEntries(this.#optimizer.slots.map(slot => [slot, this.#trained(slot)])),
    };
  }

  /** Goes on from a saved state; throws `checkpoint` when it does not fit, and leaves the trainer as it was. */
  load(state: TrainingState): void {
    if (state.optimizer !== this.#optimizer.name)
      throw new AutogradError(
        'checkpoint',
        `The state is of ${state.optimizer}, this trainer uses ${this.#optimizer.name}.`,
      );
    const sources = [state.parameters, ...this.#optimizer.slots.map(slot => state.slots[slot] ?? {})];
    for (const values of sources) {
      checkValues(this.#layout.placements, values);
      checkValues(
        this.#tables.map(({ name, values: { length } }) => ({ name, length })),
        values,
      );
    }
    const targets = [this.#values, ...Object.values(this.#slots)];
    for (const [i, values] of sources.entries()) {
      writeFlat(this.#layout, targets[i]!, values);
      for (const table of this.#tables) [table.values, ...Object.values(table.slots)][i]!.set(values[table.name]!);
    }
    this.#step = state.step;
    this.#weight = 0;
    this.#pending = 0;
  }

  /** Releases the sessions, gradients and moments; parameters can still be read. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#slots = {};
    this.#gradient = this.#gradient.slice(0, 0);
    this.#accumulated = undefined;
    this.#fetches = {};
    const forward = await this.#forward;
    const { gradient, updates } = this.#sessions;
    await Promise.all([gradient.dispose(), updates.dispose(), forward?.session.dispose()]);
  }

  /** Copies of the trained parameters, or of one slot of the optimizer. */
  #trained(slot?: string): ParameterValues {
    const sparse = this.#tables.map(table => [table.name, (slot ? table.slots[slot]! : table.values).slice()]);
    return { ...readFlat(this.#layout, slot ? this.#slots[slot]! : this.#values), ...Object.fromEntries(sparse) };
  }

  /** Feeds for a model: the trained parameters it reads, and the caller's with ids of the rows that tables hold now. */
  async #prepare(model: OnnxModel, given: Readonly<Record<string, Feed>>) {
    const reads = new Set(model.inputs.map(input => input.name));
    const native = Object.fromEntries(Object.entries(this.#feeds).filter(([name]) => reads.has(name)));
    let fed = given;
    for (const table of this.#tables) {
      const rows = model.inputs.filter(input => table.parameter.rowsBy!.includes(input.name));
      fed = { ...fed, ...table.select(rows, fed) };
      native[table.name] = await table.native('values');
    }
    return { native, fed, inputs: model.inputs.filter(input => !(input.name in native)) };
  }

  async #run(given: Readonly<Record<string, Feed>>): Promise<StepResult> {
    await this.#fold();
    const { gradient, model } = this.#sessions;
    const { native, inputs, fed } = await this.#prepare(model, given);
    const fetches = { ...this.#fetches };
    for (const table of this.#tables) {
      const { dense } = this.#sessions.gradients.get(table.name)!;
      if (dense) fetches[dense] = await table.native('gradient');
    }
    const results = await gradient.run({ ...native, ...(await toFeeds(inputs, fed)) }, fetches);
    const modelName = (output: string): string => model.outputs.find(({ name }) => name === output)!.modelName;
    const finish = (name: string, array: FloatArray): void =>
      this.#sessions.gradients.get(name)!.finish(array, results as Record<string, OrtTensor>, modelName);
    for (const { name, offset, length } of this.#layout.placements)
      finish(name, this.#gradient.subarray(offset, offset + length));
    for (const table of this.#tables) finish(table.name, table.compact.gradient!);
    return readResult(model, results);
  }

  async #update(gradient: FloatArray, scale: number, options: StepOptions): Promise<number | undefined> {
    const { clipNorm, learningRate = 1e-3, groups = {} } = this.#options;
    this.#step++;
    const compact = this.#tables.map(table => table.compact);
    let norm: number | undefined;
    let factor = scale;
    if (clipNorm !== undefined) {
      let total = 0;
      for (const data of [gradient, ...compact.map(rows => rows.gradient!)])
        total += await this.#sessions.updates.squares(data);
      norm = Math.sqrt(total) * scale;
      factor *= Math.min(1, clipNorm / (norm + 1e-6));
    }
    const rate = options.learningRate ?? (typeof learningRate === 'number' ? learningRate : learningRate(this.#step));
    const update = (group: string, arrays: UpdateArrays, start: number, end: number): Promise<void> => {
      const scalars = this.#optimizer.scalars(this.#step, rate, groups[group] ?? {});
      return this.#sessions.updates.update(arrays, [start, end], scalars, factor);
    };
    const dense = { ...this.#slots, values: this.#values, gradient };
    for (const { name, start, end } of this.#layout.groups) await update(name, dense, start, end);
    for (const [i, table] of this.#tables.entries()) {
      await update(table.parameter.group, compact[i]!, 0, compact[i]!.gradient!.length);
      table.writeBack();
    }
    return norm;
  }
}

const metricOutputs = (metrics: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(metrics).map(([name, tensor]) => [`metric:${name}`, tensor]));

/** The loss and metrics among the results of a run. */
function readResult(model: OnnxModel, results: Readonly<Record<string, unknown>>): StepResult {
  const metrics: Record<string, TensorValue> = {};
  let loss = Number.NaN;
  for (const { name, modelName } of model.outputs) {
    if (name === 'loss') loss = Number(fromNative(results[modelName] as OrtTensor).data[0]);
    else if (name.startsWith('metric:')) metrics[name.slice(7)] = fromNative(results[modelName] as OrtTensor);
  }
  return { loss, metrics };
}

/**
 * Compiles a training step: the loss, its gradients and the optimizer's update. Parameters, moments and gradients live in flat
 * arrays that are made once and updated in place, so a step allocates no memory for them.
 *
 * @example
 * ```ts
 * import { Graph, compileTraining, crossEntropy, linear, xavierUniform } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['batch', 2]);
 * const labels = graph.input('labels', 'int64', ['batch']);
 * const weight = graph.parameter('weight', [2, 2], { initialize: xavierUniform() });
 * const loss = crossEntropy(linear(x, weight, graph.parameter('bias', [2])), labels);
 * const trainer = await compileTraining({ loss, learningRate: 0.1 });
 * for (let i = 0; i < 50; i++) await trainer.step({ x: [[0, 1], [1, 0]], labels: [0, 1] });
 * const { loss: last } = await trainer.evaluate({ x: [[0, 1], [1, 0]], labels: [0, 1] });
 * console.log(last < 0.1); // true
 * await trainer.dispose();
 * ```
 */
export function compileTraining(options: TrainingOptions): Promise<Trainer> {
  return Trainer.create(options);
}

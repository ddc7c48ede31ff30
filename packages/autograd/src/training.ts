// Training: a gradient graph that writes into flat buffers, and an optimizer graph that updates them in place.
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { createArray } from './dtype.ts';
import { AutogradError } from './errors.ts';
import { fromNative, toFeeds, toNative } from './feeds.ts';
import {
  checkValues,
  createFlat,
  type FlatLayout,
  type FloatArray,
  initialParameters,
  layOut,
  type ParameterValues,
  readFlat,
  writeFlat,
} from './flat-parameters.ts';
import { gradients } from './gradients.ts';
import { Graph, type Parameter } from './graph.ts';
import { add, mul } from './ops/arithmetic.ts';
import { sumSquares } from './ops/reduce.ts';
import { adamW, type GroupOptions, type Optimizer } from './optimizers.ts';
import type { Schedule } from './schedules.ts';
import { loadRuntime, Session, type SessionOptions } from './session.ts';
import { SparseTable } from './sparse-table.ts';
import type { FloatTensor, Tensor } from './tensor.ts';
import type { Feed, TensorValue } from './tensor-value.ts';
import { type OnnxModel, writeOnnx } from './write-onnx.ts';

/** Options of {@link compileTraining}. */
export interface TrainingOptions extends SessionOptions {
  /** The scalar to make smaller. */
  readonly loss: FloatTensor;
  /** Tensors to read at every step, such as an accuracy. */
  readonly metrics?: Readonly<Record<string, Tensor>>;
  /** Names of the parameters to train. Default: every parameter the loss depends on. */
  readonly train?: readonly string[];
  /** Default `adamW()`. */
  readonly optimizer?: Optimizer;
  /** The rate of every step, or a schedule. Default 1e-3; a step may give its own. */
  readonly learningRate?: number | Schedule;
  /** How optimizer groups (`graph.parameter(…, { group })`) differ. */
  readonly groups?: Readonly<Record<string, GroupOptions>>;
  /** Scale gradients down when their global norm is above this. Default: no clipping. */
  readonly clipNorm?: number;
  /** First values by name; the rest are drawn from their initialisers. */
  readonly parameters?: Readonly<Record<string, ArrayLike<number>>>;
  /** Seed of the initialisers. Default 0. */
  readonly seed?: number;
}

/** Options of one step. */
export interface StepOptions {
  /** The rate of this step, in place of the schedule's. */
  readonly learningRate?: number;
}

/** What one step tells. */
export interface StepResult {
  readonly loss: number;
  /** The global norm of the gradients before clipping; undefined without `clipNorm`. */
  readonly gradientNorm?: number;
  readonly metrics: Readonly<Record<string, TensorValue>>;
}

/** Everything a run needs to go on, to the bit. */
export interface TrainingState {
  /** Optimizer steps done. */
  readonly step: number;
  readonly optimizer: string;
  readonly parameters: ParameterValues;
  /** Moments by slot, then by parameter. */
  readonly slots: Readonly<Record<string, ParameterValues>>;
}

/** Elements an optimizer graph updates at once: its intermediate values then stay in the processor's cache. */
const chunkLength = 1 << 16;

interface Sessions {
  readonly gradient: Session;
  readonly gradientModel: OnnxModel;
  readonly update: Session;
  /** The update with gradients times a factor, for clipping and accumulation. */
  readonly scaledUpdate: Session;
  readonly norm: Session;
  readonly accumulate: Session;
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
  readonly #slots: Readonly<Record<string, FloatArray>>;
  readonly #gradient: FloatArray;
  #accumulated: FloatArray | undefined;
  readonly #feeds: Record<string, OrtTensor> = {};
  readonly #fetches: Record<string, OrtTensor | null> = {};
  #step = 0;
  #weight = 0;

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
    const all: ParameterValues = initialParameters(graph, options.seed);
    for (const [name, given] of Object.entries(options.parameters ?? {})) {
      const drawn = all[name];
      if (drawn?.length !== given.length)
        throw new AutogradError(
          'checkpoint',
          `Parameter "${name}" has ${drawn?.length ?? 'no'} values, ${given.length} were given.`,
        );
      drawn.set(given);
    }
    const frozen = Object.fromEntries(Object.entries(all).filter(([name]) => !trained.has(name)));

    const tables = [...trained]
      .filter(([, parameter]) => parameter.rowsBy)
      .map(([name, parameter]) => new SparseTable(name, parameter, optimizer.slots, all[name]!));
    checkTables(graph, tables);
    const targets = [...layout.placements, ...tables];
    const found = gradients(
      loss,
      targets.map(({ parameter }) => parameter.tensor),
    );
    const outputs: Record<string, Tensor> = { loss };
    for (const [name, tensor] of Object.entries(metrics)) outputs[`metric:${name}`] = tensor;
    for (const [i, { name }] of targets.entries()) outputs[`gradient:${name}`] = found[i]!;
    const gradientModel = writeOnnx(graph, outputs, { parameters: frozen, weights: 'beside' });
    const sessions: Sessions = {
      gradientModel,
      gradient: await Session.open(gradientModel, sessionOptions(options)),
      update: await Session.open(updateModel(optimizer, layout, false), sessionOptions(options)),
      scaledUpdate: await Session.open(updateModel(optimizer, layout, true), sessionOptions(options)),
      norm: await Session.open(normModel(layout), sessionOptions(options)),
      accumulate: await Session.open(accumulateModel(layout), sessionOptions(options)),
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
      trainer.#fetches[`gradient:${name}`] = await view(trainer.#gradient);
    }
    for (const { modelName } of gradientModel.outputs) trainer.#fetches[modelName] ??= null;
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
    if (this.#weight > 0)
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
    if (!this.#accumulated) this.#accumulated = createFlat(this.#layout);
    else if (this.#weight === 0) this.#accumulated.fill(0);
    const total = this.#accumulated;
    await this.#chunks(0, this.#layout.length, async native => {
      const sum = native(total);
      const feeds = { sum, gradient: native(this.#gradient), weight: await this.#scalar(weight) };
      await this.#sessions.accumulate.run(feeds, { 'out:sum': sum });
    });
    this.#weight += weight;
    return result;
  }

  /** The optimizer's update from the gradients accumulated since the last one; returns their norm when clipping. */
  async apply(options: StepOptions = {}): Promise<{ readonly gradientNorm?: number }> {
    if (!this.#accumulated || this.#weight === 0)
      throw new AutogradError('argument', 'apply: no gradients were accumulated; call accumulate() first.');
    const gradientNorm = await this.#update(this.#accumulated, 1 / this.#weight, options);
    this.#weight = 0;
    return gradientNorm === undefined ? {} : { gradientNorm };
  }

  /** The loss and metrics of a batch, without an update. */
  evaluate(feeds: Readonly<Record<string, Feed>>): Promise<StepResult> {
    return this.#run(feeds);
  }

  /** The gradients of a batch by parameter, without an update: for tests and for inspection. */
  async gradients(feeds: Readonly<Record<string, Feed>>): Promise<ParameterValues> {
    await this.#run(feeds);
    const sparse = this.#tables.map(table => [table.name, table.wholeGradient()]);
    return { ...readFlat(this.#layout, this.#gradient), ...Object.fromEntries(sparse) };
  }

  /** Copies of all parameters, trained and frozen, by name. */
  parameters(): ParameterValues {
    return { ...this.#frozen, ...this.#trained() };
  }

  /** Everything needed to go on later, as copies. Take it between steps. */
  state(): TrainingState {
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
  }

  /** Releases the sessions; parameters can still be read. */
  async dispose(): Promise<void> {
    const { gradientModel: _, ...sessions } = this.#sessions;
    await Promise.all(Object.values(sessions).map(session => session.dispose()));
  }

  /** Copies of the trained parameters, or of one slot of the optimizer. */
  #trained(slot?: string): ParameterValues {
    const sparse = this.#tables.map(table => [table.name, (slot ? table.slots[slot]! : table.values).slice()]);
    return { ...readFlat(this.#layout, slot ? this.#slots[slot]! : this.#values), ...Object.fromEntries(sparse) };
  }

  async #run(given: Readonly<Record<string, Feed>>): Promise<StepResult> {
    const { gradient, gradientModel } = this.#sessions;
    let feeds = given;
    const native = { ...this.#feeds };
    const fetches = { ...this.#fetches };
    for (const table of this.#tables) {
      const rows = gradientModel.inputs.filter(input => table.parameter.rowsBy!.includes(input.name));
      feeds = { ...feeds, ...table.select(rows, feeds) };
      native[table.name] = await table.native('values');
      fetches[`gradient:${table.name}`] = await table.native('gradient');
    }
    const inputs = gradientModel.inputs.filter(input => !(input.name in native));
    const results = await gradient.run({ ...native, ...(await toFeeds(inputs, feeds)) }, fetches);
    const metrics: Record<string, TensorValue> = {};
    let loss = Number.NaN;
    for (const { name, modelName } of gradientModel.outputs) {
      if (name === 'loss') loss = Number(fromNative(results[modelName] as OrtTensor).data[0]);
      else if (name.startsWith('metric:')) metrics[name.slice(7)] = fromNative(results[modelName] as OrtTensor);
    }
    return { loss, metrics };
  }

  async #update(gradient: FloatArray, scale: number, options: StepOptions): Promise<number | undefined> {
    const { clipNorm, learningRate = 1e-3, groups = {} } = this.#options;
    this.#step++;
    const compact = this.#tables.map(table => table.compact);
    let norm: number | undefined;
    let factor = scale;
    if (clipNorm !== undefined) {
      let total = 0;
      for (const data of [gradient, ...compact.map(rows => rows.gradient!)]) {
        const whole = await toNative({ dtype: this.#layout.dtype, shape: [data.length], data } as TensorValue);
        const { squares } = await this.#sessions.norm.run({ gradient: whole });
        total += Number((squares as OrtTensor).data[0]);
      }
      norm = Math.sqrt(total) * scale;
      factor *= Math.min(1, clipNorm / (norm + 1e-6));
    }
    const rate = options.learningRate ?? (typeof learningRate === 'number' ? learningRate : learningRate(this.#step));
    const dense = { values: this.#values, gradient, ...this.#slots };
    const parts = [
      ...this.#layout.groups.map(({ name, start, end }) => ({
        group: name,
        arrays: dense as (typeof compact)[0],
        start,
        end,
      })),
      ...this.#tables.map((table, i) => {
        return { group: table.parameter.group, arrays: compact[i]!, start: 0, end: compact[i]!.gradient!.length };
      }),
    ];
    for (const { group, arrays, start, end } of parts) {
      const scalars: Record<string, OrtTensor> = factor === 1 ? {} : { scale: await this.#scalar(factor) };
      const session = factor === 1 ? this.#sessions.update : this.#sessions.scaledUpdate;
      for (const [key, value] of Object.entries(this.#optimizer.scalars(this.#step, rate, groups[group] ?? {})))
        scalars[key] = await this.#scalar(value);
      await this.#chunks(start, end, async native => {
        const feeds: Record<string, OrtTensor> = { ...scalars, gradient: native(arrays.gradient!) };
        const fetches: Record<string, OrtTensor> = {};
        for (const key of ['values', ...this.#optimizer.slots]) {
          // Each update is elementwise and reads its element before writing it, so it may happen in place.
          const tensor = native(arrays[key]!);
          feeds[key] = tensor;
          fetches[`out:${key}`] = tensor;
        }
        await session.run(feeds, fetches);
      });
    }
    for (const table of this.#tables) table.writeBack();
    return norm;
  }

  /** Calls back for each piece of [start, end) with a function that views a flat array there. */
  async #chunks(
    start: number,
    end: number,
    each: (native: (flat: FloatArray) => OrtTensor) => Promise<void>,
  ): Promise<void> {
    const { Tensor: Native } = await loadRuntime();
    const { dtype } = this.#layout;
    for (let from = start; from < end; from += chunkLength) {
      const to = Math.min(end, from + chunkLength);
      await each(flat => new Native(dtype as 'float32', flat.subarray(from, to) as Float32Array, [to - from]));
    }
  }

  #scalar(value: number): Promise<OrtTensor> {
    const data = createArray(this.#layout.dtype, 1);
    data[0] = value;
    return toNative({ dtype: this.#layout.dtype, shape: [], data } as TensorValue);
  }
}

function sessionOptions({
  threads,
  optimization,
  spinning,
  executionProviders,
  profile,
}: TrainingOptions): SessionOptions {
  const given = { threads, optimization, spinning, executionProviders, profile };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The parameters to train, by name: those asked for, or all that the loss depends on. */
function chooseParameters({ loss, train }: TrainingOptions): Map<string, Parameter> {
  const all = loss.graph.parameters;
  const unknown = train?.find(name => !all.has(name));
  if (unknown !== undefined)
    throw new AutogradError('graph', `compileTraining: the graph has no parameter "${unknown}".`);
  const reached = new Set<Tensor>([loss]);
  for (const { inputs, outputs } of [...loss.graph.tape].reverse())
    if (outputs.some(output => reached.has(output))) for (const input of inputs) reached.add(input);
  const chosen = [...all].filter(([name, { tensor }]) => (train ? train.includes(name) : reached.has(tensor)));
  if (chosen.length === 0)
    throw new AutogradError(
      'gradient',
      'compileTraining: the loss depends on no parameter; make some with graph.parameter.',
    );
  return new Map(chosen);
}

/** Throws when an input that picks rows of a table is no integer input, or picks rows of two tables. */
function checkTables(graph: Graph, tables: readonly SparseTable[]): void {
  const names = tables.flatMap(({ parameter }) => parameter.rowsBy!);
  for (const name of names) {
    const dtype = graph.inputs.get(name)?.dtype;
    if (dtype !== 'int64' && dtype !== 'int32')
      throw new AutogradError(
        'graph',
        `rowsBy: "${name}" is ${dtype ? `of ${dtype}` : 'no input of the graph'}; name an int64 or int32 input.`,
      );
  }
  if (new Set(names).size < names.length)
    throw new AutogradError(
      'graph',
      'rowsBy: one input can pick rows of one table only; make an input for each table.',
    );
}

const flatInput = (graph: Graph, name: string): FloatTensor => graph.input(name, graph.dtype, ['n']);

function updateModel(optimizer: Optimizer, { dtype }: FlatLayout, scaled: boolean): OnnxModel {
  const graph = new Graph({ dtype });
  const parameter = flatInput(graph, 'values');
  const raw = flatInput(graph, 'gradient');
  const gradient = scaled ? mul(raw, graph.input('scale', dtype, [])) : raw;
  const slots = Object.fromEntries(optimizer.slots.map(slot => [slot, flatInput(graph, slot)]));
  const names = Object.keys(optimizer.scalars(1, 0, {}));
  const scalars = Object.fromEntries(names.map(name => [name, graph.input(name, dtype, []) as FloatTensor]));
  const updated = optimizer.update({ parameter, gradient, slots, scalars });
  return writeOnnx(graph, { values: updated.parameter, ...updated.slots });
}

function normModel({ dtype }: FlatLayout): OnnxModel {
  const graph = new Graph({ dtype });
  return writeOnnx(graph, { squares: sumSquares(flatInput(graph, 'gradient')) });
}

function accumulateModel({ dtype }: FlatLayout): OnnxModel {
  const graph = new Graph({ dtype });
  const scaled = mul(flatInput(graph, 'gradient'), graph.input('weight', dtype, []));
  return writeOnnx(graph, { sum: add(flatInput(graph, 'sum'), scaled) });
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

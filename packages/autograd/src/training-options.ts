// What a training run is told: its options, results and saved state, and the checks of what was asked for.
import { createArray, dtypeOfArray, type FloatDType } from './dtype.ts';
import { AutogradError } from './errors.ts';
import type { ParameterValues } from './flat-parameters.ts';
import type { Graph, Parameter } from './graph.ts';
import { initialValues } from './initializers.ts';
import type { GroupOptions, Optimizer } from './optimizers.ts';
import type { Schedule } from './schedules.ts';
import { isCpuOnly, type SessionOptions } from './session.ts';
import type { FloatTensor, Tensor } from './tensor.ts';
import { sizeOf, type TensorValue } from './tensor-value.ts';
import type { WriteOptions } from './write-onnx.ts';

/** Options of `compileTraining`. */
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
  /** Scale gradients down when their global norm is above this; `Infinity` only measures the norm. Default: neither. */
  readonly clipNorm?: number;
  /** First values by name; the rest are drawn from their initialisers. Frozen ones are read in place, so do not change them. */
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

/** The part of the options that is about sessions. */
export function sessionOptions({
  threads,
  optimization,
  spinning,
  executionProviders,
  profile,
}: TrainingOptions): SessionOptions {
  const given = { threads, optimization, spinning, executionProviders, profile };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/**
 * Whether frozen weights are fed at every run, where the CPU reads them in place, instead of being written into the model,
 * of which every session takes a copy. Other providers would carry them over again at every step.
 */
export const feedsFrozen = ({ executionProviders }: TrainingOptions): boolean => isCpuOnly(executionProviders);

/** How the graphs of a run are written, `parameters` as constants. */
export const writing = ({ executionProviders }: TrainingOptions, parameters: ParameterValues): WriteOptions => ({
  parameters,
  weights: 'beside',
  executionProviders,
});

/** The parameters to train, by name: those asked for, or all that the loss depends on. */
export function chooseParameters({ loss, train }: TrainingOptions): Map<string, Parameter> {
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
export function checkTables(graph: Graph, tables: readonly { readonly parameter: Parameter }[]): void {
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

/** The first values of every parameter: those given, without a copy where the type is right, and drawn ones for the rest. */
export function firstValues({ loss, parameters = {}, seed }: TrainingOptions): ParameterValues {
  const all = loss.graph.parameters;
  const unknown = Object.keys(parameters).find(name => !all.has(name));
  if (unknown !== undefined)
    throw new AutogradError('graph', `compileTraining: the graph has no parameter "${unknown}".`);
  const values: ParameterValues = {};
  for (const [name, { tensor, shape, initialize }] of all) {
    const given = parameters[name];
    const size = sizeOf(shape);
    if (given && given.length !== size)
      throw new AutogradError('checkpoint', `Parameter "${name}" needs ${size} values, ${given.length} were given.`);
    if (!given) values[name] = initialValues(name, shape, tensor.dtype, initialize, seed ?? 0);
    else if (dtypeOfArray(given) === tensor.dtype) values[name] = given as Float32Array | Float64Array;
    else {
      const converted = createArray<FloatDType>(tensor.dtype, size);
      converted.set(given);
      values[name] = converted;
    }
  }
  return values;
}

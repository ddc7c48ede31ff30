// The optimizer's side of a step: an elementwise graph over flat arrays, in place. It runs as one WebAssembly loop; where it
// has an operator that loop does not know, or an array is no WebAssembly memory, ONNX Runtime runs it piece by piece.
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { createArray, type FloatDType } from './dtype.ts';
import type { FloatArray } from './flat-parameters.ts';
import { Graph } from './graph.ts';
import { add, mul } from './ops/arithmetic.ts';
import { sumSquares } from './ops/reduce.ts';
import type { Optimizer } from './optimizers.ts';
import { loadRuntime, Session, type SessionOptions } from './session.ts';
import type { FloatTensor } from './tensor.ts';
import { ElementwiseKernel, type ElementwiseProgram } from './wasm/elementwise-kernel.ts';
import { sumSquaresInPlace } from './wasm/sum-squares.ts';
import { writeOnnx } from './write-onnx.ts';

/** Elements ONNX Runtime updates at once: its intermediate values then stay in the processor's cache. */
const chunkLength = 1 << 16;

/** Arrays of one length: `values`, `gradient` and the optimizer's slots. */
export type UpdateArrays = Readonly<Record<string, FloatArray>>;

/** An elementwise update as a loop, and as a session that is opened when the loop cannot serve. */
class Update {
  readonly #program: ElementwiseProgram;
  readonly #dtype: FloatDType;
  readonly #options: SessionOptions;
  readonly #kernel: ElementwiseKernel | undefined;
  #session: Promise<Session> | undefined;

  constructor(program: ElementwiseProgram, dtype: FloatDType, options: SessionOptions) {
    this.#program = program;
    this.#dtype = dtype;
    this.#options = options;
    this.#kernel = ElementwiseKernel.compile(program, dtype);
  }

  async run(
    arrays: UpdateArrays,
    range: readonly [number, number],
    scalars: Readonly<Record<string, number>>,
  ): Promise<void> {
    if (!this.#kernel?.run(arrays, range, scalars)) await this.#runSession(arrays, range, scalars);
  }

  async dispose(): Promise<void> {
    await (await this.#session)?.dispose();
  }

  async #runSession(
    arrays: UpdateArrays,
    [start, end]: readonly [number, number],
    scalars: Readonly<Record<string, number>>,
  ): Promise<void> {
    const { outputs, arrays: names } = this.#program;
    const [first] = Object.values(outputs);
    this.#session ??= Session.open(writeOnnx(first!.graph, outputs), this.#options);
    const session = await this.#session;
    const fed: Record<string, OrtTensor> = {};
    for (const [name, value] of Object.entries(scalars)) fed[name] = await scalar(this.#dtype, value);
    for (let from = start; from < end; from += chunkLength) {
      const feeds = { ...fed };
      const fetches: Record<string, OrtTensor> = {};
      for (const name of names)
        feeds[name] = await native(this.#dtype, arrays[name]!, from, Math.min(end, from + chunkLength));
      // Each output is elementwise and reads its element before writing it, so it may go into the array it was read from.
      for (const name of Object.keys(outputs)) fetches[`out:${name}`] = feeds[name]!;
      await session.run(feeds, fetches);
    }
  }
}

/** The updates of an optimizer: its own, the accumulation of gradients, and their norm. */
export class UpdateRunner {
  readonly #dtype: FloatDType;
  readonly #options: SessionOptions;
  readonly #update: Update;
  readonly #accumulate: Update;
  #norm: Promise<Session> | undefined;

  constructor(optimizer: Optimizer, dtype: FloatDType, options: SessionOptions) {
    // Updates are made of memory traffic, which other providers than the CPU would only add to.
    const { executionProviders: _, profile: __, ...rest } = options;
    this.#dtype = dtype;
    this.#options = rest;
    this.#update = new Update(updateProgram(optimizer, dtype), dtype, rest);
    this.#accumulate = new Update(accumulateProgram(dtype), dtype, rest);
  }

  /** The sum of squares of a gradient. */
  async squares(gradient: FloatArray): Promise<number> {
    const sum = sumSquaresInPlace(gradient);
    if (sum !== undefined) return sum;
    this.#norm ??= Session.open(normModel(this.#dtype), this.#options);
    const feeds = { gradient: await native(this.#dtype, gradient, 0, gradient.length) };
    const { squares } = await (await this.#norm).run(feeds);
    return Number((squares as OrtTensor).data[0]);
  }

  /** `sum += weight * gradient`, in place. */
  accumulate(sum: FloatArray, gradient: FloatArray, weight: number): Promise<void> {
    return this.#accumulate.run({ sum, gradient }, [0, sum.length], { weight });
  }

  /** One optimizer step over [start, end) of arrays, in place, with gradients times `factor`. */
  update(
    arrays: UpdateArrays,
    range: readonly [number, number],
    values: Readonly<Record<string, number>>,
    factor: number,
  ): Promise<void> {
    return this.#update.run(arrays, range, { ...values, scale: factor });
  }

  /** Releases what was opened. */
  async dispose(): Promise<void> {
    await Promise.all([
      this.#update.dispose(),
      this.#accumulate.dispose(),
      this.#norm?.then(session => session.dispose()),
    ]);
  }
}

async function native(dtype: FloatDType, array: FloatArray, from: number, to: number): Promise<OrtTensor> {
  const { Tensor } = await loadRuntime();
  return new Tensor(dtype as 'float32', array.subarray(from, to) as Float32Array, [to - from]);
}

async function scalar(dtype: FloatDType, value: number): Promise<OrtTensor> {
  const { Tensor } = await loadRuntime();
  const data = createArray(dtype, 1);
  data[0] = value;
  return new Tensor(dtype as 'float32', data as Float32Array, []);
}

const flatInput = (graph: Graph, name: string): FloatTensor => graph.input(name, graph.dtype, ['n']);
const scalarInput = (graph: Graph, name: string): FloatTensor => graph.input(name, graph.dtype, []);

function updateProgram(optimizer: Optimizer, dtype: FloatDType): ElementwiseProgram {
  const graph = new Graph({ dtype });
  const names = Object.keys(optimizer.scalars(1, 0, {}));
  const updated = optimizer.update({
    parameter: flatInput(graph, 'values'),
    gradient: mul(flatInput(graph, 'gradient'), scalarInput(graph, 'scale')),
    slots: Object.fromEntries(optimizer.slots.map(slot => [slot, flatInput(graph, slot)])),
    scalars: Object.fromEntries(names.map(name => [name, scalarInput(graph, name)])),
  });
  return {
    outputs: { values: updated.parameter, ...updated.slots },
    arrays: ['values', 'gradient', ...optimizer.slots],
    scalars: [...names, 'scale'],
  };
}

function normModel(dtype: FloatDType) {
  const graph = new Graph({ dtype });
  return writeOnnx(graph, { squares: sumSquares(flatInput(graph, 'gradient')) });
}

function accumulateProgram(dtype: FloatDType): ElementwiseProgram {
  const graph = new Graph({ dtype });
  const scaled = mul(flatInput(graph, 'gradient'), scalarInput(graph, 'weight'));
  return { outputs: { sum: add(flatInput(graph, 'sum'), scaled) }, arrays: ['sum', 'gradient'], scalars: ['weight'] };
}

// The optimizer's side of a step: small elementwise graphs that run over flat arrays, piece by piece and in place.
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { createArray, type FloatDType } from './dtype.ts';
import type { FloatArray } from './flat-parameters.ts';
import { Graph } from './graph.ts';
import { add, mul } from './ops/arithmetic.ts';
import { sumSquares } from './ops/reduce.ts';
import type { Optimizer } from './optimizers.ts';
import { loadRuntime, Session, type SessionOptions } from './session.ts';
import type { FloatTensor } from './tensor.ts';
import { type OnnxModel, writeOnnx } from './write-onnx.ts';

/** Elements an optimizer graph updates at once: its intermediate values then stay in the processor's cache. */
const chunkLength = 1 << 16;

type Native = (flat: FloatArray) => OrtTensor;

/** Arrays of one length: `values`, `gradient` and the optimizer's slots. */
export type UpdateArrays = Readonly<Record<string, FloatArray>>;

/** `scaledUpdate` takes gradients times a factor, for clipping and accumulation. */
type Sessions = Readonly<Record<'update' | 'scaledUpdate' | 'norm' | 'accumulate', Session>>;

/** The compiled graphs of an optimizer: its update, the norm of gradients, and their accumulation. */
export class UpdateRunner {
  readonly #dtype: FloatDType;
  readonly #slots: readonly string[];
  readonly #sessions: Sessions;

  private constructor(dtype: FloatDType, slots: readonly string[], sessions: Sessions) {
    this.#dtype = dtype;
    this.#slots = slots;
    this.#sessions = sessions;
  }

  static async open(optimizer: Optimizer, dtype: FloatDType, options: SessionOptions): Promise<UpdateRunner> {
    return new UpdateRunner(dtype, optimizer.slots, {
      update: await Session.open(updateModel(optimizer, dtype, false), options),
      scaledUpdate: await Session.open(updateModel(optimizer, dtype, true), options),
      norm: await Session.open(normModel(dtype), options),
      accumulate: await Session.open(accumulateModel(dtype), options),
    });
  }

  /** The sum of squares of a gradient. */
  async squares(gradient: FloatArray): Promise<number> {
    const native = await this.#natives(0, gradient.length);
    const { squares } = await this.#sessions.norm.run({ gradient: native(gradient) });
    return Number((squares as OrtTensor).data[0]);
  }

  /** `sum += weight * gradient`, in place. */
  async accumulate(sum: FloatArray, gradient: FloatArray, weight: number): Promise<void> {
    const factor = await this.#scalar(weight);
    await this.#chunks(0, sum.length, async native => {
      const total = native(sum);
      const feeds = { sum: total, gradient: native(gradient), weight: factor };
      await this.#sessions.accumulate.run(feeds, { 'out:sum': total });
    });
  }

  /** One optimizer step over [start, end) of arrays, in place, with gradients times `factor`. */
  async update(
    arrays: UpdateArrays,
    [start, end]: readonly [number, number],
    values: Readonly<Record<string, number>>,
    factor: number,
  ): Promise<void> {
    const session = factor === 1 ? this.#sessions.update : this.#sessions.scaledUpdate;
    const scalars: Record<string, OrtTensor> = factor === 1 ? {} : { scale: await this.#scalar(factor) };
    for (const [name, value] of Object.entries(values)) scalars[name] = await this.#scalar(value);
    await this.#chunks(start, end, async native => {
      const feeds: Record<string, OrtTensor> = { ...scalars, gradient: native(arrays.gradient!) };
      const fetches: Record<string, OrtTensor> = {};
      for (const key of ['values', ...this.#slots]) {
        // Each update is elementwise and reads its element before writing it, so it may happen in place.
        const tensor = native(arrays[key]!);
        feeds[key] = tensor;
        fetches[`out:${key}`] = tensor;
      }
      await session.run(feeds, fetches);
    });
  }

  /** Releases the sessions. */
  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.#sessions).map(session => session.dispose()));
  }

  /** Calls back for each piece of [start, end) with a function that views a flat array there. */
  async #chunks(start: number, end: number, each: (native: Native) => Promise<void>): Promise<void> {
    for (let from = start; from < end; from += chunkLength)
      await each(await this.#natives(from, Math.min(end, from + chunkLength)));
  }

  async #natives(from: number, to: number): Promise<Native> {
    const { Tensor } = await loadRuntime();
    return flat => new Tensor(this.#dtype as 'float32', flat.subarray(from, to) as Float32Array, [to - from]);
  }

  async #scalar(value: number): Promise<OrtTensor> {
    const { Tensor } = await loadRuntime();
    const data = createArray(this.#dtype, 1);
    data[0] = value;
    return new Tensor(this.#dtype as 'float32', data as Float32Array, []);
  }
}

const flatInput = (graph: Graph, name: string): FloatTensor => graph.input(name, graph.dtype, ['n']);

function updateModel(optimizer: Optimizer, dtype: FloatDType, scaled: boolean): OnnxModel {
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

function normModel(dtype: FloatDType): OnnxModel {
  const graph = new Graph({ dtype });
  return writeOnnx(graph, { squares: sumSquares(flatInput(graph, 'gradient')) });
}

function accumulateModel(dtype: FloatDType): OnnxModel {
  const graph = new Graph({ dtype });
  const scaled = mul(flatInput(graph, 'gradient'), graph.input('weight', dtype, []));
  return writeOnnx(graph, { sum: add(flatInput(graph, 'sum'), scaled) });
}

// A graph ready to run: forward passes for inference and evaluation.
import type { DType, TypedArray } from './dtype.ts';
import { AutogradError } from './errors.ts';
import { fromNative, toFeeds } from './feeds.ts';
import { Session, type SessionOptions } from './session.ts';
import type { Tensor } from './tensor.ts';
import type { Feed, TensorValue } from './tensor-value.ts';
import { type OnnxModel, writeOnnx } from './write-onnx.ts';

/** The values of outputs, by name, each of its tensor's element type. */
export type Outputs<T extends Readonly<Record<string, Tensor>>> = {
  readonly [K in keyof T]: T[K] extends Tensor<infer D extends DType> ? TensorValue<D> : TensorValue;
};

/** Options of {@link compile}. */
export interface CompileOptions extends SessionOptions {
  /** Values of parameters to write into the model as weights. Parameters left out are fed at every run. */
  readonly parameters?: Readonly<Record<string, TypedArray>>;
}

/**
 * A compiled forward graph.
 *
 * @example
 * ```ts
 * import { Graph, compile, mul } from '@modeshift/autograd';
 *
 * const x = new Graph().input('x', 'float32', ['n']);
 * const model = await compile({ y: mul(x, 2) });
 * for (const feed of [[1], [2, 3]]) console.log((await model.run({ x: feed })).y.data);
 * await model.dispose();
 * ```
 */
export class CompiledGraph<T extends Readonly<Record<string, Tensor>>> {
  readonly #session: Session;
  readonly #model: OnnxModel;

  constructor(session: Session, model: OnnxModel) {
    this.#session = session;
    this.#model = model;
  }

  /** The inputs to feed, parameters that were not bound among them. */
  get inputs(): readonly Tensor[] {
    return this.#model.inputs;
  }

  /** Runs the graph once. Throws `feed` when a value does not fit its input. */
  async run(feeds: Readonly<Record<string, Feed>> = {}): Promise<Outputs<T>> {
    const results = await this.#session.run(await toFeeds(this.#model.inputs, feeds));
    const named = this.#model.outputs.map(({ name, modelName }) => [name, fromNative(results[modelName] as never)]);
    return Object.fromEntries(named);
  }

  /** Releases the session and its weights. */
  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/**
 * Compiles the part of a graph that `outputs` need. Bound parameters become weights of the model, which the runtime may
 * rearrange for speed; compile the same outputs again with other parameters for other weights.
 *
 * @example
 * ```ts
 * import { Graph, compile, matMul } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['batch', 2]);
 * const y = matMul(x, graph.parameter('w', [2, 1]));
 * const model = await compile({ y }, { parameters: { w: Float32Array.of(1, 10) } });
 * console.log((await model.run({ x: [[1, 2]] })).y.data); // Float32Array [21]
 * await model.dispose();
 * ```
 */
export async function compile<T extends Readonly<Record<string, Tensor>>>(
  outputs: T,
  options: CompileOptions = {},
): Promise<CompiledGraph<T>> {
  const [first] = Object.values(outputs);
  if (!first) throw new AutogradError('argument', 'compile: name at least one output.');
  const { parameters = {}, ...session } = options;
  const unknown = Object.keys(parameters).find(name => !first.graph.parameters.has(name));
  if (unknown !== undefined) throw new AutogradError('graph', `compile: the graph has no parameter "${unknown}".`);
  const model = writeOnnx(first.graph, outputs, {
    parameters,
    weights: 'beside',
    executionProviders: session.executionProviders,
  });
  return new CompiledGraph(await Session.open(model, session), model);
}

/**
 * Compiles, runs once and releases: for examples, tests and single values.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, exp } from '@modeshift/autograd';
 *
 * const out = await evaluate({ y: exp(new Graph().constant([0, 1])) });
 * console.log(out.y.data); // Float32Array [1, 2.718…]
 * ```
 */
export async function evaluate<T extends Readonly<Record<string, Tensor>>>(
  outputs: T,
  feeds: Readonly<Record<string, Feed>> = {},
  options: CompileOptions = {},
): Promise<Outputs<T>> {
  const compiled = await compile(outputs, options);
  try {
    return await compiled.run(feeds);
  } finally {
    await compiled.dispose();
  }
}

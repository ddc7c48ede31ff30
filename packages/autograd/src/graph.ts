// The graph under construction: inputs, parameters, constants, ONNX nodes, and the tape of differentiable operations.
import { type DType, dtypeOfArray, type FloatDType, type TypedArray } from './dtype.ts';
import { AutogradError } from './errors.ts';
import { type Initializer, zeros } from './initializers.ts';
import { type Dim, factors, formatShape, isStatic, type Shape } from './shape.ts';
import { type FloatTensor, Tensor } from './tensor.ts';
import { fromNested, type NestedNumbers, sizeOf } from './tensor-value.ts';

/** An ONNX attribute: a number is an integer, `{ float }` a float, a list of numbers integers. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** One ONNX operator in the graph. */
export interface GraphNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** The gradient of an operation: from the gradients of its outputs to those of its inputs (undefined: none). */
export type Backward = (gradients: readonly (FloatTensor | undefined)[]) => readonly (FloatTensor | undefined)[];

/** One differentiable step on the tape: what it read, what it made, and how gradients come back. */
export interface Operation {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly backward: Backward;
}

/** A trainable parameter: fed at every run, or bound as a constant when a graph is compiled for inference. */
export interface Parameter {
  readonly tensor: FloatTensor;
  readonly shape: readonly number[];
  readonly initialize: Initializer;
  /** Optimizer group, for a learning-rate factor or to leave out weight decay. */
  readonly group: string;
  /** Names of the inputs that hold row numbers of this table, when a step trains only the rows it reads. */
  readonly rowsBy?: readonly string[];
}

/** Options of `graph.parameter`. */
export interface ParameterOptions {
  /** How the first values are made. Default: zeros. */
  readonly initialize?: Initializer;
  /** Optimizer group. Default: `'default'`. */
  readonly group?: string;
  readonly dtype?: FloatDType;
  /**
   * For a large table: the names of integer inputs that hold row numbers of it and serve no other purpose. A training step then
   * moves only the rows these inputs name, and the others keep their values and moments ("lazy" updates, as
   * `torch.optim.SparseAdam`). The first dimension of the tensor becomes symbolic.
   */
  readonly rowsBy?: readonly string[];
}

/** Options of `graph.constant`. */
export interface ConstantOptions {
  readonly dtype?: DType;
  readonly shape?: readonly number[];
  readonly name?: string;
}

/**
 * A graph of tensors under construction. Make inputs and parameters here, combine them with the operators, then hand the
 * outputs to `compile`, `evaluate` or `compileTraining`. `dtype` is the default element type of parameters and of constants written
 * as plain numbers.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, matMul } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['batch', 2]);
 * const y = matMul(x, graph.constant([[1], [10]]));
 * const out = await evaluate({ y }, { x: [[1, 2], [3, 4]] });
 * console.log(out.y.data); // Float32Array [21, 43]
 * ```
 */
export class Graph {
  readonly dtype: FloatDType;
  readonly inputs = new Map<string, Tensor>();
  readonly parameters = new Map<string, Parameter>();
  /** Constants by the name of their tensor. */
  readonly constants = new Map<string, { readonly tensor: Tensor; readonly data: TypedArray }>();
  readonly nodes: GraphNode[] = [];
  #tape: Operation[] = [];
  /** Equal operators on equal inputs are emitted once, so a backward pass may name a forward value again for free. */
  readonly #emitted = new Map<string, readonly Tensor[]>();
  readonly #recorded = new Set<Tensor>();
  readonly #scalars = new Map<string, Tensor>();
  readonly #sizes = new Map<string, { readonly tensor: Tensor; readonly axis: number }>();
  readonly #dimensions = new Map<Dim, Tensor<'int64'>>();
  #next = 0;
  #suspended = 0;
  #scope = 0;
  #scopes = 0;

  constructor(options: { readonly dtype?: FloatDType } = {}) {
    this.dtype = options.dtype ?? 'float32';
  }

  /** Differentiable operations in the order they were applied. */
  get tape(): readonly Operation[] {
    return this.#tape;
  }

  /** A value fed at every run. Dimensions may be names; equal names must have equal sizes at run time. */
  input<D extends DType>(name: string, dtype: D, shape: Shape): Tensor<D> {
    this.#claim(name);
    const tensor = this.#tensor(name, dtype, shape);
    this.inputs.set(name, tensor);
    return tensor;
  }

  /** A trainable value of a fixed shape. */
  parameter(name: string, shape: readonly number[], options: ParameterOptions = {}): FloatTensor {
    this.#claim(name);
    if (!isStatic(shape) || shape.some(size => !Number.isInteger(size) || size < 0))
      throw new AutogradError('shape', `Parameter "${name}" needs whole sizes, got ${formatShape(shape)}.`);
    const { initialize = zeros, group = 'default', rowsBy } = options;
    const declared = rowsBy ? [`${name}.rows`, ...shape.slice(1)] : shape;
    const tensor: FloatTensor = this.#tensor(name, options.dtype ?? this.dtype, declared);
    this.parameters.set(name, { tensor, shape, initialize, group, ...(rowsBy ? { rowsBy } : {}) });
    return tensor;
  }

  /**
   * A value written into the model, such as a frozen weight. Typed arrays are kept without a copy, so do not change them
   * afterwards; plain numbers take `options.dtype`, by default the graph's.
   */
  constant<D extends DType = FloatDType>(
    values: NestedNumbers | TypedArray,
    options: ConstantOptions & { readonly dtype?: D } = {},
  ): Tensor<D> {
    const held = dtypeOfArray(values);
    const wanted = options.dtype ?? held ?? this.dtype;
    const fits = held === wanted || (wanted === 'uint8' && values instanceof Uint8Array);
    if (held && !fits) throw new AutogradError('dtype', `A constant of ${wanted} cannot be made from a ${held} array.`);
    const value = held
      ? { shape: options.shape ?? [(values as TypedArray).length], data: values as TypedArray }
      : fromNested(values as NestedNumbers, wanted);
    const shape = options.shape ?? value.shape;
    if (sizeOf(shape) !== value.data.length)
      throw new AutogradError(
        'shape',
        `A constant of ${value.data.length} elements does not fill ${formatShape(shape)}.`,
      );
    if (options.name) this.#claim(options.name);
    const tensor = this.#tensor(options.name ?? this.#name(), wanted, shape);
    this.constants.set(tensor.name, { tensor, data: value.data });
    return tensor as Tensor<D>;
  }

  /** A scalar constant; the same value is made once. */
  scalar<D extends DType = FloatDType>(value: number, dtype: D = this.dtype as D): Tensor<D> {
    const key = `${dtype}:${Object.is(value, -0) ? '-0' : value}`;
    let tensor = this.#scalars.get(key);
    if (!tensor) {
      tensor = this.constant(value, { dtype });
      this.#scalars.set(key, tensor);
    }
    return tensor as Tensor<D>;
  }

  /** A one-dimensional int64 constant, as shapes, axes and slice bounds are. */
  indices(values: readonly number[]): Tensor<'int64'> {
    const key = `indices:${values.join(',')}`;
    let tensor = this.#scalars.get(key);
    if (!tensor) {
      tensor = this.constant(values, { dtype: 'int64' });
      this.#scalars.set(key, tensor);
    }
    return tensor as Tensor<'int64'>;
  }

  /** The size of a dimension at run time, as an int64 tensor of shape [1]. */
  dimension(dim: Dim): Tensor<'int64'> {
    if (typeof dim === 'number') return this.indices([dim]);
    let tensor = this.#dimensions.get(dim);
    if (tensor) return tensor;
    const source = this.#sizes.get(dim);
    if (source) {
      const range = { start: source.axis, end: source.axis + 1 };
      tensor = this.emit('Shape', [source.tensor], { dtype: 'int64', shape: [1] }, range);
    } else {
      const { coefficient, names } = factors(dim);
      if (names.length === 1 && coefficient === 1)
        throw new AutogradError('shape', `No tensor of this graph has the dimension "${dim}", so its size is unknown.`);
      tensor = names
        .map(name => this.dimension(name))
        .concat(coefficient === 1 ? [] : [this.indices([coefficient])])
        .reduce((a, b) => this.emit('Mul', [a, b], { dtype: 'int64', shape: [1] }));
    }
    this.#dimensions.set(dim, tensor);
    return tensor;
  }

  /** A shape at run time, as a one-dimensional int64 tensor. */
  shapeTensor(shape: Shape): Tensor<'int64'> {
    if (isStatic(shape)) return this.indices(shape);
    const parts = shape.map(dim => this.dimension(dim));
    return this.emit('Concat', parts, { dtype: 'int64', shape: [shape.length] }, { axis: 0 });
  }

  /** Adds one ONNX operator with one output. No gradient is recorded: see {@link Graph.operation}. */
  emit<D extends DType>(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    output: { readonly dtype: D; readonly shape: Shape },
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): Tensor<D> {
    return this.emitAll(operator, inputs, [output], attributes, domain)[0] as Tensor<D>;
  }

  /** Adds one ONNX operator with any number of outputs. */
  emitAll(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    outputs: readonly { readonly dtype: DType; readonly shape: Shape }[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): readonly Tensor[] {
    for (const input of inputs)
      if (input && input.graph !== this)
        throw new AutogradError('graph', `${operator}: ${input} belongs to another graph; build both in one Graph.`);
    const key = `${this.#scope}:${domain}:${operator}(${inputs.map(input => input?.name)})${JSON.stringify(attributes)}`;
    const known = this.#emitted.get(key);
    if (known && known.length >= outputs.length) return known;
    const made = outputs.map(({ dtype, shape }) => this.#tensor(this.#name(), dtype, shape));
    this.#emitted.set(key, made);
    this.nodes.push({ operator, domain, inputs, outputs: made, attributes });
    return made;
  }

  /** Records how gradients come back through what was just emitted. */
  record(name: string, inputs: readonly Tensor[], outputs: readonly Tensor[], backward: Backward): void {
    if (this.#suspended > 0 || this.#recorded.has(outputs[0]!)) return;
    this.#recorded.add(outputs[0]!);
    this.#tape.push({ name, inputs, outputs, backward });
  }

  /** Runs `build` with the tape stopped: what it adds to the graph is a constant for differentiation. */
  untaped<T>(build: () => T): T {
    this.#suspended++;
    try {
      return build();
    } finally {
      this.#suspended--;
    }
  }

  /**
   * Runs `build` with a tape of its own and without sharing operators with the rest of the graph, so that what it adds is
   * computed again even where the graph has it already. Returns the tape and the nodes it added.
   */
  apart<T>(build: () => T): {
    readonly made: T;
    readonly tape: readonly Operation[];
    readonly nodes: readonly GraphNode[];
  } {
    const [tape, suspended, scope, first] = [this.#tape, this.#suspended, this.#scope, this.nodes.length];
    this.#tape = [];
    this.#suspended = 0;
    this.#scope = ++this.#scopes;
    try {
      const made = build();
      return { made, tape: this.#tape, nodes: this.nodes.slice(first) };
    } finally {
      [this.#tape, this.#suspended, this.#scope] = [tape, suspended, scope];
    }
  }

  /**
   * One operator with its gradient beside it: `forward` emits nodes, or calls other operators whose own gradients are then
   * not recorded; `backward` turns the gradient of the output into the gradients of `inputs`.
   */
  operation<D extends DType>(
    name: string,
    inputs: readonly Tensor[],
    forward: () => Tensor<D>,
    backward: (gradient: FloatTensor, output: Tensor<D>) => readonly (FloatTensor | undefined)[],
  ): Tensor<D> {
    const output = this.untaped(forward);
    this.record(name, inputs, [output], ([gradient]) => backward(gradient!, output));
    return output;
  }

  #tensor<D extends DType>(name: string, dtype: D, shape: Shape): Tensor<D> {
    const tensor = new Tensor(this, name, dtype, shape);
    for (const [axis, dim] of shape.entries())
      if (typeof dim === 'string' && !this.#sizes.has(dim)) this.#sizes.set(dim, { tensor, axis });
    return tensor;
  }

  #name(): string {
    return `_${this.#next++}`;
  }

  #claim(name: string): void {
    if (!name || name.startsWith('_'))
      throw new AutogradError('graph', `"${name}" is no name for a tensor: use a word that does not begin with "_".`);
    if (this.inputs.has(name) || this.parameters.has(name) || this.constants.has(name))
      throw new AutogradError('graph', `The name "${name}" is used twice in one graph; names must be unique.`);
  }
}

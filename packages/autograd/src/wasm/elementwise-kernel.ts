// A graph of elementwise operators over flat arrays as one WebAssembly loop: each array is read once and written once,
// however many operators there are. Every operator rounds as ONNX Runtime's does, so the results have the same bits.
import type { FloatDType } from '../dtype.ts';
import type { GraphNode } from '../graph.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { memoryOf } from './flat-memory.ts';
import { type VectorInstruction, WasmFunction } from './wasm-function.ts';
import { compileWasm, instantiate } from './wasm-module.ts';

type FloatArray = Float32Array | Float64Array;

/** Instructions by ONNX operator. */
const operators: Readonly<Record<string, 'add' | 'sub' | 'mul' | 'div' | 'sqrt' | 'neg' | 'abs'>> = {
  Add: 'add',
  Sub: 'sub',
  Mul: 'mul',
  Div: 'div',
  Sqrt: 'sqrt',
  Neg: 'neg',
  Abs: 'abs',
};

/** What a kernel computes: outputs by the name of the array that takes them, from inputs of the same graph. */
export interface ElementwiseProgram {
  readonly outputs: Readonly<Record<string, FloatTensor>>;
  /** Inputs that are arrays, all of one length. Every output is one of them, updated in place, or a further array. */
  readonly arrays: readonly string[];
  /** Inputs that are one number. */
  readonly scalars: readonly string[];
}

/** Byte range, where each array begins in its memory, and the scalars. */
type Bound = (start: number, end: number, ...rest: number[]) => number;

/** A compiled elementwise update of arrays in WebAssembly memory. */
export class ElementwiseKernel {
  readonly #module: WebAssembly.Module;
  readonly #arrays: readonly string[];
  readonly #scalars: readonly string[];
  readonly #bytes: number;
  readonly #bound = new WeakMap<WebAssembly.Memory, { memories: readonly WebAssembly.Memory[]; run: Bound }>();

  private constructor(
    module: WebAssembly.Module,
    arrays: readonly string[],
    scalars: readonly string[],
    bytes: number,
  ) {
    this.#module = module;
    this.#arrays = arrays;
    this.#scalars = scalars;
    this.#bytes = bytes;
  }

  /** Compiles a program; undefined when it has an operator that is not one of {@link operators}. */
  static compile(program: ElementwiseProgram, dtype: FloatDType): ElementwiseKernel | undefined {
    if (Object.keys(program.outputs).length === 0) return undefined;
    const arrays = [...new Set([...program.arrays, ...Object.keys(program.outputs)])];
    const types = [...arrays.map(() => 'i32' as const), ...program.scalars.map(() => scalarType(dtype))];
    const body = new WasmFunction('run', ['i32', 'i32', ...types]);
    if (!write(body, program, arrays, dtype)) return undefined;
    const bytes = dtype === 'float32' ? 4 : 8;
    return new ElementwiseKernel(compileWasm(arrays.length, [body]), arrays, program.scalars, bytes);
  }

  /** Runs over elements [start, end) of every array; false when one of them is not in WebAssembly memory. */
  run(
    arrays: Readonly<Record<string, FloatArray>>,
    [start, end]: readonly [number, number],
    scalars: Readonly<Record<string, number>>,
  ): boolean {
    const bound = this.#bind(arrays);
    const bases = this.#arrays.map(name => arrays[name]!.byteOffset);
    bound?.(start * this.#bytes, end * this.#bytes, ...bases, ...this.#scalars.map(name => scalars[name]!));
    return bound !== undefined;
  }

  #bind(arrays: Readonly<Record<string, FloatArray>>): Bound | undefined {
    const memories: WebAssembly.Memory[] = [];
    for (const name of this.#arrays) {
      const memory = memoryOf(arrays[name]!);
      if (!memory) return undefined;
      memories.push(memory);
    }
    const known = this.#bound.get(memories[0]!);
    if (known?.memories.every((memory, i) => memory === memories[i])) return known.run;
    const run = instantiate(this.#module, memories).run as Bound;
    this.#bound.set(memories[0]!, { memories, run });
    return run;
  }
}

const scalarType = (dtype: FloatDType): 'f32' | 'f64' => (dtype === 'float32' ? 'f32' : 'f64');

/** The nodes that outputs need, in order. */
function neededNodes(outputs: readonly FloatTensor[]): GraphNode[] {
  const wanted = new Set<Tensor>(outputs);
  const kept: GraphNode[] = [];
  for (const node of [...outputs[0]!.graph.nodes].reverse()) {
    if (!node.outputs.some(output => wanted.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) if (input) wanted.add(input);
  }
  return kept.reverse();
}

/** Elements are handled this many vectors at a time, so that memory is asked for ahead of the arithmetic. */
const unrolled = 4;
const vectorBytes = 16;

function write(
  body: WasmFunction,
  { outputs, arrays, scalars }: ElementwiseProgram,
  memories: readonly string[],
  dtype: FloatDType,
): boolean {
  const lanes = dtype === 'float32' ? 'f32x4' : 'f64x2';
  const vector = (name: string) => body.vector(`${lanes}.${name}` as VectorInstruction);
  const [start, end] = [0, 1];
  const graph = Object.values(outputs)[0]!.graph;
  const nodes = neededNodes(Object.values(outputs));
  if (nodes.some(node => !operators[node.operator])) return false;

  // Scalars are spread over the lanes once, before the loop.
  const fixed = new Map<Tensor, number>();
  const spread = (tensor: Tensor, push: () => void): void => {
    const local = body.local('v128');
    push();
    vector('splat');
    body.set(local);
    fixed.set(tensor, local);
  };
  for (const [i, name] of scalars.entries()) spread(graph.inputs.get(name)!, () => body.get(2 + memories.length + i));
  for (const { tensor, data } of graph.constants.values())
    if (nodes.some(node => node.inputs.includes(tensor)))
      spread(tensor, () => body.constant(scalarType(dtype), Number(data[0])));

  const addresses = memories.map(() => body.local('i32'));
  body.loop(start, end, unrolled * vectorBytes, () => {
    for (const [i, address] of addresses.entries())
      body
        .get(start)
        .get(2 + i)
        .plain('i32.add')
        .set(address);
    for (let part = 0; part < unrolled; part++) {
      const held = new Map(fixed);
      const keep = (tensor: Tensor): void => {
        const local = body.local('v128');
        body.set(local);
        held.set(tensor, local);
      };
      for (const name of arrays) {
        const memory = memories.indexOf(name);
        body.get(addresses[memory]!).load(memory, part * vectorBytes);
        keep(graph.inputs.get(name)!);
      }
      for (const { operator, inputs, outputs: made } of nodes) {
        for (const input of inputs) body.get(held.get(input!)!);
        vector(operators[operator]!);
        keep(made[0]!);
      }
      for (const [name, tensor] of Object.entries(outputs)) {
        const memory = memories.indexOf(name);
        body
          .get(addresses[memory]!)
          .get(held.get(tensor)!)
          .store(memory, part * vectorBytes);
      }
    }
  });
  return true;
}

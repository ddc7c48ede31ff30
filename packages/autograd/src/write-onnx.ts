// A graph as an ONNX model: only what the outputs need, in bytes. Message and field numbers: onnx/onnx.proto3.
import { type DType, dtypeOfArray, onnxCode, type TypedArray } from './dtype.ts';
import { AutogradError } from './errors.ts';
import type { Attribute, Graph, GraphNode } from './graph.ts';
import { plainProducts } from './plain-products.ts';
import { ProtobufMessage } from './protobuf.ts';
import { isCpuOnly } from './session.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** Constants of at least this many bytes are handed to the runtime beside the model, so they are not copied into it. */
const externalBytes = 4096;

/** An ONNX model: its bytes, the data kept beside them, and what it takes and gives. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  /** Large constants by file name, when they are kept outside the bytes. */
  readonly external: ReadonlyMap<string, Uint8Array>;
  readonly inputs: readonly Tensor[];
  /** `name` is the caller's, `modelName` the one in the model: they differ when an input has the name already. */
  readonly outputs: readonly { readonly name: string; readonly modelName: string; readonly tensor: Tensor }[];
}

/** Options of {@link writeOnnx}. */
export interface WriteOptions {
  /** Values of parameters to write into the model; the others become inputs of it. */
  readonly parameters?: Readonly<Record<string, TypedArray>>;
  /** `'inside'` (default) makes one file of at most 2 GB; `'beside'` keeps large constants as external data. */
  readonly weights?: 'inside' | 'beside';
  /** The execution providers that the model is for. Default `['cpu']`; others get products without `FusedMatMul`. */
  readonly executionProviders?: readonly string[] | undefined;
}

function valueInfo(name: string, dtype: DType, shape?: Shape): ProtobufMessage {
  const tensorType = new ProtobufMessage().int(1, onnxCode(dtype));
  if (shape) {
    const dims = new ProtobufMessage();
    for (const dim of shape)
      dims.message(
        1,
        typeof dim === 'number' ? new ProtobufMessage().int(1, dim) : new ProtobufMessage().string(2, dim),
      );
    tensorType.message(2, dims);
  }
  return new ProtobufMessage().string(1, name).message(2, new ProtobufMessage().message(1, tensorType));
}

function attribute(name: string, value: Attribute): ProtobufMessage {
  const message = new ProtobufMessage().string(1, name);
  if (typeof value === 'number') return message.int(3, value).int(20, 2);
  if (typeof value === 'string') return message.string(4, value).int(20, 3);
  if ('float' in value) return message.float(2, value.float).int(20, 1);
  for (const item of value) message.int(8, item);
  return message.int(20, 7);
}

function node({ operator, domain, inputs, outputs, attributes }: GraphNode, names: Names): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const input of inputs) message.string(1, input ? names(input) : '');
  // Outputs at the end that nothing needs are left out, but Split makes all of its parts.
  const last = operator === 'Split' ? outputs.length - 1 : outputs.findLastIndex(output => names(output) !== '');
  // No operator may leave out its first output, as a normalisation of which only the statistics are read would.
  for (const [i, output] of outputs.slice(0, last + 1).entries())
    message.string(2, names(output) || (operator === 'Split' || i === 0 ? output.name : ''));
  message.string(3, outputs.map(names).find(Boolean) ?? '').string(4, operator);
  for (const [name, value] of Object.entries(attributes)) message.message(5, attribute(name, value));
  if (domain) message.string(7, domain);
  return message;
}

/** The name of a tensor in the model; empty when nothing needs it. */
type Names = (tensor: Tensor) => string;

/**
 * Nodes whose outputs no other node reads, last and backwards. ONNX Runtime runs the last of them first, with what it needs:
 * so a loss comes before gradients, and the gradient of a late layer before that of an early one, which lets go of the late
 * layer's activations.
 */
function ordered(nodes: readonly GraphNode[]): GraphNode[] {
  const read = new Set(nodes.flatMap(item => item.inputs));
  const isLast = (item: GraphNode): boolean => !item.outputs.some(output => read.has(output));
  return [...nodes.filter(item => !isLast(item)), ...nodes.filter(isLast).reverse()];
}

const bytesOf = (data: TypedArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * Writes the part of a graph that `outputs` need as an ONNX model (IR version 10, opset 21 and com.microsoft 1). Inputs and
 * parameters that are not bound become inputs of the model.
 *
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 *
 * @example
 * ```ts
 * import { Graph, relu, writeOnnx } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const model = writeOnnx(graph, { y: relu(graph.input('x', 'float32', ['n'])) });
 * console.log(model.inputs.map(String)); // [ 'x: float32 [n]' ]
 * ```
 */
export function writeOnnx(
  graph: Graph,
  outputs: Readonly<Record<string, Tensor>>,
  options: WriteOptions = {},
): OnnxModel {
  const { parameters = {}, weights = 'inside', executionProviders } = options;
  const taken = (name: string) => graph.inputs.has(name) || graph.parameters.has(name) || graph.constants.has(name);
  const named = Object.entries(outputs).map(([name, tensor]) => {
    return { name, modelName: taken(name) || name.startsWith('_') ? `out:${name}` : name, tensor };
  });
  for (const { name, tensor } of named)
    if (tensor.graph !== graph) throw new AutogradError('graph', `The output "${name}" belongs to another graph.`);

  const wanted = new Set<Tensor>(named.map(output => output.tensor));
  const kept: GraphNode[] = [];
  for (const item of [...graph.nodes].reverse()) {
    if (!item.outputs.some(output => wanted.has(output))) continue;
    kept.push(item);
    for (const input of item.inputs) if (input) wanted.add(input);
  }

  const external = new Map<string, Uint8Array>();
  const body = new ProtobufMessage();
  // A computed tensor takes the name of its output; one that is an input, or an output twice, is copied to it.
  const renamed = new Map<Tensor, string>();
  const computed = new Set(kept.flatMap(item => item.outputs));
  for (const { modelName, tensor } of named)
    if (computed.has(tensor) && !renamed.has(tensor)) renamed.set(tensor, modelName);
  const names: Names = tensor =>
    renamed.get(tensor) ?? (wanted.has(tensor) || !computed.has(tensor) ? tensor.name : '');
  const nodes = ordered(kept.reverse());
  for (const item of isCpuOnly(executionProviders) ? nodes : plainProducts(nodes)) body.message(1, node(item, names));
  for (const { modelName, tensor } of named)
    if (renamed.get(tensor) !== modelName)
      body.message(1, new ProtobufMessage().string(1, names(tensor)).string(2, modelName).string(4, 'Identity'));
  body.string(2, 'modeshift');

  const initializer = (tensor: Tensor, data: TypedArray, shape: Shape = tensor.shape): void => {
    const message = new ProtobufMessage();
    for (const dim of shape) message.int(1, dim as number);
    message.int(2, onnxCode(tensor.dtype)).string(8, tensor.name);
    const bytes = bytesOf(data);
    if (weights === 'beside' && bytes.length >= externalBytes) {
      external.set(tensor.name, bytes);
      message.message(13, new ProtobufMessage().string(1, 'location').string(2, tensor.name)).int(14, 1);
    } else message.bytes(9, bytes);
    body.message(5, message);
  };
  for (const { tensor, data } of graph.constants.values()) if (wanted.has(tensor)) initializer(tensor, data);
  const inputs = [...graph.inputs.values()].filter(tensor => wanted.has(tensor));
  for (const [name, { tensor, shape }] of graph.parameters) {
    if (!wanted.has(tensor)) continue;
    const data = parameters[name];
    if (!data) inputs.push(tensor);
    else {
      const size = shape.reduce((a, b) => a * b, 1);
      if (data.length !== size)
        throw new AutogradError('shape', `Parameter "${name}" holds ${size} values, ${data.length} were given.`);
      if (dtypeOfArray(data) !== tensor.dtype)
        throw new AutogradError(
          'dtype',
          `Parameter "${name}" is ${tensor.dtype}, a ${data.constructor.name} was given.`,
        );
      initializer(tensor, data, shape);
    }
  }
  for (const tensor of inputs) body.message(11, valueInfo(tensor.name, tensor.dtype, tensor.shape));
  for (const { modelName, tensor } of named) body.message(12, valueInfo(modelName, tensor.dtype));

  const model = new ProtobufMessage()
    .int(1, 10)
    .string(2, 'modeshift')
    .message(7, body)
    .message(8, new ProtobufMessage().string(1, '').int(2, 21))
    .message(8, new ProtobufMessage().string(1, 'com.microsoft').int(2, 1));
  return { bytes: model.encode(), external, inputs, outputs: named };
}

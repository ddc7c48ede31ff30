// Weights of a network for training: trained ones are parameters, frozen ones constants, and adapters join in at linear layers.
import { add, type FloatTensor, type Graph, gather, matMul, split, type Tensor } from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';
import type { WeightTensors } from '../network/network.ts';
import { adapted, type LoraLayer, type LoraParameters, loraParameters } from './lora-layer.ts';

/** Weights in memory, by their full names. */
export type BaseWeights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** What of a network is trained. */
export interface TrainedNetwork {
  readonly base: BaseWeights;
  /** Names of the weights that are trained themselves. */
  readonly trained: ReadonlySet<string>;
  /** By the layer's name. */
  readonly adapters: ReadonlyMap<string, LoraLayer>;
}

/** The weights of `network` as tensors of `graph`. `seed` is the input that dropout is drawn from. */
export function trainableWeights(
  graph: Graph,
  { base, trained, adapters }: TrainedNetwork,
  seed: Tensor<'int32'> | undefined,
): WeightTensors {
  const tensors = new Map<string, FloatTensor>();
  const tensor = (name: string): FloatTensor => {
    let found = tensors.get(name);
    if (!found) {
      const { shape, data } = weightOf(base, name);
      found = trained.has(name)
        ? graph.parameter(name, shape, { group: shape.length > 1 ? 'decay' : 'constant' })
        : (graph.constant(data, { name, shape }) as FloatTensor);
      tensors.set(name, found);
    }
    return found;
  };
  const made = new Map<string, LoraParameters>();
  const withAdapter = (x: FloatTensor, name: string, weight: FloatTensor, product: FloatTensor): FloatTensor => {
    const layer = adapters.get(name);
    if (!layer) return product;
    // A block that is computed again comes by a second time.
    const parameters = made.get(name) ?? loraParameters(graph, layer);
    made.set(name, parameters);
    return adapted(layer, parameters, x, weight, product, seed);
  };
  const linear: WeightTensors['linear'] = (x, name, { bias = false, transposed = false }) => {
    const weight = tensor(`${name}.weight`);
    const product = matMul(x, weight, { transposeB: !transposed });
    const y = withAdapter(x, name, weight, product);
    return bias ? add(y, tensor(`${name}.bias`)) : y;
  };
  const linears: WeightTensors['linears'] = (x, names, options) => {
    const joined = names.length > 1 && !options.transposed && names.every(name => !trained.has(`${name}.weight`));
    const magnitudes = names.some(name => adapters.get(name)?.dora);
    if (!joined || magnitudes) return names.map(name => linear(x, name, options));
    const parts = names.map(name => weightOf(base, `${name}.weight`));
    const key = `${names.join('+')}.weight`;
    let weight = tensors.get(key);
    if (!weight) {
      weight = graph.constant(joinedRows(base, names), {
        name: key,
        shape: [parts.reduce((sum, { shape }) => sum + shape[0]!, 0), parts[0]!.shape[1]!],
      }) as FloatTensor;
      tensors.set(key, weight);
    }
    const outputs = split(
      matMul(x, weight, { transposeB: true }),
      parts.map(({ shape }) => shape[0]!),
    );
    return outputs.map((output, i) => {
      const y = withAdapter(x, names[i]!, weight, output);
      return options.bias ? add(y, tensor(`${names[i]}.bias`)) : y;
    });
  };
  return { tensor, rows: (name, ids) => gather(tensor(name), ids), linear, linears };
}

/** A weight that must be there. */
export function weightOf(base: BaseWeights, name: string): { shape: readonly number[]; data: Float32Array } {
  const found = base.get(name);
  if (!found) throw new ModeshiftError({ tag: 'internal' }, `The weight "${name}" was not loaded.`);
  return found;
}

const joinedCache = new WeakMap<BaseWeights, Map<string, Float32Array>>();

/** The rows of several weights as one; made once for all graphs of a checkpoint. */
function joinedRows(base: BaseWeights, names: readonly string[]): Float32Array {
  const cache = joinedCache.get(base) ?? new Map<string, Float32Array>();
  joinedCache.set(base, cache);
  const key = names.join('+');
  let data = cache.get(key);
  if (!data) {
    const parts = names.map(name => weightOf(base, `${name}.weight`).data);
    data = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      data.set(part, at);
      at += part.length;
    }
    cache.set(key, data);
  }
  return data;
}

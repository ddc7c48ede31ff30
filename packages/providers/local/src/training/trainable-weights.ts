// Weights of a network for training: trained ones are parameters, frozen ones constants, and adapters join in at linear layers.
import { add, type FloatTensor, type Graph, gather, matMul, type Tensor } from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';
import type { WeightTensors } from '../network/network.ts';
import { adapted, adaptedRows, type LoraLayer, type LoraParameters, loraParameters } from './lora-layer.ts';

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
  const parametersOf = (layer: LoraLayer): LoraParameters => {
    // A block that is computed again comes by a second time.
    const parameters = made.get(layer.module) ?? loraParameters(graph, layer);
    made.set(layer.module, parameters);
    return parameters;
  };
  const withAdapter = (x: FloatTensor, name: string, weight: FloatTensor, product: FloatTensor): FloatTensor => {
    const layer = adapters.get(name);
    // A table that is the output projection too is adapted where tokens are read, as with PEFT.
    if (!layer || layer.embedding) return product;
    return adapted(layer, parametersOf(layer), x, weight, product, seed);
  };
  const rows: WeightTensors['rows'] = (name, ids) => {
    const layer = adapters.get(name.replace(/\.weight$/, ''));
    const read = gather(tensor(name), ids);
    return layer ? add(read, adaptedRows(layer, parametersOf(layer), ids)) : read;
  };
  const linear: WeightTensors['linear'] = (x, name, { bias = false, transposed = false }) => {
    const weight = tensor(`${name}.weight`);
    const product = matMul(x, weight, { transposeB: !transposed });
    const y = withAdapter(x, name, weight, product);
    return bias ? add(y, tensor(`${name}.bias`)) : y;
  };
  return {
    tensor,
    rows,
    linear,
    // Joining them into one product saves nothing with the many rows of training, and would hold the weights twice.
    linears: (x, names, options) => names.map(name => linear(x, name, options)),
  };
}

/** A weight that must be there. */
export function weightOf(base: BaseWeights, name: string): { shape: readonly number[]; data: Float32Array } {
  const found = base.get(name);
  if (!found) throw new ModeshiftError({ tag: 'internal' }, `The weight "${name}" was not loaded.`);
  return found;
}

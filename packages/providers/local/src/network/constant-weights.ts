// Loaded weights as constants of a graph: for generating, scoring and encoding.
import { add, type FloatTensor, type Graph, gather, type IndexTensor, split } from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';
import type { LoadedLinear, LoadedWeights } from './load-weights.ts';
import type { WeightTensors } from './network.ts';

/** What adapters add to the output of the layer `name` for its input `x`, or nothing. `bare` is the output without its bias. */
export type LinearAddition = (x: FloatTensor, name: string, bare: FloatTensor) => FloatTensor | undefined;

/** What adapters add to the rows of a table that ids name, or nothing. */
export type RowAddition = (name: string, ids: IndexTensor) => FloatTensor | undefined;

/** Weights as constants of `graph`; `additions` give what adapters add to a layer and to rows of a table. */
export function constantWeights(
  graph: Graph,
  loaded: LoadedWeights,
  additions?: { readonly linear: LinearAddition; readonly rows: RowAddition },
): WeightTensors {
  const addition = additions?.linear;
  const constants = new Map<string, FloatTensor>();
  const constant = (name: string, data: Float32Array, shape: readonly number[]): FloatTensor => {
    let made = constants.get(name);
    if (!made) {
      made = graph.constant(data, { name, shape }) as FloatTensor;
      constants.set(name, made);
    }
    return made;
  };
  const tensor = (name: string): FloatTensor => {
    const { data, shape } = planned(loaded.tensors, name);
    return constant(name, data, shape);
  };
  const product = (x: FloatTensor, key: string, entry: LoadedLinear): FloatTensor => {
    if (entry.packed) return packedProduct(graph, x, key, entry);
    const { inSize, outSize, transposed } = entry;
    const name = `${key}.weight`;
    const shape = transposed ? [inSize, outSize] : [outSize, inSize];
    // A tied output projection is the embedding table itself.
    const weight = loaded.tensors.has(name) ? tensor(name) : constant(name, entry.floats!, shape);
    // With all of its dimensions: the runtime flattens rows itself, and reshaping them here would be two more operators.
    const output = { dtype: x.dtype, shape: x.shape.with(-1, outSize) };
    return graph.emit('FusedMatMul', [x, weight], output, { transB: transposed ? 0 : 1 }, 'com.microsoft');
  };
  const linears: WeightTensors['linears'] = (x, names) => {
    const key = names.join('+');
    const entry = planned(loaded.linears, key);
    const apart = (y: FloatTensor): readonly FloatTensor[] => (names.length === 1 ? [y] : split(y, entry.parts));
    const bare = product(x, key, entry);
    const outputs = apart(entry.bias ? add(bare, constant(`${key}.joined-bias`, entry.bias, [entry.outSize])) : bare);
    if (!addition) return [...outputs];
    const bares = entry.bias ? apart(bare) : outputs;
    return outputs.map((output, i) => {
      const more = addition(x, names[i]!, bares[i]!);
      return more ? add(output, more) : output;
    });
  };
  return {
    tensor,
    rows: (name, ids) => {
      const read = loaded.tables.has(name) ? packedRows(graph, name, ids, loaded) : gather(tensor(name), ids);
      const more = additions?.rows(name.replace(/\.weight$/, ''), ids);
      return more ? add(read, more) : read;
    },
    linear: (x, name, options) => linears(x, [name], options)[0]!,
    linears,
  };
}

function planned<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new ModeshiftError({ tag: 'internal' }, `The weights "${name}" were not planned.`);
  return found;
}

/** A product with weights of few bits. `accuracy_level` 4 computes in 8-bit integers, several times faster than in floats. */
function packedProduct(graph: Graph, x: FloatTensor, key: string, entry: LoadedLinear): FloatTensor {
  const { bits, blockSize, data, scales } = entry.packed!;
  const { inSize, outSize } = entry;
  const blocks = Math.ceil(inSize / blockSize);
  const weight = graph.constant(data, {
    dtype: 'uint8',
    name: `${key}.packed`,
    shape: [outSize, blocks, (blockSize * bits) / 8],
  });
  const scale = graph.constant(scales, { name: `${key}.scales`, shape: [outSize, blocks] });
  const attributes = { K: inSize, N: outSize, bits, block_size: blockSize, accuracy_level: 4 };
  const output = { dtype: x.dtype, shape: x.shape.with(-1, outSize) };
  return graph.emit('MatMulNBits', [x, weight, scale], output, attributes, 'com.microsoft');
}

/** Rows of a table in 8 bits, as floats. */
function packedRows(graph: Graph, name: string, ids: IndexTensor, { tables }: LoadedWeights): FloatTensor {
  const {
    shape: [rows, size],
    packed: { bits, blockSize, data, scales },
  } = planned(tables, name);
  const table = graph.constant(data, { dtype: 'uint8', name: `${name}.table`, shape: [rows, size] });
  const scale = graph.constant(scales, { name: `${name}.table-scales`, shape: [rows, size / blockSize] });
  const attributes = { bits, block_size: blockSize, gather_axis: 0, quantize_axis: 1 };
  const output = { dtype: 'float32', shape: [...ids.shape, size] } as const;
  return graph.emit('GatherBlockQuantized', [table, ids, scale], output, attributes, 'com.microsoft');
}

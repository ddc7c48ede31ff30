// The blocks an architecture is written in. How a weight becomes a tensor and how attention keeps its keys differ between
// generating, encoding and training; the architecture does not know.
import {
  AutogradError,
  dropout,
  type FloatTensor,
  type Graph,
  type IndexTensor,
  layerNorm,
  reshape,
  rmsNorm,
  type Tensor,
} from '@modeshift/autograd';
import type { NetworkConfig } from '../architectures/architecture.ts';

/** What a linear layer is asked for. */
export interface LinearOptions {
  /** It has a bias, `<name>.bias`. */
  readonly bias?: boolean;
  /** The weight is stored `[in, out]` instead of `[out, in]` (GPT-2). */
  readonly transposed?: boolean;
}

/** How weights become tensors of the graph. */
export interface WeightTensors {
  /** The tensor of a weight by its full name in the checkpoint, e.g. `model.norm.weight`. */
  tensor(name: string): FloatTensor;
  /** `x · weightᵀ + bias` for `<name>.weight`; where a layer is quantised or adapted, this is where it happens. */
  linear(x: FloatTensor, name: string, options: LinearOptions): FloatTensor;
  /** Several layers of the same input; joined into one product where that is faster. */
  linears(x: FloatTensor, names: readonly string[], options: LinearOptions): FloatTensor[];
  /** Rows of a table: `[batch, length]` ids to `[batch, length, size]`. */
  rows(name: string, ids: IndexTensor): FloatTensor;
}

/** How positions see each other. Queries, keys and values are `[batch, length, heads · headSize]`; so is the result. */
export type AttentionLayer = (
  q: FloatTensor,
  k: FloatTensor,
  v: FloatTensor,
  layer: number,
  config: NetworkConfig,
) => FloatTensor;

/** What a run of a network brings: the graph, its inputs, weights and attention. */
export interface NetworkParts {
  readonly graph: Graph;
  /** `[batch, length]`. */
  readonly ids: IndexTensor;
  /** `[length]` or `[batch, length]`, for learned positions. */
  readonly positions: IndexTensor;
  /** `[batch, length]`, where a tokenizer tells two texts apart (BERT). */
  readonly typeIds?: IndexTensor;
  readonly weights: WeightTensors;
  readonly attention: AttentionLayer;
  /** Embedded tokens; left out: rows of the table. Soft prompts come in here. */
  readonly embed?: (name: string, ids: IndexTensor) => FloatTensor;
  /** What dropout is drawn from; left out: nothing is dropped. */
  readonly seed?: Tensor<'int32'>;
  /** Wraps each block, e.g. to recompute it in the backward pass. Left out: as it is. */
  readonly block?: (layer: number, x: FloatTensor, build: (x: FloatTensor) => FloatTensor) => FloatTensor;
}

/** A network under construction. Architectures use these methods and the operators of autograd. */
export class Network {
  readonly graph: Graph;
  readonly ids: IndexTensor;
  readonly positions: IndexTensor;
  readonly typeIds: IndexTensor | undefined;
  readonly #parts: NetworkParts;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
    this.graph = parts.graph;
    this.ids = parts.ids;
    this.positions = parts.positions;
    this.typeIds = parts.typeIds;
  }

  /** Embedded tokens, `[batch, length, hidden]`. */
  tokens(name: string): FloatTensor {
    const { embed, weights } = this.#parts;
    return embed ? embed(`${name}.weight`, this.ids) : weights.rows(`${name}.weight`, this.ids);
  }

  /** Rows of another table, such as learned positions. */
  rows(name: string, ids: IndexTensor): FloatTensor {
    return this.#parts.weights.rows(`${name}.weight`, ids);
  }

  linear(x: FloatTensor, name: string, options: LinearOptions = {}): FloatTensor {
    return this.#parts.weights.linear(x, name, options);
  }

  linears(x: FloatTensor, names: readonly string[], options: LinearOptions = {}): FloatTensor[] {
    return this.#parts.weights.linears(x, names, options);
  }

  rmsNorm(x: FloatTensor, name: string, epsilon: number): FloatTensor {
    return rmsNorm(x, this.#parts.weights.tensor(`${name}.weight`), { epsilon });
  }

  layerNorm(x: FloatTensor, name: string, epsilon: number): FloatTensor {
    const { weights } = this.#parts;
    return layerNorm(x, weights.tensor(`${name}.weight`), weights.tensor(`${name}.bias`), { epsilon });
  }

  /** RMSNorm of each head by itself: `x` is `[batch, length, heads · headSize]`. */
  headNorm(x: FloatTensor, name: string, headSize: number, epsilon: number): FloatTensor {
    const [batch, length, size] = x.shape as [string, string, number];
    const heads = reshape(x, [batch, length, size / headSize, headSize]);
    return reshape(this.rmsNorm(heads, name, epsilon), [batch, length, size]);
  }

  attention(q: FloatTensor, k: FloatTensor, v: FloatTensor, layer: number, config: NetworkConfig): FloatTensor {
    const { heads, keyHeads, headSize } = config;
    const wanted = { queries: [q, heads], keys: [k, keyHeads], values: [v, keyHeads] } as const;
    for (const [what, [{ shape }, count]] of Object.entries(wanted))
      if (shape.at(-1) !== count * headSize)
        throw new AutogradError(
          'shape',
          `${what} of layer ${layer} are ${shape.at(-1)} numbers, and ${count} heads of ${headSize} have ${count * headSize}.`,
        );
    return this.#parts.attention(q, k, v, layer, config);
  }

  /** Leaves a share of `x` out while the network is trained. */
  dropout(x: FloatTensor, rate: number): FloatTensor {
    const { seed } = this.#parts;
    return seed ? dropout(x, { rate, seed }) : x;
  }

  /** One block of the network. */
  block(layer: number, x: FloatTensor, build: (x: FloatTensor) => FloatTensor): FloatTensor {
    const { block } = this.#parts;
    return block ? block(layer, x, build) : build(x);
  }
}

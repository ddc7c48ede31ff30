// Which weights a network reads, and how, found by building it once without values: what will be loaded, its size, and whether
// the checkpoint has it all.
import {
  AutogradError,
  add,
  type FloatTensor,
  type Graph,
  gather,
  type IndexTensor,
  matMul,
} from '@modeshift/autograd';
import { ModeshiftError } from '@modeshift/core';
import type { Weight, Weights } from '../checkpoint/weights.ts';
import type { LinearOptions, WeightTensors } from './network.ts';

/** A product with weights, as an architecture asked for it: several names are one joined product. */
export interface PlannedLinear {
  readonly names: readonly string[];
  readonly bias: boolean;
  /** Stored `[in, out]`. */
  readonly transposed: boolean;
}

/** What a network reads. Names are full names of weights. */
export interface NetworkPlan {
  /** Small weights: gains and biases of normalisations, biases of products. */
  readonly tensors: readonly string[];
  /** Tables of which rows are read. */
  readonly tables: readonly string[];
  readonly linears: readonly PlannedLinear[];
  readonly parameters: number;
}

/** The weight of a name, or an error that says what is missing. */
export function requireWeight(weights: Weights, name: string): Weight {
  const found = weights.find(name);
  if (found) return found;
  throw new ModeshiftError(
    { tag: 'storage', path: weights.place },
    `${weights.place} has no weight "${name}", which its configuration needs. The checkpoint is incomplete or of another model; get it again.`,
  );
}

const storage = ({ bias = false, transposed = false }: LinearOptions): { bias: boolean; transposed: boolean } => ({
  bias,
  transposed,
});

/** Runs `build`, and tells shapes that do not fit as what they are: weights that contradict the configuration. */
export function buildChecked<T>(place: string, build: () => T): T {
  try {
    return build();
  } catch (cause) {
    if (!(cause instanceof AutogradError)) throw cause;
    throw new ModeshiftError(
      { tag: 'storage', path: place },
      `The weights in ${place} do not fit its configuration: ${cause.message} Get the checkpoint again, or correct its config.json.`,
      { cause },
    );
  }
}

/**
 * Plans a network: `build` is given weights without values.
 *
 * @throws ModeshiftError `storage` when a weight is missing or of the wrong shape.
 */
export function planNetwork(weights: Weights, graph: Graph, build: (weights: WeightTensors) => void): NetworkPlan {
  const tensors = new Set<string>();
  const tables = new Set<string>();
  const linears = new Map<string, PlannedLinear>();
  const placeholders = new Map<string, FloatTensor>();
  const placeholder = (name: string): FloatTensor => {
    let tensor = placeholders.get(name);
    if (!tensor) {
      tensor = graph.parameter(name, requireWeight(weights, name).shape);
      placeholders.set(name, tensor);
    }
    return tensor;
  };
  const linear = (x: FloatTensor, name: string, { bias = false, transposed = false }: LinearOptions): FloatTensor => {
    const y = matMul(x, placeholder(`${name}.weight`), { transposeB: !transposed });
    if (bias) tensors.add(`${name}.bias`);
    return bias ? add(y, placeholder(`${name}.bias`)) : y;
  };
  buildChecked(weights.place, () =>
    build({
      tensor(name) {
        tensors.add(name);
        return placeholder(name);
      },
      rows(name: string, ids: IndexTensor) {
        tables.add(name);
        return gather(placeholder(name), ids);
      },
      linear(x, name, options) {
        linears.set(name, { names: [name], ...storage(options) });
        return linear(x, name, options);
      },
      linears(x, names, options) {
        linears.set(names.join('+'), { names, ...storage(options) });
        return names.map(name => linear(x, name, options));
      },
    }),
  );
  requireAllRead(weights, new Set(placeholders.keys()));
  const sizes = [...placeholders.values()].map(({ shape }) => shape.reduce<number>((a, b) => a * Number(b), 1));
  return {
    tensors: [...tensors],
    tables: [...tables],
    linears: [...linears.values()],
    parameters: sizes.reduce((a, b) => a + b, 0),
  };
}

/**
 * Weights within blocks that nothing reads are a configuration with too few layers, or of another architecture: the answers would be
 * those of another model. Buffers that old checkpoints hold, such as a causal mask, are no vectors or matrices of that name.
 */
function requireAllRead(weights: Weights, read: ReadonlySet<string>): void {
  const blocksOf = (name: string): string | undefined => /^(.+?)\.\d+\..+\.(?:weight|bias)$/.exec(name)?.[1];
  const blocks = new Set([...read].map(blocksOf));
  const unread = weights.names.find(name => {
    const found = blocksOf(name);
    const rank = weights.find(name)?.shape.length;
    return found !== undefined && blocks.has(found) && !read.has(name) && (rank === 1 || rank === 2);
  });
  if (unread === undefined) return;
  throw new ModeshiftError(
    { tag: 'storage', path: weights.place },
    `${weights.place} has the weight "${unread}", of which its configuration knows nothing, so answers would be those of another model. Get the checkpoint again, or correct its config.json (the number of layers, model_type).`,
  );
}

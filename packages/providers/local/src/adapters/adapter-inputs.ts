// Adapters as inputs of a graph. The factors of all attached adapters lie side by side along the rank, and a mask
// `[batch, 1, ranks]` says for each row of a batch which of them count and how much: rows with other adapters, or with none,
// share one pass.
import { add, type Graph, gather, matMul, mul } from '@modeshift/autograd';
import type { LinearAddition, RowAddition } from '../network/constant-weights.ts';

/** What a linear layer needs to be adapted. */
export interface AdaptedModule {
  readonly inSize: number;
  readonly outSize: number;
  /** Its outputs are scaled too (DoRA). */
  readonly scaled: boolean;
  /** It is the embedding table, read by id. */
  readonly embedding: boolean;
}

/** What adapters add: to a linear layer, and to the rows of the embedding table that ids name. */
export interface Additions {
  readonly linear: LinearAddition;
  readonly rows: RowAddition;
}

/** Adapted layers by name. */
export type AdaptedModules = ReadonlyMap<string, AdaptedModule>;

/** Inputs of a module: factors `[in, ranks]` and `[ranks, out]`, and with DoRA `[entries, out]`, what outputs are scaled by less 1. */
export const inputNames = (module: string) => ({ a: `${module}.A`, b: `${module}.B`, gain: `${module}.gain` });

/** What adapters add to each layer: `((x · A) ⊙ mask) · B`, and with DoRA the product without its bias ⊙ gain. */
export function adapterInputs(graph: Graph, modules: AdaptedModules): Additions | undefined {
  if (modules.size === 0) return undefined;
  const mask = graph.input('adapters.mask', 'float32', ['batch', 1, 'ranks']);
  const chosen = [...modules.values()].some(({ scaled }) => scaled)
    ? graph.input('adapters.chosen', 'float32', ['batch', 1, 'entries'])
    : undefined;
  const factors = (name: string, { inSize, outSize }: AdaptedModule) => {
    const names = inputNames(name);
    return {
      a: graph.input(names.a, 'float32', [inSize, 'ranks']),
      b: graph.input(names.b, 'float32', ['ranks', outSize]),
    };
  };
  return {
    linear: (x, name, bare) => {
      const module = modules.get(name);
      // A table that is the output projection too is adapted where tokens are read, as with PEFT.
      if (!module || module.embedding) return undefined;
      const { a, b } = factors(name, module);
      const more = matMul(mul(matMul(x, a), mask), b);
      if (!module.scaled || !chosen) return more;
      const gain = graph.input(inputNames(name).gain, 'float32', ['entries', module.outSize]);
      return add(more, mul(bare, matMul(chosen, gain)));
    },
    rows: (name, ids) => {
      const module = modules.get(name);
      if (!module?.embedding) return undefined;
      const { a, b } = factors(name, module);
      return matMul(mul(gather(a, ids), mask), b);
    },
  };
}

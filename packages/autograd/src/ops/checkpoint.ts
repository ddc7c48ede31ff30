// Activation checkpointing: the values inside a part of the graph are not kept for the backward pass but computed again.
import { type IndexDType, isFloat } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { backpropagate } from '../gradients.ts';
import type { GraphNode } from '../graph.ts';
import type { FloatTensor, Tensor } from '../tensor.ts';
import { add } from './arithmetic.ts';
import { dropoutSites, repeatDropout } from './dropout.ts';
import { reshape } from './layout.ts';
import { reduceMax } from './reduce.ts';
import { and, cast } from './select.ts';
import { slice } from './slice.ts';

/**
 * Applies `build` to `inputs` and keeps only inputs and result for the backward pass, where `build` runs a second time: a
 * block of a deep model then needs no memory for its activations between the two passes, for about a third more work.
 * `build` may use parameters and other tensors of the graph; dropout inside it drops the same elements both times. The result
 * has no second derivative.
 *
 * Chen et al. 2016, https://arxiv.org/abs/1604.06174
 *
 * @example
 * ```ts
 * import { type FloatTensor, Graph, checkpoint, linear, silu } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * let x: FloatTensor = graph.input('x', 'float32', ['batch', 64]);
 * for (let i = 0; i < 4; i++) {
 *   const weight = graph.parameter(`${i}.weight`, [64, 64]);
 *   x = checkpoint([x], h => silu(linear(h, weight)));
 * }
 * console.log(x.shape); // [ 'batch', 64 ]
 * ```
 */
export function checkpoint(
  inputs: readonly FloatTensor[],
  build: (...inputs: FloatTensor[]) => FloatTensor,
): FloatTensor {
  const [first] = inputs;
  if (!first) throw new AutogradError('argument', 'checkpoint: needs at least one input.');
  const graph = first.graph;
  const sites = dropoutSites(graph);
  const { made, nodes } = graph.apart(() => graph.untaped(() => build(...inputs)));
  const sources = [...inputs, ...outside(nodes, inputs)];
  graph.record('checkpoint', sources, [made], ([dy]) => {
    // The second run reads its inputs through a barrier that waits for the gradient, so that the runtime neither merges it
    // with the first nor starts it before its turn.
    const { made: gradients, nodes: added } = graph.apart(() =>
      graph.untaped(() => {
        const again = inputs.map(input => after(input, dy!));
        const delay = (seed: Tensor<'int32'>): Tensor<'int32'> => add(seed, zeroAfter(dy!, 'int32'));
        const { made: output, tape } = graph.apart(() => repeatDropout(graph, sites, delay, () => build(...again)));
        const targets = [...again, ...sources.slice(inputs.length)];
        const found = backpropagate(tape, new Map([[output, dy!]]), targets);
        return found.map(parts => parts?.reduce(add));
      }),
    );
    const fresh = new Set<Tensor>(added.flatMap(node => node.outputs));
    const computed = gradients.filter(gradient => gradient !== undefined && fresh.has(gradient)) as FloatTensor[];
    if (computed.length > 0)
      graph.record('checkpoint', [dy!, ...sources], computed, () => {
        throw new AutogradError('gradient', 'checkpoint: has no second derivative; build the block without it.');
      });
    return gradients;
  });
  return made;
}

/** The floating-point tensors that nodes read and did not make themselves. */
function outside(nodes: readonly GraphNode[], inputs: readonly FloatTensor[]): FloatTensor[] {
  const made = new Set<Tensor>([...nodes.flatMap(node => node.outputs), ...inputs]);
  const read = new Set<Tensor>(nodes.flatMap(node => node.inputs.filter(input => input !== undefined)));
  return [...read].filter(tensor => isFloat(tensor.dtype) && !made.has(tensor)) as FloatTensor[];
}

/** `x` itself, but not before `signal` is computed: its shape depends on it, in a way no optimizer sees through. */
function after(x: FloatTensor, signal: FloatTensor): FloatTensor {
  const graph = x.graph;
  const out = { dtype: 'int64', shape: [x.rank] } as const;
  const shape = graph.emit('Add', [graph.shapeTensor(x.shape), zeroAfter(signal, 'int64')], out);
  return graph.emit('Reshape', [x, shape], { dtype: x.dtype, shape: x.shape });
}

/** A zero that is known only when `signal` is. */
function zeroAfter<D extends IndexDType>(signal: FloatTensor, dtype: D): Tensor<D> {
  const first = reduceMax(slice(reshape(signal, [-1]), { axis: 0, end: 1 }));
  const no = and(cast(first, 'bool'), signal.graph.scalar(0, 'bool'));
  return cast(no, dtype);
}

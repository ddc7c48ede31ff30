// Reverse-mode differentiation: walk the tape backwards and add up what each use of a tensor contributes.
import { isFloat } from './dtype.ts';
import { AutogradError } from './errors.ts';
import type { Operation } from './graph.ts';
import { add } from './ops/arithmetic.ts';
import { formatShape, sameShape } from './shape.ts';
import type { FloatTensor, Tensor } from './tensor.ts';

/**
 * The gradients of a scalar `loss` with respect to `targets` (parameters, inputs or anything between), in the same order,
 * each of its target's shape. Gradients are tensors of the same graph, so they can be differentiated again.
 *
 * Throws `gradient` when the loss is no scalar, when it does not depend on a target, or when an operator on the way has no gradient.
 *
 * @example
 * ```ts
 * import { Graph, evaluate, gradients, mul, reduceSum } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const x = graph.input('x', 'float32', ['n']);
 * const [dx] = gradients(reduceSum(mul(x, x)), [x]);
 * const out = await evaluate({ dx: dx! }, { x: [1, 2, 3] });
 * console.log(out.dx.data); // Float32Array [2, 4, 6]
 * ```
 */
export function gradients(loss: FloatTensor, targets: readonly FloatTensor[]): FloatTensor[] {
  return contributions(loss, targets).map(parts => parts.reduce(add));
}

/** As {@link gradients}, but what each use of a target contributes is not yet added up. */
export function contributions(loss: FloatTensor, targets: readonly FloatTensor[]): (readonly FloatTensor[])[] {
  if (loss.rank !== 0)
    throw new AutogradError(
      'gradient',
      `gradients: the loss must be a scalar, got ${formatShape(loss.shape)}; reduce it first (reduceMean, reduceSum).`,
    );
  const seeds = new Map([[loss, loss.graph.scalar(1, loss.dtype)]]);
  return backpropagate(loss.graph.tape, seeds, targets).map((parts, i) => {
    if (!parts)
      throw new AutogradError(
        'gradient',
        `gradients: the loss does not depend on ${targets[i]}; leave it out of the targets.`,
      );
    return parts;
  });
}

/** Walks a tape backwards from gradients of some tensors to those of `targets`; undefined for one that is not reached. */
export function backpropagate(
  recorded: readonly Operation[],
  seeds: ReadonlyMap<FloatTensor, FloatTensor>,
  targets: readonly FloatTensor[],
): (readonly FloatTensor[] | undefined)[] {
  const needed = new Set<Tensor>(targets);
  const tape = [...recorded];
  for (const operation of tape)
    if (operation.inputs.some(input => needed.has(input)))
      for (const output of operation.outputs) if (isFloat(output.dtype)) needed.add(output);

  const found = new Map<Tensor, FloatTensor[]>([...seeds].map(([tensor, seed]) => [tensor, [seed]]));
  for (const operation of tape.reverse()) {
    if (!operation.outputs.some(output => found.has(output) && needed.has(output))) continue;
    if (!operation.inputs.some(input => needed.has(input))) continue;
    const back = operation.backward(operation.outputs.map(output => found.get(output)?.reduce(add)));
    for (const [i, input] of operation.inputs.entries()) {
      if (!needed.has(input)) continue;
      const gradient = back[i];
      if (!gradient)
        throw new AutogradError(
          'gradient',
          `${operation.name} has no gradient for its input ${input}; use stopGradient.`,
        );
      if (!sameShape(gradient.shape, input.shape))
        throw new AutogradError(
          'shape',
          `${operation.name}: the gradient has shape ${formatShape(gradient.shape)}, its input ${formatShape(input.shape)}.`,
        );
      const sofar = found.get(input);
      if (sofar) sofar.push(gradient);
      else found.set(input, [gradient]);
    }
  }
  return targets.map(target => found.get(target));
}

// The one error of this package: a tagged reason and a message that says what to do.

/** What went wrong, as a tag to branch on: see {@link AutogradError}. */
export type AutogradErrorReason =
  | 'argument' // an option or value outside what the function accepts
  | 'shape' // shapes that do not fit together
  | 'dtype' // element types that do not fit together
  | 'graph' // tensors of two graphs mixed, a name used twice, an unknown name
  | 'gradient' // no path from the loss to a parameter, or an operator without a gradient on the path
  | 'feed' // a value given at run time that does not fit its input
  | 'checkpoint' // a saved state that does not fit the step that loads it
  | 'disposed' // use after dispose()
  | 'runtime'; // ONNX Runtime refused the model or failed while running it

/**
 * Every error this package throws. Wrong shapes, element types and options throw while the graph is built, before
 * anything runs; `feed` and `runtime` errors come from a run.
 *
 * @example
 * ```ts
 * import { AutogradError, Graph, matMul } from '@modeshift/autograd';
 *
 * const graph = new Graph();
 * const a = graph.constant([[1, 2]]);
 * try {
 *   matMul(a, a);
 * } catch (error) {
 *   if (!(error instanceof AutogradError) || error.reason !== 'shape') throw error;
 * }
 * ```
 */
export class AutogradError extends Error {
  /** What went wrong, as a tag. */
  readonly reason: AutogradErrorReason;

  constructor(reason: AutogradErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AutogradError';
    this.reason = reason;
  }
}

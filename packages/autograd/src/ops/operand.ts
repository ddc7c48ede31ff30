// What every operator does first: find the graph, turn plain numbers into tensors, check element types.
import type { DType, FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import type { FloatTensor } from '../tensor.ts';
import { Tensor } from '../tensor.ts';

/** A tensor, or a plain number that takes the other operand's element type. */
export type Operand<D extends DType> = Tensor<D> | number;

/** Two operands as tensors of one element type; throws when both are numbers or the types differ. */
export function pair<D extends DType>(operation: string, a: Operand<D>, b: Operand<D>): [Tensor<D>, Tensor<D>] {
  const known = a instanceof Tensor ? a : b instanceof Tensor ? b : undefined;
  if (!known) throw new AutogradError('argument', `${operation}: at least one operand must be a tensor.`);
  const x = a instanceof Tensor ? a : known.graph.scalar(a, known.dtype);
  const y = b instanceof Tensor ? b : known.graph.scalar(b, known.dtype);
  if (x.dtype !== y.dtype)
    throw new AutogradError('dtype', `${operation}: element types ${x.dtype} and ${y.dtype} differ; cast one of them.`);
  return [x, y];
}

/** Throws when a tensor is not of a floating-point type. */
export function requireFloat(operation: string, tensor: Tensor): asserts tensor is FloatTensor {
  if (!isFloat(tensor.dtype))
    throw new AutogradError(
      'dtype',
      `${operation}: needs float32 or float64, got ${tensor.dtype}; use cast(x, 'float32').`,
    );
}

/** Throws unless a tensor has the given rank. */
export function requireRank(operation: string, tensor: Tensor, rank: number, what = 'its input'): void {
  if (tensor.rank !== rank)
    throw new AutogradError('shape', `${operation}: ${what} must have ${rank} dimensions, got ${tensor}.`);
}

/** The result of an operator that keeps type and shape. */
export const like = <D extends FloatDType>(x: Tensor<D>): { dtype: D; shape: Tensor<D>['shape'] } => ({
  dtype: x.dtype,
  shape: x.shape,
});

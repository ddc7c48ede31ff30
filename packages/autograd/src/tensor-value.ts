// Numbers at run time: an element type, a shape, and a typed array.
import { createArray, type DType, dtypeOfArray, type TypedArray, type TypedArrayOf } from './dtype.ts';
import { AutogradError } from './errors.ts';

/** Numbers as nested arrays: `[[1, 2], [3, 4]]`. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

/** The numbers of one tensor: `data` in row-major order, `shape` its sizes. */
export interface TensorValue<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: TypedArrayOf[D];
}

/** What a run accepts for an input: a {@link TensorValue}, or numbers as nested arrays. */
export type Feed = TensorValue | NestedNumbers;

/** The number of elements of a static shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Wraps a typed array and a shape as a {@link TensorValue}, without a copy. Throws `shape` when the sizes disagree and
 * `dtype` for a typed array that holds none of the element types.
 *
 * @example
 * ```ts
 * import { tensorValue } from '@modeshift/autograd';
 *
 * const ids = tensorValue(BigInt64Array.from([3n, 1n, 4n]), [1, 3]);
 * console.log(ids.dtype); // int64
 * ```
 */
export function tensorValue<A extends TypedArray>(
  data: A,
  shape: readonly number[] = [data.length],
): TensorValue<{ [D in DType]: A extends TypedArrayOf[D] ? D : never }[DType]> {
  const dtype = dtypeOfArray(data);
  if (!dtype) throw new AutogradError('dtype', `tensorValue: no element type is held by a ${data.constructor.name}.`);
  if (sizeOf(shape) !== data.length)
    throw new AutogradError(
      'shape',
      `tensorValue: ${data.length} elements do not fill the shape [${shape.join(', ')}].`,
    );
  return { dtype, shape, data } as never;
}

/** Nested arrays as a {@link TensorValue} of the given element type; throws `shape` when rows differ in length. */
export function fromNested<D extends DType>(values: NestedNumbers, dtype: D): TensorValue<D> {
  const shape: number[] = [];
  for (let level = values; Array.isArray(level); level = level[0] as NestedNumbers) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const data = createArray(dtype, sizeOf(shape));
  let at = 0;
  const fill = (level: NestedNumbers, depth: number): void => {
    if (!Array.isArray(level)) {
      if (depth !== shape.length) throw new AutogradError('shape', 'Nested arrays must all have the same depth.');
      if (data instanceof BigInt64Array) data[at++] = BigInt(level as number);
      else data[at++] = Number(level);
      return;
    }
    if (level.length !== shape[depth])
      throw new AutogradError(
        'shape',
        `Nested arrays must be rectangular: ${level.length} against ${shape[depth]} items.`,
      );
    for (const item of level as readonly NestedNumbers[]) fill(item, depth + 1);
  };
  fill(values, 0);
  return { dtype, shape, data };
}

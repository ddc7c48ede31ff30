// From what a caller gives to what ONNX Runtime takes, with every size checked against the declared shape.
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { AutogradError } from './errors.ts';
import { loadRuntime } from './session.ts';
import { formatShape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { type Feed, fromNested, sizeOf, type TensorValue } from './tensor-value.ts';

/** A value as ONNX Runtime's tensor, over the same memory. */
export async function toNative(value: TensorValue): Promise<OrtTensor> {
  const { Tensor: Native } = await loadRuntime();
  return new Native(value.dtype as 'float32', value.data as Float32Array, value.shape);
}

/** ONNX Runtime's tensor as a value, over the same memory. */
export function fromNative(tensor: OrtTensor): TensorValue {
  return { dtype: tensor.type, shape: [...tensor.dims], data: tensor.data } as TensorValue;
}

const isValue = (feed: Feed): feed is TensorValue => typeof feed === 'object' && 'data' in feed;

/** Checks and converts feeds for the given inputs; equal dimension names must have equal sizes. */
export async function toFeeds(
  inputs: readonly Tensor[],
  feeds: Readonly<Record<string, Feed>>,
): Promise<Record<string, OrtTensor>> {
  const sizes = new Map<string, { size: number; name: string }>();
  const out: Record<string, OrtTensor> = {};
  for (const input of inputs) {
    const feed = feeds[input.name];
    if (feed === undefined) throw new AutogradError('feed', `No value was given for the input ${input}.`);
    const value = isValue(feed) ? feed : fromNested(feed, input.dtype);
    if (value.dtype !== input.dtype)
      throw new AutogradError('feed', `The input ${input} was given ${value.dtype} values.`);
    const given = `[${value.shape.join(', ')}]`;
    if (value.shape.length !== input.shape.length || sizeOf(value.shape) !== value.data.length)
      throw new AutogradError('feed', `The input ${input} was given ${value.data.length} values of shape ${given}.`);
    for (const [axis, dim] of input.shape.entries()) {
      const size = value.shape[axis]!;
      const wanted = typeof dim === 'number' ? { size: dim, name: input.name } : sizes.get(dim);
      if (wanted && wanted.size !== size)
        throw new AutogradError(
          'feed',
          `The input ${input} was given shape ${given}: axis ${axis} must be ${wanted.size}${typeof dim === 'number' ? '' : `, the size of "${dim}" in "${wanted.name}"`}, as declared in ${formatShape(input.shape)}.`,
        );
      if (typeof dim === 'string') sizes.set(dim, { size, name: input.name });
    }
    out[input.name] = await toNative(value);
  }
  return out;
}

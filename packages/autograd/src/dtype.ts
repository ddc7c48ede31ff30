// Element types: their names, their codes in ONNX, and the typed array that holds each.

/** Floating-point element types: the ones a gradient exists for. */
export type FloatDType = 'float32' | 'float64';
/** Element types that index: positions, token ids, labels. */
export type IndexDType = 'int64' | 'int32';
/** Element types of numbers. */
export type NumericDType = FloatDType | IndexDType;
/**
 * Every element type a graph tensor can have. `bool` is stored as one byte, 0 or 1; `uint8` and `uint32` hold bits, such as
 * quantised weights.
 */
export type DType = NumericDType | 'bool' | 'uint8' | 'uint32';

/** The typed array that holds values of each element type. */
export interface TypedArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  int64: BigInt64Array;
  int32: Int32Array;
  bool: Uint8Array;
  uint8: Uint8Array;
  uint32: Uint32Array;
}

/** Any typed array that holds tensor values. */
export type TypedArray = TypedArrayOf[DType];

interface DTypeInfo<D extends DType> {
  /** TensorProto.DataType, onnx.proto3. */
  readonly code: number;
  readonly bytes: number;
  readonly create: (length: number) => TypedArrayOf[D];
}

const info: { readonly [D in DType]: DTypeInfo<D> } = {
  float32: { code: 1, bytes: 4, create: length => new Float32Array(length) },
  float64: { code: 11, bytes: 8, create: length => new Float64Array(length) },
  int32: { code: 6, bytes: 4, create: length => new Int32Array(length) },
  int64: { code: 7, bytes: 8, create: length => new BigInt64Array(length) },
  uint32: { code: 12, bytes: 4, create: length => new Uint32Array(length) },
  uint8: { code: 2, bytes: 1, create: length => new Uint8Array(length) },
  bool: { code: 9, bytes: 1, create: length => new Uint8Array(length) },
};

/** The ONNX code of an element type (`TensorProto.DataType`). */
export const onnxCode = (dtype: DType): number => info[dtype].code;

/** Bytes of one element. */
export const elementBytes = (dtype: DType): number => info[dtype].bytes;

/** A zero-filled typed array of `length` elements. */
export function createArray<D extends DType>(dtype: D, length: number): TypedArrayOf[D] {
  return info[dtype].create(length);
}

/** True when the element type is a floating-point one. */
export const isFloat = (dtype: DType): dtype is FloatDType => dtype === 'float32' || dtype === 'float64';

/** The element type a typed array holds, or undefined when it holds none of ours. */
export function dtypeOfArray(array: unknown): DType | undefined {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Int32Array) return 'int32';
  if (array instanceof BigInt64Array) return 'int64';
  if (array instanceof Uint32Array) return 'uint32';
  if (array instanceof Uint8Array) return 'bool';
  return undefined;
}

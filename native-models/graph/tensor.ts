import { GraphError } from './errors.ts';

/** The storage of each element type; bool as 0 and 1, float16 as its 16 bits. */
export interface StorageOf {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type DataType = keyof StorageOf;

/** A constant: row-major values of known shape. The data must not be changed. */
export type Tensor = {
  [T in DataType]: {
    readonly type: T;
    readonly shape: readonly number[];
    readonly data: StorageOf[T];
  };
}[DataType];

export type TensorOf<T extends DataType> = Extract<Tensor, { type: T }>;

export const bytesPerElement: Readonly<Record<DataType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  int64: 8,
  int32: 4,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** The numbers by which ONNX names element types (`TensorProto.DataType`). */
export const dataTypeCodes: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

/** The element type of an ONNX number, undefined for those that are not supported. */
export function dataTypeOf(code: number): DataType | undefined {
  const entries = Object.entries(dataTypeCodes) as [DataType, number][];
  return entries.find(([, known]) => known === code)?.[0];
}

/** Throws `invalid_tensor` where the number of values does not fit the shape. */
export function tensor<T extends DataType>(
  type: T,
  shape: readonly number[],
  data: StorageOf[T],
): TensorOf<T> {
  const expected = shape.reduce((count, extent) => count * extent, 1);
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    throw new GraphError('invalid_tensor', `[${shape.join(', ')}] is no tensor shape.`);
  if (data.length !== expected)
    throw new GraphError(
      'invalid_tensor',
      `A tensor of shape [${shape.join(', ')}] has ${expected} values, but ${data.length} came.`,
    );
  return { type, shape, data } as TensorOf<T>;
}

export function float32(shape: readonly number[], values: ArrayLike<number>): TensorOf<'float32'> {
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return tensor('float32', shape, data);
}

/** float32[] */
export function scalar(value: number): TensorOf<'float32'> {
  return float32([], [value]);
}

/** int64[n], as operators take axes, sizes and indices. */
export function int64Vector(values: readonly number[]): TensorOf<'int64'> {
  return tensor('int64', [values.length], BigInt64Array.from(values, BigInt));
}

/** Values as numbers, for the small integer tensors that carry shapes, axes and indices. */
export function toNumbers(constant: Tensor): number[] {
  return Array.from<number | bigint, number>(constant.data, Number);
}

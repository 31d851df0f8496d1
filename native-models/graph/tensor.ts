import { GraphError } from './errors.ts';

/** The storage of each element type; bool as 0 and 1, float16 as its 16 bits. */
interface StorageOf {
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

/** Half precision, IEEE 754 binary16, as ONNX files store it: 16 bits per value. */

const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

/** The nearest half-precision values, ties to even; what is too large becomes infinite. */
export function toHalves(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, halfBits);
}

/** Exact. */
export function fromHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, halfValue);
}

function halfBits(value: number): number {
  scratch[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From here on rounding would reach 65,520, beyond the largest finite half.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24);
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return low + Number(rest > 0.5 || (rest === 0.5 && low % 2 === 1));
}

function halfValue(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

import {
  bytesPerElement,
  dataTypeOf,
  tensor,
  type DataType,
  type Tensor,
} from '../graph/tensor.ts';
import { OnnxError } from './errors.ts';
import type { TensorMessage } from './schema.ts';

/** `TensorProto.DataLocation.EXTERNAL`. */
const EXTERNAL = 1;

/** A constant of a file. Throws an OnnxError that names it where type, size or place are wrong. */
export function readTensor(message: TensorMessage): Tensor {
  const name = message.name ?? 'A tensor';
  refuseExternal(name, message);
  const type = readDataType(name, message.dataType);
  const shape = (message.dims ?? []).map(Number);
  const count = elementCount(name, shape);
  const { rawData } = message;
  const data =
    rawData !== undefined && rawData.length > 0
      ? fromBytes(name, type, count, rawData)
      : fromNumbers(name, type, count, message);
  return tensor(type, shape, data);
}

/** Throws `unsupported_type` for element types that graphs do not have. */
export function readDataType(name: string, code = 0): DataType {
  const type = dataTypeOf(code);
  if (type === undefined)
    throw new OnnxError('unsupported_type', `${name} has the unsupported ONNX type ${code}.`);
  return type;
}

function refuseExternal(name: string, { dataLocation, externalData = [] }: TensorMessage): void {
  if (dataLocation !== EXTERNAL) return;
  const file = externalData.find(({ key }) => key === 'location')?.value ?? 'another file';
  throw new OnnxError(
    'external_data',
    `The values of ${name} lie in ${file}. Save the model as one file.`,
  );
}

function elementCount(name: string, shape: readonly number[]): number {
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (!Number.isSafeInteger(count) || shape.some((extent) => extent < 0))
    throw new OnnxError('invalid_model', `${name} has the impossible shape [${shape.join(', ')}].`);
  return count;
}

function fromBytes(name: string, type: DataType, count: number, bytes: Uint8Array): Tensor['data'] {
  expectCount(name, count, bytes.length / bytesPerElement[type]);
  // A copy: the file's bytes are neither aligned nor ours to keep.
  const { buffer } = new Uint8Array(bytes);
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'float16':
      return new Uint16Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer);
  }
}

function fromNumbers(
  name: string,
  type: DataType,
  count: number,
  message: TensorMessage,
): Tensor['data'] {
  const { floatData = [], doubleData = [], int32Data = [], int64Data = [] } = message;
  const checked = <T>(values: readonly T[]): readonly T[] => {
    expectCount(name, count, values.length);
    return values;
  };
  switch (type) {
    case 'float32':
      return Float32Array.from(checked(floatData));
    case 'float64':
      return Float64Array.from(checked(doubleData));
    case 'float16':
      return Uint16Array.from(checked(int32Data));
    case 'int64':
      return BigInt64Array.from(checked(int64Data), BigInt);
    case 'int32':
      return Int32Array.from(checked(int32Data));
    case 'int8':
      return Int8Array.from(checked(int32Data));
    case 'uint8':
    case 'bool':
      return Uint8Array.from(checked(int32Data));
  }
}

function expectCount(name: string, expected: number, came: number): void {
  if (came !== expected)
    throw new OnnxError(
      'invalid_model',
      `${name} should have ${expected} values, but has ${came}.`,
    );
}

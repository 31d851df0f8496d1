import { Tensor as RuntimeTensor } from 'onnxruntime-node';
import { LikenessError } from '../../app/contract/errors.ts';
import { bytesPerElement, type DataType, type Tensor } from '../graph/tensor.ts';

/** Tensors by the name of a graph's input or output. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** The same memory as ONNX Runtime's kind of tensor. */
export function toRuntime({ type, data, shape }: Tensor): RuntimeTensor {
  return new RuntimeTensor(type, data, shape);
}

/** The same memory as our kind of tensor; refuses element types that graphs here do not have. */
export function fromRuntime(name: string, value: RuntimeTensor): Tensor {
  const { type, dims: shape } = value;
  if (!isDataType(type))
    throw new LikenessError(
      'model_incompatible',
      `The output "${name}" of the model has elements of type ${type}, which Likeness cannot use.`,
      { details: { output: name, type } },
    );
  const data = type === 'float16' ? asBits(value.data as ArrayBufferView) : value.data;
  return { type, shape, data } as Tensor;
}

const isDataType = (type: string): type is DataType => type in bytesPerElement;

/** Where JavaScript knows half-precision arrays, the runtime returns one. */
const asBits = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint16Array(buffer, byteOffset, byteLength / 2);

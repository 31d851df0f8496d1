import { Tensor as RuntimeTensor } from 'onnxruntime-node';
import { LikenessError } from '../../contract/errors.ts';
import { bytesPerElement, type DataType, type Tensor } from '../graph/tensor.ts';

/** Tensors by the name of a graph's input or output. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** The same memory as ONNX Runtime's kind of tensor. */
export function toRuntime(name: string, { type, data, shape }: Tensor): RuntimeTensor {
  if (!isTransferable(type)) throw notTransferable('input', name, type);
  return new RuntimeTensor(type, data, shape);
}

/** The same memory as our kind of tensor; refuses element types that graphs here do not have. */
export function fromRuntime(name: string, value: RuntimeTensor): Tensor {
  const { type, dims: shape } = value;
  if (!isTransferable(type)) throw notTransferable('output', name, type);
  return { type, shape, data: value.data } as Tensor;
}

/** The Node binding of ONNX Runtime 1.30 loses the data of Node's half-precision arrays. */
const isTransferable = (type: string): type is DataType =>
  type in bytesPerElement && type !== 'float16';

function notTransferable(direction: 'input' | 'output', name: string, type: string) {
  return new LikenessError(
    'model_incompatible',
    `The ${direction} "${name}" of the model has elements of type ${type}, which cannot be passed. ` +
      'Convert the model to one with float32 inputs and outputs.',
    { details: { [direction]: name, type } },
  );
}

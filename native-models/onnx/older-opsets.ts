import { int, type Attribute, type Attributes } from '../graph/attribute.ts';
import type { TensorType } from '../graph/graph.ts';
import { int64Vector, scalar, type Tensor } from '../graph/tensor.ts';
import { OnnxError } from './errors.ts';

/** Where attributes of older operator sets have become inputs: operator → attribute → input. */
const BECAME_INPUTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Clip: { min: 1, max: 2 },
  Pad: { pads: 1, value: 2 },
  Slice: { starts: 1, ends: 2, axes: 3 },
  Split: { split: 1 },
  Squeeze: { axes: 1 },
  Unsqueeze: { axes: 1 },
  ReduceL2: { axes: 1 },
  ReduceMax: { axes: 1 },
  ReduceMean: { axes: 1 },
  ReduceMin: { axes: 1 },
  ReduceSum: { axes: 1 },
  ReduceSumSquare: { axes: 1 },
};

/** Attributes that change nothing in inference and that the current operators no longer have. */
const DROPPED: Readonly<Record<string, readonly string[]>> = {
  BatchNormalization: ['spatial', 'is_test', 'consumed_inputs'],
  Dropout: ['is_test'],
};

/** What only bicubic interpolation, and only cutting a region out, look at; exporters write it always. */
const ONLY_CUBIC = ['cubic_coeff_a', 'exclude_outside'];
const ONLY_CROP = ['extrapolation_value'];

function withoutIdle(op: string, attributes: Attributes): Attributes {
  if (op !== 'Resize') return attributes;
  const isString = (name: string, value: string) => {
    const attribute = attributes[name];
    return attribute?.kind === 'string' && attribute.value === value;
  };
  const idle = [
    ...(isString('mode', 'cubic') ? [] : ONLY_CUBIC),
    ...(isString('coordinate_transformation_mode', 'tf_crop_and_resize') ? [] : ONLY_CROP),
  ];
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !idle.includes(name)));
}

export interface Modernized {
  readonly attributes: Attributes;
  /** Constants to be added as inputs at the given places. */
  readonly constants: ReadonlyMap<number, Tensor>;
}

/** The node's parameters in the form of the current operator set. */
export function modernize(op: string, given: Attributes): Modernized {
  const attributes = withoutIdle(op, given);
  const moves = BECAME_INPUTS[op] ?? {};
  const dropped = DROPPED[op] ?? [];
  const constants = new Map<number, Tensor>();
  const kept = Object.entries(attributes).filter(([name, attribute]) => {
    const input = moves[name];
    if (input !== undefined) constants.set(input, toTensor(op, name, attribute));
    return input === undefined && !dropped.includes(name);
  });
  return { attributes: Object.fromEntries(kept), constants };
}

/** Once a split without sizes had as many equal parts as the node had outputs. */
export function countParts(
  op: string,
  attributes: Attributes,
  inputs: number,
  outputs: number,
): Attributes {
  const counted = op !== 'Split' || inputs > 1 || attributes.num_outputs !== undefined;
  return counted ? attributes : { ...attributes, num_outputs: int(outputs) };
}

/** Softmax over the last axis means the same in every operator set; over others it does not. */
export function checkSoftmax(version: number, attributes: Attributes, x: TensorType): Attributes {
  if (version >= 13) return attributes;
  const axis = attributes.axis?.kind === 'int' ? attributes.axis.value : 1;
  if (axis !== -1 && axis !== x.shape.length - 1)
    throw new OnnxError(
      'unsupported_version',
      `Softmax along axis ${axis} means something else before operator set 13.`,
    );
  return { ...attributes, axis: int(-1) };
}

function toTensor(op: string, name: string, attribute: Attribute): Tensor {
  if (attribute.kind === 'ints') return int64Vector(attribute.value);
  if (attribute.kind === 'float') return scalar(attribute.value);
  throw new OnnxError('invalid_model', `${op} has ${name} as ${attribute.kind}.`);
}

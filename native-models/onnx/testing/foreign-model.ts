import {
  attributeTypeCodes,
  ModelProto,
  type AttributeMessage,
  type GraphMessage,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from '../schema.ts';

/** `TensorProto.DataType` */
export const FLOAT = 1;
export const INT64 = 7;

/** A file as another program might have written it. */
export function model(graph: GraphMessage, version = 18): Uint8Array {
  return ModelProto.encode({ irVersion: 8, opsetImport: [{ version }], graph }).finish();
}

export function value(
  name: string,
  dims: readonly (number | string)[],
  elemType = FLOAT,
): ValueInfoMessage {
  const dim = dims.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

export function oneNode(
  node: NodeMessage,
  x: ValueInfoMessage = value('x', [2, 3]),
  initializer: readonly TensorMessage[] = [],
): GraphMessage {
  return {
    node: [{ input: ['x'], output: ['y'], ...node }],
    input: [x],
    output: [value('y', [])],
    initializer,
  };
}

export const ints = (name: string, values: readonly number[]): AttributeMessage => ({
  name,
  type: attributeTypeCodes.ints,
  ints: values,
});
export const int = (name: string, i: number): AttributeMessage => ({
  name,
  type: attributeTypeCodes.int,
  i,
});
export const float = (name: string, f: number): AttributeMessage => ({
  name,
  type: attributeTypeCodes.float,
  f,
});

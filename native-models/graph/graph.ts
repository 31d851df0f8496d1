import type { Tensor, DataType } from './tensor.ts';
import type { Shape } from './shape.ts';

/** The value behind each kind of attribute that ONNX knows. */
export interface AttributeValues {
  int: number;
  float: number;
  string: string;
  ints: readonly number[];
  floats: readonly number[];
  strings: readonly string[];
  tensor: Tensor;
}

export type AttributeKind = keyof AttributeValues;

/** A parameter of a node that is fixed when the graph is built. */
export type Attribute = {
  [K in AttributeKind]: { readonly kind: K; readonly value: AttributeValues[K] };
}[AttributeKind];

export type Attributes = Readonly<Record<string, Attribute>>;

export const int = (value: number): Attribute => ({ kind: 'int', value });
/** Rounded to float32, which is all that a file keeps. */
export const float = (value: number): Attribute => ({ kind: 'float', value: Math.fround(value) });
export const string = (value: string): Attribute => ({ kind: 'string', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });

/** Leaves out what is undefined: operators then take their documented default. */
export function attributes(entries: Readonly<Record<string, Attribute | undefined>>): Attributes {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, Attribute] => entry[1] !== undefined),
  );
}

export interface TensorType {
  readonly type: DataType;
  readonly shape: Shape;
}

/** What flows along an edge. Names are unique within a graph. */
export interface Value extends TensorType {
  readonly name: string;
}

/** One application of an operator. Absent optional inputs are null. */
export interface Node {
  /** ONNX operator type, e.g. `Conv`. */
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** A pure function of tensors. Made by a GraphBuilder, never changed. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** By value name, in order of creation. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Every node comes after those that it depends on. */
  readonly nodes: readonly Node[];
}

/** Number of constants' elements in floating point: what training could change. */
export function parameterCount(graph: Graph): number {
  let count = 0;
  for (const { type, data } of graph.constants.values())
    if (type.startsWith('float')) count += data.length;
  return count;
}

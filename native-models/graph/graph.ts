import type { Attributes } from './attribute.ts';
import type { Shape } from './shape.ts';
import type { DataType, Tensor } from './tensor.ts';

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

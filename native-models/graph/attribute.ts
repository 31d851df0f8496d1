import type { Tensor } from './tensor.ts';

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

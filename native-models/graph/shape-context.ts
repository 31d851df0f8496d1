import type { AttributeKind, Attributes, AttributeValues } from './attribute.ts';
import { GraphError, type GraphErrorCode } from './errors.ts';
import type { Value } from './graph.ts';
import type { Tensor } from './tensor.ts';

/** What a shape rule sees of one application of its operator. */
export class ShapeContext {
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly #constants: ReadonlyMap<string, Tensor>;

  constructor(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    constants: ReadonlyMap<string, Tensor>,
  ) {
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
    this.#constants = constants;
  }

  /** An input that must be there. */
  input(index: number): Value {
    return this.inputs[index] ?? this.refuse('wrong_inputs', `needs its input ${index}`);
  }

  has(index: number): boolean {
    return (this.inputs[index] ?? null) !== null;
  }

  /** The value of an input that must be known while building (shapes, axes, indices). */
  constant(index: number): Tensor {
    const { name } = this.input(index);
    return (
      this.#constants.get(name) ??
      this.refuse('wrong_inputs', `needs a constant as input ${index}, but ${name} is computed`)
    );
  }

  int(name: string): number | undefined;
  int(name: string, fallback: number): number;
  int(name: string, fallback?: number): number | undefined {
    return this.#attribute(name, 'int') ?? fallback;
  }

  float(name: string, fallback: number): number {
    return this.#attribute(name, 'float') ?? fallback;
  }

  ints(name: string): readonly number[] | undefined;
  ints(name: string, fallback: readonly number[]): readonly number[];
  ints(name: string, fallback?: readonly number[]): readonly number[] | undefined {
    return this.#attribute(name, 'ints') ?? fallback;
  }

  string(name: string, fallback: string): string {
    return this.#attribute(name, 'string') ?? fallback;
  }

  tensor(name: string): Tensor | undefined {
    return this.#attribute(name, 'tensor');
  }

  /** Stops the build with a sentence that starts with the operator's name. */
  refuse(code: GraphErrorCode, problem: string): never {
    throw new GraphError(code, `${this.op} ${problem}.`);
  }

  #attribute<K extends AttributeKind>(name: string, kind: K): AttributeValues[K] | undefined {
    const attribute = this.attributes[name];
    if (attribute === undefined) return undefined;
    if (attribute.kind !== kind)
      this.refuse('wrong_attribute', `takes ${name} as ${kind}, but got ${attribute.kind}`);
    return attribute.value as AttributeValues[K];
  }
}

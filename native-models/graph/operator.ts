import type {
  AttributeKind,
  Attributes,
  AttributeValues,
  Value,
  Node,
  TensorType,
} from './graph.ts';
import { GraphError, type GraphErrorCode } from './errors.ts';
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

/** What operators are applied to: the part of a GraphBuilder that their helpers and rules use. */
export interface Builder {
  /** Adds a constant; its name is made up where none is given. */
  constant(tensor: Tensor, name?: string): Value;
  /** The tensor behind a constant value, null for computed values and inputs. */
  constantOf(value: Value): Tensor | null;
  /** Applies an operator that has one output. */
  apply(
    op: string,
    inputs: readonly (Value | null)[],
    attributes?: Attributes,
    outputName?: string,
  ): Value;
  /** Applies an operator and returns its outputs; optional ones where a name or the count asks. */
  applyAll(
    op: string,
    inputs: readonly (Value | null)[],
    attributes?: Attributes,
    outputNames?: readonly string[],
    outputCount?: number,
  ): readonly Value[];
}

/** Element types and shapes of the outputs; refuses inputs that do not fit. */
type ShapeRule = (context: ShapeContext) => readonly TensorType[];

/** What a gradient rule works with: one node, and what is known about the loss behind it. */
export interface GradientContext {
  /** Where the nodes of the gradient go. */
  readonly builder: Builder;
  readonly node: Node;
  /** ∂loss/∂output per output of the node; null where the loss does not depend on it. */
  readonly outputGradients: readonly (Value | null)[];
  /** Whether ∂loss/∂input is asked for; a rule may leave out what is not. */
  readonly needs: (input: number) => boolean;
}

/**
 * ∂loss/∂input for every input, null for those that are not needed or carry no gradient (indices,
 * shapes). Where an input was broadcast, the gradient keeps the output's shape: the walk sums it
 * back.
 */
export type GradientRule = (context: GradientContext) => readonly (Value | null)[];

/** All that is known about an operator, in one place. */
export interface OperatorDefinition {
  /** ONNX operator type. */
  readonly op: string;
  /** How many inputs it takes at least and at most. */
  readonly arity: readonly [least: number, most: number];
  /** How many outputs it gives without and with the optional ones; absent: what the shape rule says. */
  readonly outputs?: readonly [least: number, most: number];
  /** The attributes that it understands; any other is refused. */
  readonly attributes: Readonly<Record<string, AttributeKind>>;
  readonly shape: ShapeRule;
  /** Absent: nobody has written the rule. `not-differentiable`: there is none to write. */
  readonly gradient?: GradientRule | 'not-differentiable';
  /** Floating-point operations of one application; absent: none worth counting. */
  readonly flops?: (node: ConcreteNode) => number;
}

/** A node all of whose dimensions are numbers. */
export interface ConcreteNode {
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly attributes: Attributes;
}

/** Looks operators up by ONNX type. */
export class OperatorRegistry {
  readonly #definitions: ReadonlyMap<string, OperatorDefinition>;

  /** Throws `duplicate_operator` where two definitions claim one name. */
  constructor(definitions: readonly OperatorDefinition[]) {
    const byName = new Map<string, OperatorDefinition>();
    for (const definition of definitions) {
      if (byName.has(definition.op))
        throw new GraphError('duplicate_operator', `${definition.op} is registered twice.`);
      byName.set(definition.op, definition);
    }
    this.#definitions = byName;
  }

  /** Throws `unknown_operator`. */
  get(op: string): OperatorDefinition {
    const definition = this.#definitions.get(op);
    if (definition === undefined)
      throw new GraphError('unknown_operator', `The operator ${op} is not known.`);
    return definition;
  }

  names(): readonly string[] {
    return [...this.#definitions.keys()];
  }

  /** All of these and some more. Throws as the constructor. */
  with(...definitions: readonly OperatorDefinition[]): OperatorRegistry {
    return new OperatorRegistry([...this.#definitions.values(), ...definitions]);
  }
}

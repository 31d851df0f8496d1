import type { Attributes } from './attribute.ts';
import { GraphError } from './errors.ts';
import type { Graph, Node, Value } from './graph.ts';
import type { Builder, OperatorDefinition, OperatorRegistry } from './operator.ts';
import { finishGraph } from './finish.ts';
import { ShapeContext } from './shape-context.ts';
import type { Shape } from './shape.ts';
import type { DataType, Tensor } from './tensor.ts';

/**
 * Collects nodes, checking shapes as they come, and yields an immutable Graph. What does not fit is
 * refused with a GraphError that names the operator, what it expects and what came.
 */
export class GraphBuilder implements Builder {
  readonly #name: string;
  readonly #operators: OperatorRegistry;
  readonly #inputs: Value[] = [];
  readonly #constants = new Map<string, Tensor>();
  readonly #nodes: Node[] = [];
  readonly #values = new Map<string, Value>();
  readonly #serials = new Map<string, number>();

  constructor(name: string, operators: OperatorRegistry) {
    this.#name = name;
    this.#operators = operators;
  }

  /** Declares an input of the graph. A string dimension is chosen anew at every run. */
  input(name: string, type: DataType, shape: Shape): Value {
    const value = this.#declare(name, type, shape);
    this.#inputs.push(value);
    return value;
  }

  constant(tensor: Tensor, name = this.#freeName('constant')): Value {
    const value = this.#declare(name, tensor.type, tensor.shape);
    this.#constants.set(name, tensor);
    return value;
  }

  constantOf(value: Value): Tensor | null {
    return this.#constants.get(value.name) ?? null;
  }

  apply(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes = {},
    outputName?: string,
  ): Value {
    const names = outputName === undefined ? undefined : [outputName];
    const [output, ...more] = this.applyAll(op, inputs, attributes, names);
    if (output === undefined || more.length > 0)
      throw new GraphError('wrong_inputs', `${op} has ${more.length + 1} outputs, not one.`);
    return output;
  }

  applyAll(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes = {},
    outputNames: readonly string[] = [],
    outputCount = outputNames.length,
  ): readonly Value[] {
    const definition = this.#operators.get(op);
    this.#checkInputs(definition, inputs);
    checkAttributes(definition, attributes);
    const types = definition.shape(new ShapeContext(op, inputs, attributes, this.#constants));
    const count = Math.max(definition.outputs?.[0] ?? types.length, outputCount);
    const outputs = types
      .slice(0, count)
      .map(({ type, shape }, index) =>
        this.#declare(outputNames[index] ?? this.#freeName(op.toLowerCase()), type, shape),
      );
    this.#nodes.push({ op, inputs: [...inputs], outputs, attributes });
    return outputs;
  }

  /** The graph that computes the given values under the given names, without what they do not need. */
  build(outputs: Readonly<Record<string, Value>>): Graph {
    for (const value of Object.values(outputs)) this.#checkOwned(this.#name, value);
    return finishGraph({
      name: this.#name,
      inputs: this.#inputs,
      constants: this.#constants,
      nodes: this.#nodes,
      outputs,
    });
  }

  #declare(name: string, type: DataType, shape: Shape): Value {
    if (name === '') throw new GraphError('invalid_name', 'A value needs a name.');
    if (this.#values.has(name))
      throw new GraphError('duplicate_name', `The name ${name} is taken already.`);
    const value: Value = { name, type, shape };
    this.#values.set(name, value);
    return value;
  }

  #freeName(stem: string): string {
    let name: string;
    do {
      const serial = (this.#serials.get(stem) ?? 0) + 1;
      this.#serials.set(stem, serial);
      name = `${stem}_${serial}`;
    } while (this.#values.has(name));
    return name;
  }

  #checkInputs(definition: OperatorDefinition, inputs: readonly (Value | null)[]): void {
    const [least, most] = definition.arity;
    if (inputs.length < least || inputs.length > most) {
      const expected = least === most ? String(least) : `${least} to ${most}`;
      throw new GraphError(
        'wrong_inputs',
        `${definition.op} takes ${expected} ${expected === '1' ? 'input' : 'inputs'}, but got ${inputs.length}.`,
      );
    }
    for (const value of inputs) if (value !== null) this.#checkOwned(definition.op, value);
  }

  #checkOwned(user: string, value: Value): void {
    if (this.#values.get(value.name) !== value)
      throw new GraphError(
        'foreign_value',
        `${user} uses the value ${value.name}, which is of another graph.`,
      );
  }
}

function checkAttributes(definition: OperatorDefinition, attributes: Attributes): void {
  for (const [name, { kind }] of Object.entries(attributes)) {
    const expected = definition.attributes[name];
    if (expected === kind) continue;
    const known = Object.keys(definition.attributes).join(', ') || 'none';
    const problem =
      expected === undefined
        ? `has no attribute ${name}; it knows: ${known}`
        : `takes ${name} as ${expected}, but got ${kind}`;
    throw new GraphError('wrong_attribute', `${definition.op} ${problem}.`);
  }
}

import { GraphError } from './errors.ts';
import type { Graph, Node, Value, Attributes } from './graph.ts';
import type { Tensor, DataType } from './tensor.ts';
import {
  ShapeContext,
  type Builder,
  type OperatorDefinition,
  type OperatorRegistry,
} from './operator.ts';
import type { Shape } from './shape.ts';

/** What a builder has collected when it is asked for a graph. */
export interface Draft {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
  readonly outputs: Readonly<Record<string, Value>>;
}

/** Drops what no output needs and gives the outputs their names. */
function finishGraph(draft: Draft): Graph {
  const named = new OutputNames(draft);
  const needed = neededNames(draft);
  const nodes = draft.nodes
    .filter((node) => node.outputs.some(({ name }) => needed.has(name)))
    .map((node) => named.rename(node));
  return {
    name: draft.name,
    inputs: [...draft.inputs],
    constants: new Map([...draft.constants].filter(([name]) => needed.has(name))),
    nodes: [...nodes, ...named.copies],
    outputs: named.outputs,
  };
}

function neededNames({ nodes, outputs }: Draft): ReadonlySet<string> {
  const needed = new Set(Object.values(outputs).map(({ name }) => name));
  for (const node of nodes.toReversed())
    if (node.outputs.some(({ name }) => needed.has(name)))
      for (const input of node.inputs) if (input !== null) needed.add(input.name);
  return needed;
}

/** An output that is an input, a constant or another output already becomes a copy of it. */
class OutputNames {
  readonly outputs: readonly Value[];
  readonly copies: readonly Node[];
  readonly #renamed: ReadonlyMap<string, Value>;

  constructor(draft: Draft) {
    const computed = new Set(draft.nodes.flatMap((node) => node.outputs.map(({ name }) => name)));
    const renamed = new Map<string, Value>();
    const copied: [source: Value, copy: Value][] = [];
    this.outputs = Object.entries(draft.outputs).map(([name, source]) => {
      refuseTakenName(draft, name, source);
      if (name === source.name) return source;
      const output = { ...source, name };
      if (computed.has(source.name) && !renamed.has(source.name)) renamed.set(source.name, output);
      else copied.push([source, output]);
      return output;
    });
    this.#renamed = renamed;
    this.copies = copied.map(([source, copy]) => ({
      op: 'Identity',
      inputs: [this.#current(source)],
      outputs: [copy],
      attributes: {},
    }));
  }

  rename(node: Node): Node {
    return {
      ...node,
      inputs: node.inputs.map((value) => (value === null ? null : this.#current(value))),
      outputs: node.outputs.map((value) => this.#current(value)),
    };
  }

  #current(value: Value): Value {
    return this.#renamed.get(value.name) ?? value;
  }
}

function refuseTakenName(draft: Draft, name: string, source: Value): void {
  const taken =
    draft.inputs.some((input) => input.name === name) ||
    draft.constants.has(name) ||
    draft.nodes.some((node) => node.outputs.some((value) => value.name === name));
  if (taken && name !== source.name)
    throw new GraphError('duplicate_name', `The output name ${name} is taken already.`);
}

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

import { GraphError } from './errors.ts';
import type { Graph, Node, Value } from './graph.ts';
import type { Tensor } from './tensor.ts';

/** What a builder has collected when it is asked for a graph. */
export interface Draft {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
  readonly outputs: Readonly<Record<string, Value>>;
}

/** Drops what no output needs and gives the outputs their names. */
export function finishGraph(draft: Draft): Graph {
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

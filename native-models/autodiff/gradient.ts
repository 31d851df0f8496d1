import { int, type Value, type Node, type Graph } from '../graph/graph.ts';
import type { Builder, OperatorRegistry, GradientRule } from '../graph/operator.ts';
import { formatShape, sameShape, type Shape } from '../graph/shape.ts';
import { int64Vector, tensor } from '../graph/tensor.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { inlineGraph, type Inlined } from '../graph/rewrite.ts';

export type GradientErrorCode =
  | 'unknown_value'
  | 'loss_not_scalar'
  | 'not_continuous'
  | 'missing_rule'
  | 'not_differentiable'
  | 'independent_variable'
  | 'wrong_rule';

/** A gradient that cannot be had: the message names the value or the operator that is in the way. */
export class GradientError extends Error {
  override readonly name = 'GradientError';
  readonly code: GradientErrorCode;

  constructor(code: GradientErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Sums a gradient over the axes along which a value of `shape` was repeated. */
function undoBroadcast(builder: Builder, gradient: Value, shape: Shape): Value {
  const added = gradient.shape.length - shape.length;
  const leading = Array.from({ length: Math.max(added, 0) }, (_, axis) => axis);
  const aligned = sum(builder, gradient, leading, false);
  const repeated = [...shape.keys()].filter(
    (axis) => shape[axis] === 1 && aligned.shape[axis] !== 1,
  );
  return sum(builder, aligned, repeated, true);
}

function sum(builder: Builder, x: Value, axes: readonly number[], keepAxes: boolean): Value {
  if (axes.length === 0) return x;
  return builder.apply('ReduceSum', [x, builder.constant(int64Vector(axes))], {
    keepdims: int(keepAxes ? 1 : 0),
  });
}

/** Says why no gradient has arrived at a variable. */
function refuseWithout({ nodes, operators, seeds }: Walk, { name }: Value): never {
  const affected = reachable(nodes, [name]);
  const between = leadingTo(nodes, [...seeds.keys()]).filter((node) =>
    node.inputs.some((input) => input !== null && affected.has(input.name)),
  );
  if (between.length === 0 && !seeds.has(name))
    throw new GradientError('independent_variable', `The loss does not depend on ${name}.`);
  const culprits = between
    .map(({ op }) => op)
    .filter((op) => operators.get(op).gradient === 'not-differentiable');
  throw new GradientError(
    'not_differentiable',
    `The loss depends on ${name} only through what cannot be differentiated: ${[...new Set(culprits)].join(', ')}.`,
  );
}

/** Names of all values that depend on the given ones. */
function reachable(nodes: readonly Node[], names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names);
  for (const { inputs, outputs } of nodes)
    if (inputs.some((input) => input !== null && found.has(input.name)))
      for (const output of outputs) found.add(output.name);
  return found;
}

/** The nodes that the given values depend on. */
function leadingTo(nodes: readonly Node[], names: readonly string[]): readonly Node[] {
  const needed = new Set(names);
  return nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((output) => needed.has(output.name))) return false;
    for (const input of inputs) if (input !== null) needed.add(input.name);
    return true;
  });
}

export interface Walk {
  readonly builder: Builder;
  readonly operators: OperatorRegistry;
  /** In order of computation. */
  readonly nodes: readonly Node[];
  readonly variables: readonly Value[];
  /** ∂loss/∂value by name of value, where the walk starts. */
  readonly seeds: ReadonlyMap<string, Value>;
}

/**
 * ∂loss/∂variable per variable. Visits the nodes between variables and loss once, from the loss
 * back, and asks the registry for each one's rule: which operator it is never matters here.
 */
function reverseWalk(walk: Walk): readonly Value[] {
  const { builder, operators, nodes, variables, seeds } = walk;
  variables.forEach(refuseUnlessContinuous);
  const dependent = dependentNames(nodes, variables);
  const gradients = new Gradients(builder, seeds);
  for (const node of nodes.toReversed()) {
    const outputGradients = node.outputs.map(({ name }) => gradients.get(name));
    const needs = (input: number) => dependent.has(node.inputs[input]?.name ?? '');
    if (outputGradients.every((given) => given === null)) continue;
    if (!node.inputs.some((_, index) => needs(index))) continue;
    const rule = ruleOf(operators, node);
    if (rule !== null)
      gradients.addAll(node, rule({ builder, node, outputGradients, needs }), needs);
  }
  return variables.map((variable) => gradients.get(variable.name) ?? refuseWithout(walk, variable));
}

/** Names of all real values that change with a variable, itself included. */
function dependentNames(nodes: readonly Node[], variables: readonly Value[]): ReadonlySet<string> {
  const dependent = new Set(variables.map(({ name }) => name));
  for (const { inputs, outputs } of nodes)
    if (inputs.some((value) => value !== null && dependent.has(value.name)))
      for (const output of outputs) if (isContinuous(output)) dependent.add(output.name);
  return dependent;
}

/** The sum of all that has arrived at each value so far. */
class Gradients {
  readonly #builder: Builder;
  readonly #sums: Map<string, Value>;

  constructor(builder: Builder, seeds: ReadonlyMap<string, Value>) {
    this.#builder = builder;
    this.#sums = new Map(seeds);
  }

  get(name: string): Value | null {
    return this.#sums.get(name) ?? null;
  }

  addAll(
    node: Node,
    inputGradients: readonly (Value | null)[],
    needs: (input: number) => boolean,
  ): void {
    node.inputs.forEach((input, index) => {
      const gradient = inputGradients[index] ?? null;
      if (input !== null && gradient !== null && needs(index)) this.#add(node, input, gradient);
    });
  }

  #add(node: Node, input: Value, gradient: Value): void {
    const fitted = undoBroadcast(this.#builder, gradient, input.shape);
    refuseUnlessFitting(node, input, fitted);
    const before = this.#sums.get(input.name);
    const sum = before === undefined ? fitted : this.#builder.apply('Add', [before, fitted]);
    this.#sums.set(input.name, sum);
  }
}

/** null: the operator is declared not differentiable. */
function ruleOf(operators: OperatorRegistry, { op, outputs }: Node): GradientRule | null {
  const { gradient } = operators.get(op);
  if (gradient === 'not-differentiable') return null;
  if (gradient !== undefined) return gradient;
  const names = outputs.map(({ name }) => name).join(', ');
  throw new GradientError(
    'missing_rule',
    `The operator ${op}, which computes ${names}, has no gradient rule.`,
  );
}

function refuseUnlessContinuous(variable: Value): void {
  if (isContinuous(variable)) return;
  throw new GradientError(
    'not_continuous',
    `The variable ${variable.name} is ${variable.type}; only real numbers can be differentiated by.`,
  );
}

function refuseUnlessFitting({ op }: Node, input: Value, gradient: Value): void {
  if (gradient.type === input.type && sameShape(gradient.shape, input.shape)) return;
  const text = ({ type, shape }: Value) => `${type}${formatShape(shape)}`;
  throw new GradientError(
    'wrong_rule',
    `The gradient rule of ${op} gives ${text(gradient)} for ${input.name}, which is ${text(input)}.`,
  );
}

const isContinuous = ({ type }: Value) =>
  type === 'float32' || type === 'float64' || type === 'float16';

interface GradientRequest {
  /** Names of inputs, constants or computed values to differentiate by: float32 or float64. */
  readonly variables: readonly string[];
  /** The operators' gradient rules. */
  readonly operators: OperatorRegistry;
  /** Values of the graph that remain outputs; all of its outputs by default. */
  readonly keep?: readonly string[];
}

/** The name of the gradient by `variable` among the outputs. */
export const gradientName = (variable: string): string => `d_${variable}`;

/**
 * The graph that computes, beside the kept outputs, ∂loss/∂variable as `d_<variable>` for every
 * variable, in the variable's shape; ordinary operators, nothing that is not needed. Reverse mode:
 * its cost is a small multiple of the loss's, however many elements the variables have.
 *
 * An operator without a gradient rule on a path from a variable to the loss is refused
 * (`missing_rule`). One that is declared not differentiable has derivative zero wherever it has
 * one, so that path contributes nothing; a variable that reaches the loss through such operators
 * only is refused (`not_differentiable`), and so is one that does not reach it at all
 * (`independent_variable`), because a gradient of zeros is never what was meant. Throws
 * `loss_not_scalar` unless the loss has one element.
 */
export function gradient(
  graph: Graph,
  { loss, ...request }: GradientRequest & { readonly loss: string },
): Graph {
  return differentiate(graph, request, (builder, inlined) => {
    const value = valueNamed(graph, inlined, loss);
    refuseUnlessScalar(value);
    return new Map([[value.name, ones(builder, value)]]);
  });
}

/**
 * The vector-Jacobian product: as `gradient`, for the loss whose gradient by each of `outputs` is
 * given at run time as the input `d_<output>`, of the output's type and shape.
 */
export function vectorJacobianProduct(
  graph: Graph,
  { outputs, ...request }: GradientRequest & { readonly outputs: readonly string[] },
): Graph {
  return differentiate(graph, request, (builder, inlined) => {
    const seeds = outputs.map((name) => {
      const { type, shape } = valueNamed(graph, inlined, name);
      return [name, builder.input(gradientName(name), type, shape)] as const;
    });
    return new Map(seeds);
  });
}

type Seeds = (builder: GraphBuilder, inlined: Inlined) => ReadonlyMap<string, Value>;

function differentiate(graph: Graph, request: GradientRequest, seeds: Seeds): Graph {
  const { variables, operators, keep = graph.outputs.map(({ name }) => name) } = request;
  const builder = new GraphBuilder(`${graph.name}_gradient`, operators);
  const inlined = inlineGraph(builder, graph);
  const gradients = reverseWalk({
    builder,
    operators,
    nodes: inlined.nodes,
    variables: variables.map((name) => valueNamed(graph, inlined, name)),
    seeds: seeds(builder, inlined),
  });
  return builder.build({
    ...Object.fromEntries(keep.map((name) => [name, valueNamed(graph, inlined, name)])),
    ...Object.fromEntries(variables.map((name, index) => [gradientName(name), gradients[index]!])),
  });
}

function valueNamed(graph: Graph, { values }: Inlined, name: string): Value {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw new GradientError('unknown_value', `The graph ${graph.name} has no value named ${name}.`);
}

function refuseUnlessScalar({ name, shape }: Value): void {
  if (shape.every((extent) => extent === 1)) return;
  throw new GradientError(
    'loss_not_scalar',
    `The loss ${name} has the shape ${formatShape(shape)}, but a gradient needs a single number.`,
  );
}

function ones(builder: GraphBuilder, { name, type, shape }: Value): Value {
  const extents = shape.map(() => 1);
  if (type === 'float64') return builder.constant(tensor(type, extents, Float64Array.of(1)));
  if (type === 'float32') return builder.constant(tensor(type, extents, Float32Array.of(1)));
  throw new GradientError('not_continuous', `The loss ${name} is ${type}, not a real number.`);
}

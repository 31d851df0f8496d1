import type { Node, Value } from '../graph/graph.ts';
import type { Builder, GradientRule, OperatorRegistry } from '../graph/operator.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import { undoBroadcast } from './broadcasting.ts';
import { GradientError } from './errors.ts';
import { refuseWithout } from './refusal.ts';
import type { Walk } from './walk.ts';

/**
 * ∂loss/∂variable per variable. Visits the nodes between variables and loss once, from the loss
 * back, and asks the registry for each one's rule: which operator it is never matters here.
 */
export function reverseWalk(walk: Walk): readonly Value[] {
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

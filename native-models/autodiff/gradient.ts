import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { inlineGraph, type Inlined } from '../graph/inline.ts';
import type { OperatorRegistry } from '../graph/operator.ts';
import { formatShape } from '../graph/shape.ts';
import { tensor } from '../graph/tensor.ts';
import { GradientError } from './errors.ts';
import { reverseWalk } from './reverse-walk.ts';

export interface GradientRequest {
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

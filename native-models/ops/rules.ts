import type { Value } from '../graph/graph.ts';
import { GraphError } from '../graph/errors.ts';
import type { Builder, GradientContext, GradientRule } from '../graph/operator.ts';
import { ShapeContext } from '../graph/shape-context.ts';
import { scalar, tensor, type Tensor } from '../graph/tensor.ts';

/** ∂loss/∂output of a node with one output. */
export function outputGradient({ node, outputGradients }: GradientContext): Value {
  const [gradient] = outputGradients;
  if (gradient != null) return gradient;
  throw new GraphError('wrong_inputs', `${node.op} needs the gradient of its first output.`);
}

/** The attributes and constant inputs of the node, as its shape rule sees them. */
export function nodeContext({ builder, node }: GradientContext): ShapeContext {
  const constants = new Map<string, Tensor>();
  for (const input of node.inputs) {
    const constant = input === null ? null : builder.constantOf(input);
    if (input !== null && constant !== null) constants.set(input.name, constant);
  }
  return new ShapeContext(node.op, node.inputs, node.attributes, constants);
}

/** The scalar `number` in the element type of a value. */
export function constantLike(builder: Builder, { type }: Value, number: number): Value {
  if (type === 'float32') return builder.constant(scalar(number));
  if (type === 'float64') return builder.constant(tensor('float64', [], Float64Array.of(number)));
  throw new GraphError('wrong_type', `A gradient of ${type} elements is not supported.`);
}

export interface UnaryParts {
  readonly x: Value;
  readonly y: Value;
  /** ∂loss/∂y */
  readonly gradient: Value;
  /** Attributes and constant inputs. */
  readonly context: ShapeContext;
}

/** The rule of an operator whose first input and first output are all that matter. */
export function unaryRule(rule: (builder: Builder, parts: UnaryParts) => Value): GradientRule {
  return (context) => {
    const { builder, node } = context;
    const shapeContext = nodeContext(context);
    const x = shapeContext.input(0);
    const y = node.outputs[0]!;
    const gradient = outputGradient(context);
    return [rule(builder, { x, y, gradient, context: shapeContext })];
  };
}

export interface BinaryParts {
  readonly a: Value;
  readonly b: Value;
  readonly y: Value;
  /** ∂loss/∂y */
  readonly gradient: Value;
}

type BinaryRule = (builder: Builder, parts: BinaryParts) => Value;

/** The rule of an operator of two inputs: one partial derivative each, computed where needed. */
export function binaryRule(byFirst: BinaryRule, bySecond: BinaryRule): GradientRule {
  return (context) => {
    const { builder, node, needs } = context;
    const shapeContext = nodeContext(context);
    const parts = {
      a: shapeContext.input(0),
      b: shapeContext.input(1),
      y: node.outputs[0]!,
      gradient: outputGradient(context),
    };
    return [needs(0) ? byFirst(builder, parts) : null, needs(1) ? bySecond(builder, parts) : null];
  };
}

import type { TensorType, Value } from '../graph/graph.ts';
import {
  ShapeContext,
  type GradientRule,
  type OperatorDefinition,
  type Builder,
  type GradientContext,
} from '../graph/operator.ts';
import { concreteShape } from '../graph/rewrite.ts';
import { toNumbers, scalar, tensor, type DataType, type Tensor } from '../graph/tensor.ts';
import { broadcast, formatShape, sameShape, type Shape } from '../graph/shape.ts';
import { GraphError } from '../graph/errors.ts';

export function product(factors: readonly number[]): number {
  return factors.reduce((result, factor) => result * factor, 1);
}

/** An axis counted from the front, where −1 is the last of `rank`. */
export function normalizeAxis(context: ShapeContext, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    context.refuse('shape_mismatch', `has axis ${axis}, but its input has ${rank} axes`);
  return axis < 0 ? axis + rank : axis;
}

/** Distinct axes in ascending order. */
export function normalizeAxes(
  context: ShapeContext,
  axes: readonly number[],
  rank: number,
): readonly number[] {
  const normalized = axes.map((axis) => normalizeAxis(context, axis, rank));
  if (new Set(normalized).size !== axes.length)
    context.refuse('shape_mismatch', `names an axis twice: ${axes.join(', ')}`);
  return normalized.sort((a, b) => a - b);
}

/** A constant input as numbers, undefined where the input is absent. */
export function optionalNumbers(context: ShapeContext, input: number): number[] | undefined {
  return context.has(input) ? toNumbers(context.constant(input)) : undefined;
}

/** The type and shape of the input, whose attribute `axis` (−1 by default) must exist. */
export function alongAxis(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  normalizeAxis(context, context.int('axis', -1), shape.length);
  return [{ type, shape }];
}

/** How many elements lie along the given axes, whose extents must be known. */
export function countAlong(x: Value, axes: readonly number[]): number {
  const extents = axes.map((axis) => x.shape[axis]!);
  return product(concreteShape({ ...x, shape: extents }));
}

/** The output has the type and shape of the first input. */
export function sameAsInput(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  return [{ type, shape }];
}

/** All inputs have one type and broadcast (NumPy's rule); so does the output. */
export function broadcastInputs(context: ShapeContext): readonly TensorType[] {
  return [{ type: commonType(context), shape: commonShape(context) }];
}

/** As `broadcastInputs`, but the output is bool. */
function compareInputs(context: ShapeContext): readonly TensorType[] {
  commonType(context);
  return [{ type: 'bool', shape: commonShape(context) }];
}

/** Both inputs are bool and broadcast. */
export function combineBooleans(context: ShapeContext): readonly TensorType[] {
  expectType(context, 0, ['bool']);
  return broadcastInputs(context);
}

/** The shape that inputs from `first` on broadcast to. */
export function commonShape(context: ShapeContext, first = 0): Shape {
  return presentInputs(context, first)
    .map(({ shape }) => shape)
    .reduce((left, right) => {
      const shape = broadcast(left, right);
      if (shape !== null) return shape;
      const pair = `${formatShape(left)} and ${formatShape(right)}`;
      return context.refuse('shape_mismatch', `cannot broadcast ${pair}`);
    });
}

/** The one type of the inputs from `first` on. */
export function commonType(context: ShapeContext, first = 0): DataType {
  const [type, ...others] = presentInputs(context, first).map((value) => value.type);
  const odd = others.find((other) => other !== type);
  if (type !== undefined && odd === undefined) return type;
  return context.refuse('wrong_type', `needs inputs of one type, but got ${type} and ${odd}`);
}

/** Refuses an input whose type is not among the expected. */
export function expectType(
  context: ShapeContext,
  index: number,
  expected: readonly DataType[],
): void {
  const { name, type } = context.input(index);
  if (!expected.includes(type))
    context.refuse('wrong_type', `needs ${expected.join(' or ')}, but ${name} is ${type}`);
}

/** Refuses an input that has not the expected number of axes. */
export function expectRank(
  context: ShapeContext,
  index: number,
  least: number,
  most = least,
): void {
  const { name, shape } = context.input(index);
  if (shape.length >= least && shape.length <= most) return;
  const expected = least === most ? `${least} axes` : `at least ${least} axes`;
  context.refuse('shape_mismatch', `needs ${expected}, but ${name} is ${formatShape(shape)}`);
}

/** A function of one tensor, element by element, without attributes. */
export function unaryOperator(
  op: string,
  gradient: GradientRule | 'not-differentiable',
): OperatorDefinition {
  return { op, arity: [1, 1], attributes: {}, shape: sameAsInput, gradient };
}

/** A function of two tensors of one type with broadcasting. */
export function binaryOperator(op: string, gradient: GradientRule): OperatorDefinition {
  return { op, arity: [2, 2], attributes: {}, shape: broadcastInputs, gradient };
}

/** A relation of two tensors of one type with broadcasting. */
export function comparisonOperator(op: string): OperatorDefinition {
  return {
    op,
    arity: [2, 2],
    attributes: {},
    shape: compareInputs,
    gradient: 'not-differentiable',
  };
}

function presentInputs(context: ShapeContext, first: number): readonly Value[] {
  return context.inputs.slice(first).filter((value) => value !== null);
}

/** Refuses an input that is not one value per channel (axis 1) of input 0. */
export function expectPerChannel(context: ShapeContext, input: number): void {
  const channels = context.input(0).shape[1]!;
  const { name, shape } = context.input(input);
  if (!sameShape(shape, [channels]))
    context.refuse(
      'shape_mismatch',
      `needs ${name} per channel, [${channels}], but got ${formatShape(shape)}`,
    );
}

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

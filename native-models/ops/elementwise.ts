import type { TensorType, Value } from '../graph/graph.ts';
import type { GradientRule, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { broadcast, formatShape, type Shape } from '../graph/shape.ts';
import type { DataType } from '../graph/tensor.ts';

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
export function compareInputs(context: ShapeContext): readonly TensorType[] {
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

import { int, type Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition, GradientContext } from '../graph/operator.ts';
import { dataTypeCodes, dataTypeOf, scalar, type DataType } from '../graph/tensor.ts';
import {
  unaryRule,
  unaryOperator,
  binaryOperator,
  binaryRule,
  constantLike,
  outputGradient,
  broadcastInputs,
  commonType,
  sameAsInput,
  type BinaryParts,
} from './rules.ts';
import { greater, where, equal, less } from './comparisons.ts';

const castOperator: OperatorDefinition = {
  op: 'Cast',
  arity: [1, 1],
  attributes: { to: 'int' },
  shape: (context) => {
    const code = context.int('to', 0);
    const type =
      dataTypeOf(code) ??
      context.refuse('wrong_type', `cannot make elements of the ONNX type ${code}`);
    return [{ type, shape: context.input(0).shape }];
  },
  gradient: unaryRule((b, { x, gradient }) => cast(b, gradient, x.type)),
};

/** The same values as another element type. */
export function cast(builder: Builder, x: Value, to: DataType): Value {
  return builder.apply('Cast', [x], { to: int(dataTypeCodes[to]) });
}

const identityOperator: OperatorDefinition = unaryOperator(
  'Identity',
  unaryRule((_, { gradient }) => gradient),
);

/** A copy. */
export function identity(builder: Builder, x: Value): Value {
  return builder.apply('Identity', [x]);
}

const multiplyOperator: OperatorDefinition = binaryOperator(
  'Mul',
  binaryRule(
    (b, parts) => multiply(b, parts.gradient, parts.b),
    (b, parts) => multiply(b, parts.gradient, parts.a),
  ),
);

/** a · b with broadcasting. */
export function multiply(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Mul', [a, b]);
}

const negateOperator: OperatorDefinition = unaryOperator(
  'Neg',
  unaryRule((b, { gradient }) => negate(b, gradient)),
);

/** −x. */
export function negate(builder: Builder, x: Value): Value {
  return builder.apply('Neg', [x]);
}

const addOperator: OperatorDefinition = binaryOperator(
  'Add',
  binaryRule(
    (_, { gradient }) => gradient,
    (_, { gradient }) => gradient,
  ),
);

/** a + b with broadcasting. */
export function add(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Add', [a, b]);
}

const subtractOperator: OperatorDefinition = binaryOperator(
  'Sub',
  binaryRule(
    (_, { gradient }) => gradient,
    (b, { gradient }) => negate(b, gradient),
  ),
);

/** a − b with broadcasting. */
export function subtract(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Sub', [a, b]);
}

const divideOperator: OperatorDefinition = binaryOperator(
  'Div',
  binaryRule(
    (b, parts) => divide(b, parts.gradient, parts.b),
    (b, parts) => negate(b, divide(b, multiply(b, parts.gradient, parts.y), parts.b)),
  ),
);

/** a / b with broadcasting; of integers, rounded toward zero. */
export function divide(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Div', [a, b]);
}

const expOperator: OperatorDefinition = unaryOperator(
  'Exp',
  unaryRule((b, { y, gradient }) => multiply(b, gradient, y)),
);

/** e to the power x. */
export function exp(builder: Builder, x: Value): Value {
  return builder.apply('Exp', [x]);
}

const logOperator: OperatorDefinition = unaryOperator(
  'Log',
  unaryRule((b, { x, gradient }) => divide(b, gradient, x)),
);

/** Natural logarithm. */
export function log(builder: Builder, x: Value): Value {
  return builder.apply('Log', [x]);
}

const sqrtOperator: OperatorDefinition = unaryOperator(
  'Sqrt',
  unaryRule((b, { y, gradient }) => divide(b, multiply(b, gradient, constantLike(b, y, 0.5)), y)),
);

/** Square root. */
export function sqrt(builder: Builder, x: Value): Value {
  return builder.apply('Sqrt', [x]);
}

const powerOperator: OperatorDefinition = binaryOperator('Pow', binaryRule(byBase, byExponent));

/** a to the power b with broadcasting. */
export function power(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Pow', [a, b]);
}

/** b · a^(b−1) */
function byBase(builder: Builder, { a, b, gradient }: BinaryParts): Value {
  const exponent = subtract(builder, b, constantLike(builder, b, 1));
  return multiply(builder, gradient, multiply(builder, b, power(builder, a, exponent)));
}

/** a^b · ln a, and 0 where a has no logarithm */
function byExponent(builder: Builder, { a, y, gradient }: BinaryParts): Value {
  const zero = constantLike(builder, a, 0);
  const rate = where(builder, greater(builder, a, zero), log(builder, a), zero);
  return multiply(builder, gradient, multiply(builder, y, rate));
}

const reciprocalOperator: OperatorDefinition = unaryOperator(
  'Reciprocal',
  unaryRule((b, { y, gradient }) => negate(b, multiply(b, gradient, multiply(b, y, y)))),
);

const signOperator: OperatorDefinition = unaryOperator(
  'Sign',
  // Its derivative is zero wherever it has one.
  'not-differentiable',
);

/** −1, 0 or 1. */
export function sign(builder: Builder, x: Value): Value {
  return builder.apply('Sign', [x]);
}

const absOperator: OperatorDefinition = unaryOperator(
  'Abs',
  unaryRule((b, { x, gradient }) => multiply(b, gradient, sign(b, x))),
);

/** Absolute value. */
export function abs(builder: Builder, x: Value): Value {
  return builder.apply('Abs', [x]);
}

const floorOperator: OperatorDefinition = unaryOperator(
  'Floor',
  // Its derivative is zero wherever it has one.
  'not-differentiable',
);

/** The next integer below. */
export function floor(builder: Builder, x: Value): Value {
  return builder.apply('Floor', [x]);
}

const ceilOperator: OperatorDefinition = unaryOperator(
  'Ceil',
  // Its derivative is zero wherever it has one.
  'not-differentiable',
);

/** The next integer above. */
export function ceil(builder: Builder, x: Value): Value {
  return builder.apply('Ceil', [x]);
}

const erfOperator: OperatorDefinition = unaryOperator(
  'Erf',
  // 2/√π · exp(−x²)
  unaryRule((b, { x, gradient }) => {
    const bell = exp(b, negate(b, multiply(b, x, x)));
    return multiply(b, gradient, multiply(b, constantLike(b, x, 2 / Math.sqrt(Math.PI)), bell));
  }),
);

/** 1 where x is the extremum, else 0. */
export function isExtremum(builder: Builder, x: Value, extremum: Value): Value {
  return cast(builder, equal(builder, x, extremum), extremum.type);
}

/** Of the largest or smallest among the inputs: those that are equal share the gradient. */
function extremumRule(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const [y] = node.outputs;
  const winners = node.inputs.map((x) => isExtremum(builder, x!, y!));
  const count = winners.reduce((sum, winner) => add(builder, sum, winner));
  const share = divide(builder, outputGradient(context), count);
  return winners.map((winner, input) => (needs(input) ? multiply(builder, share, winner) : null));
}

const maximumOperator: OperatorDefinition = {
  op: 'Max',
  arity: [1, Infinity],
  attributes: {},
  shape: broadcastInputs,
  gradient: extremumRule,
};

/** The largest of all, element by element, with broadcasting. */
export function maximum(builder: Builder, values: readonly Value[]): Value {
  return builder.apply('Max', values);
}

const minimumOperator: OperatorDefinition = {
  op: 'Min',
  arity: [1, Infinity],
  attributes: {},
  shape: broadcastInputs,
  gradient: extremumRule,
};

/** The smallest of all, element by element, with broadcasting. */
export function minimum(builder: Builder, values: readonly Value[]): Value {
  return builder.apply('Min', values);
}

const clipOperator: OperatorDefinition = {
  op: 'Clip',
  arity: [1, 3],
  attributes: {},
  shape: (context) => {
    commonType(context);
    return sameAsInput(context);
  },
  gradient: clipGradient,
};

/** x limited to [least, most] (float32). */
export function clip(builder: Builder, x: Value, least: number, most: number): Value {
  return builder.apply('Clip', [
    x,
    builder.constant(scalar(least)),
    builder.constant(scalar(most)),
  ]);
}

/** The gradient passes where x lies within the limits, and reaches a limit where x lies beyond it. */
function clipGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const [x, least = null, most = null] = node.inputs;
  const zero = constantLike(builder, x!, 0);
  const below = least && less(builder, x!, least);
  const above = most && greater(builder, x!, most);
  const gradient = outputGradient(context);
  const without = (outside: Value | null, inside: Value) =>
    outside === null ? inside : where(builder, outside, zero, inside);
  const within = (outside: Value | null) => outside && where(builder, outside, gradient, zero);
  return [
    needs(0) ? without(below, without(above, gradient)) : null,
    needs(1) ? within(below) : null,
    needs(2) ? within(above) : null,
  ];
}

export const arithmeticOperators: readonly OperatorDefinition[] = [
  castOperator,
  identityOperator,
  multiplyOperator,
  negateOperator,
  addOperator,
  subtractOperator,
  divideOperator,
  expOperator,
  logOperator,
  sqrtOperator,
  powerOperator,
  reciprocalOperator,
  signOperator,
  absOperator,
  floorOperator,
  ceilOperator,
  erfOperator,
  maximumOperator,
  minimumOperator,
  clipOperator,
];

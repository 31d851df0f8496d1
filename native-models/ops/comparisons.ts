import type { Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import {
  comparisonOperator,
  combineBooleans,
  expectType,
  sameAsInput,
  commonShape,
  commonType,
  constantLike,
  outputGradient,
} from './rules.ts';

const equalOperator: OperatorDefinition = comparisonOperator('Equal');

/** a = b, as bool. */
export function equal(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Equal', [a, b]);
}

const greaterOperator: OperatorDefinition = comparisonOperator('Greater');

/** a > b, as bool. */
export function greater(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Greater', [a, b]);
}

const greaterOrEqualOperator: OperatorDefinition = comparisonOperator('GreaterOrEqual');

const lessOperator: OperatorDefinition = comparisonOperator('Less');

/** a < b, as bool. */
export function less(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Less', [a, b]);
}

const lessOrEqualOperator: OperatorDefinition = comparisonOperator('LessOrEqual');

const andOperator: OperatorDefinition = {
  op: 'And',
  arity: [2, 2],
  attributes: {},
  shape: combineBooleans,
  gradient: 'not-differentiable',
};

/** Conjunction of two bool tensors with broadcasting. */
export function and(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('And', [a, b]);
}

const orOperator: OperatorDefinition = {
  op: 'Or',
  arity: [2, 2],
  attributes: {},
  shape: combineBooleans,
  gradient: 'not-differentiable',
};

/** Disjunction of two bool tensors with broadcasting. */
export function or(builder: Builder, a: Value, b: Value): Value {
  return builder.apply('Or', [a, b]);
}

const notOperator: OperatorDefinition = {
  op: 'Not',
  arity: [1, 1],
  attributes: {},
  shape: (context) => {
    expectType(context, 0, ['bool']);
    return sameAsInput(context);
  },
  gradient: 'not-differentiable',
};

/** Negation of a bool tensor. */
export function not(builder: Builder, x: Value): Value {
  return builder.apply('Not', [x]);
}

const whereOperator: OperatorDefinition = {
  op: 'Where',
  arity: [3, 3],
  attributes: {},
  shape: (context) => {
    expectType(context, 0, ['bool']);
    return [{ type: commonType(context, 1), shape: commonShape(context) }];
  },
  gradient: (context) => {
    const { builder, node, needs } = context;
    const [condition] = node.inputs;
    const gradient = outputGradient(context);
    const zero = constantLike(builder, gradient, 0);
    return [
      null,
      needs(1) ? where(builder, condition!, gradient, zero) : null,
      needs(2) ? where(builder, condition!, zero, gradient) : null,
    ];
  },
};

/** Elements of a where the condition (bool) holds, else of b; all three broadcast. */
export function where(builder: Builder, condition: Value, a: Value, b: Value): Value {
  return builder.apply('Where', [condition, a, b]);
}

export const comparisonOperators: readonly OperatorDefinition[] = [
  equalOperator,
  greaterOperator,
  greaterOrEqualOperator,
  lessOperator,
  lessOrEqualOperator,
  andOperator,
  orOperator,
  notOperator,
  whereOperator,
];

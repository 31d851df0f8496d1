import type { Value } from '../../../graph/graph.ts';
import type { GraphBuilder } from '../../../graph/builder.ts';
import type { Builder } from '../../../graph/operator.ts';
import { concreteShape } from '../../../graph/rewrite.ts';
import { add, divide, multiply, subtract } from '../../../ops/arithmetic.ts';
import { reduceSumSquare } from '../../../ops/reductions.ts';
import { gramMatrix } from '../../../style/losses.ts';
import { number } from '../../losses/rows.ts';
import type { Loss } from '../../training-graph.ts';

/** What the teacher says of a layer is a feed of this name. */
export const targetName = (layer: string): string => `target.${layer}`;

/** Nearly flat pictures have Gram matrices near zero; they must not outweigh all others. */
const LEAST_GRAM = 0.05;

/**
 * How far a student is from its teacher, summed over the layers: the mean squared difference of a
 * position, and `gramWeight` times the squared difference of both Gram matrices relative to the
 * teacher's. The teacher's activations have mean squared length 1.
 *
 * @param outputs of the student, float32[1, C, H, W] by layer.
 */
export function styleDistillationLoss(
  builder: GraphBuilder,
  outputs: ReadonlyMap<string, Value>,
  gramWeight: number,
): Loss {
  const terms = [...outputs].map(([layer, student]) => {
    const target = builder.input(targetName(layer), 'float32', student.shape);
    return {
      features: featureTerm(builder, student, target),
      gram: gramTerm(builder, student, target),
    };
  });
  const sum = (values: readonly Value[]) =>
    values.reduce((total, value) => add(builder, total, value));
  const features = sum(terms.map((term) => term.features));
  const gram = sum(terms.map((term) => term.gram));
  const loss = add(builder, features, multiply(builder, gram, number(builder, gramWeight)));
  return { loss, watched: { features, gram } };
}

function featureTerm(builder: Builder, student: Value, target: Value): Value {
  const [, , height, width] = concreteShape(student);
  const apart = sumOfSquares(builder, subtract(builder, student, target));
  return multiply(builder, apart, number(builder, 1 / (height! * width!)));
}

function gramTerm(builder: Builder, student: Value, target: Value): Value {
  const wanted = gramMatrix(builder, target);
  return relativeGramDistance(builder, gramMatrix(builder, student), wanted);
}

/** Squared difference of two Gram matrices relative to the one that is wanted. */
export function relativeGramDistance(builder: Builder, seen: Value, wanted: Value): Value {
  const apart = subtract(builder, seen, wanted);
  const unit = add(builder, sumOfSquares(builder, wanted), number(builder, LEAST_GRAM));
  return divide(builder, sumOfSquares(builder, apart), unit);
}

const sumOfSquares = (builder: Builder, value: Value): Value =>
  reduceSumSquare(builder, value, { keepAxes: false });

import type { Value } from '../graph/graph.ts';
import type { Builder } from '../graph/operator.ts';
import { scalar, float32, type TensorOf } from '../graph/tensor.ts';
import { add, divide, multiply, sqrt, subtract, maximum } from '../ops/arithmetic.ts';
import { reduceSum, reduceMax, reduceMin } from '../ops/reductions.ts';
import { concreteShape } from '../graph/rewrite.ts';
import { gemm } from '../ops/products.ts';
import type { Loss } from './training-graph.ts';
import { assertNever } from '../../contract/errors.ts';
import { greater, where } from '../ops/comparisons.ts';
import { relu } from '../ops/activations.ts';
import { unsqueeze } from '../ops/shapes.ts';

export const number = (builder: Builder, value: number): Value => builder.constant(scalar(value));

/** Rows of float32[N, D] at length 1; a row of zeros stays zero. */
export function unitRows(builder: Builder, rows: Value): Value {
  const squares = reduceSum(builder, multiply(builder, rows, rows), { axes: [1], keepAxes: true });
  const guarded = add(builder, squares, number(builder, 1e-12));
  return divide(builder, rows, sqrt(builder, guarded));
}

/** The sum of all elements. */
export function total(builder: Builder, value: Value): Value {
  const axes = [...value.shape.keys()];
  return reduceSum(builder, value, { axes, keepAxes: false });
}

/**
 * How far a student is from its teacher: the mean of 1 − cos(student, teacher) over the batch, plus
 * the squared differences of both batches' similarity matrices, summed along rows and averaged over
 * them (relational distillation; Park et al. 2019, in cosines).
 *
 * @param student float32[N, D]; @param teacher float32[N, D], rows of length 1.
 */
export function distillationLoss(
  builder: Builder,
  student: Value,
  teacher: Value,
  relationWeight: number,
): Loss {
  const [count] = concreteShape(student);
  const unit = unitRows(builder, student);
  const mean = (value: Value) =>
    multiply(builder, total(builder, value), number(builder, 1 / count!));
  const agreement = mean(multiply(builder, unit, teacher));
  const apart = subtract(builder, number(builder, 1), agreement);
  const similarities = (rows: Value) => gemm(builder, rows, rows, { transposeB: true });
  const deviation = subtract(builder, similarities(unit), similarities(teacher));
  const relation = mean(multiply(builder, deviation, deviation));
  const weighted = multiply(builder, relation, number(builder, relationWeight));
  return { loss: add(builder, apart, weighted), watched: { cosine: agreement, relation } };
}

/**
 * How far encodings are from what they were: 1 − cos, averaged over the rows by their shares.
 *
 * @param encodings float32[N, D]; @param before float32[N, D], rows of length 1.
 * @param shares float32[N, 1], their sum is 1.
 */
export function driftLoss(builder: Builder, encodings: Value, before: Value, shares: Value): Loss {
  const products = multiply(builder, unitRows(builder, encodings), before);
  const cosine = total(builder, multiply(builder, products, shares));
  return { loss: subtract(builder, number(builder, 1), cosine), watched: { cosine } };
}

/** Which triplets of a batch count: all, Schroff et al. 2015, or Hermans et al. 2017. */
export type Mining = 'batch-all' | 'semi-hard' | 'batch-hard';

export interface TripletOptions {
  readonly mining: Mining;
  /** α, on squared distances of encodings of length 1 (0…4). */
  readonly margin: number;
}

/** Who is whom in a batch, as float32[N, N] of 0 and 1. */
interface PairMasks {
  /** Another photo of the same person. */
  readonly positive: Value;
  /** A photo of somebody else. */
  readonly negative: Value;
}

/** Beyond every squared distance: takes a pair out of a minimum. */
const FAR_AWAY = 100;

/**
 * L = max(d(a, p) − d(a, n) + α, 0) over the triplets that the mining picks, averaged over those
 * that are above zero for `batch-all`, over all picked ones otherwise. Which triplets are picked is
 * no function to differentiate: the gradient flows through their distances alone. A person with one
 * photo serves as a negative only.
 *
 * @param encodings float32[N, D], brought to length 1 here. Watched: `active`, the share of the
 *   triplets considered that are above zero.
 */
export function tripletLoss(
  builder: Builder,
  encodings: Value,
  { positive, negative }: PairMasks,
  { mining, margin }: TripletOptions,
): Loss {
  const distances = squaredDistances(builder, unitRows(builder, encodings));
  const context = { builder, distances, positive, negative, margin };
  switch (mining) {
    case 'batch-all':
      return batchAll(context);
    case 'semi-hard':
      return semiHard(context);
    case 'batch-hard':
      return batchHard(context);
    default:
      return assertNever(mining);
  }
}

/** The masks of a batch whose photos show these people. */
export function pairMasks(people: readonly number[]): {
  readonly positive: TensorOf<'float32'>;
  readonly negative: TensorOf<'float32'>;
} {
  const { length } = people;
  const cells = people.flatMap((a, i) => people.map((b, j) => ({ same: a === b, self: i === j })));
  return {
    positive: float32(
      [length, length],
      cells.map(({ same, self }) => Number(same && !self)),
    ),
    negative: float32(
      [length, length],
      cells.map(({ same }) => Number(!same)),
    ),
  };
}

interface Context extends PairMasks {
  readonly builder: Builder;
  readonly distances: Value;
  readonly margin: number;
}

/** ‖a − b‖² = 2 − 2 a · b for rows of length 1. */
function squaredDistances(builder: Builder, rows: Value): Value {
  const products = gemm(builder, rows, rows, { transposeB: true, alpha: -2 });
  return add(builder, products, number(builder, 2));
}

function batchAll({ builder, distances, positive, negative, margin }: Context): Loss {
  const ofPositive = (value: Value) => unsqueeze(builder, value, [2]);
  const ofNegative = (value: Value) => unsqueeze(builder, value, [1]);
  const gap = subtract(builder, ofPositive(distances), ofNegative(distances));
  const valid = multiply(builder, ofPositive(positive), ofNegative(negative));
  const hinge = hinged(builder, gap, margin);
  const losses = multiply(builder, hinge, valid);
  const active = total(builder, isAbove(builder, losses));
  return meanOf(builder, losses, active, active, total(builder, valid));
}

/**
 * Per anchor and positive the nearest negative that is farther than the positive; where there is
 * none, the farthest.
 */
function semiHard({ builder, distances, positive, negative, margin }: Context): Loss {
  const toPositive = unsqueeze(builder, distances, [2]);
  const toNegative = unsqueeze(builder, distances, [1]);
  const isNegative = unsqueeze(builder, negative, [1]);
  const farther = isGreater(builder, toNegative, toPositive);
  const eligible = multiply(builder, farther, isNegative);
  const nearest = reduceMin(builder, without(builder, toNegative, eligible), {
    axes: [2],
    keepAxes: false,
  });
  const exists = reduceMax(builder, eligible, { axes: [2], keepAxes: false });
  const farthest = reduceMax(builder, multiply(builder, distances, negative), { axes: [1] });
  const picked = add(
    builder,
    multiply(builder, nearest, exists),
    multiply(builder, farthest, subtract(builder, number(builder, 1), exists)),
  );
  const hinge = hinged(builder, subtract(builder, distances, picked), margin);
  const losses = multiply(builder, hinge, positive);
  const considered = total(builder, positive);
  return meanOf(builder, losses, considered, total(builder, isAbove(builder, losses)), considered);
}

/** Per anchor the farthest positive and the nearest negative. */
function batchHard({ builder, distances, positive, negative, margin }: Context): Loss {
  const options = { axes: [1], keepAxes: false };
  const hardestPositive = reduceMax(builder, multiply(builder, distances, positive), options);
  const hardestNegative = reduceMin(builder, without(builder, distances, negative), options);
  const anchors = multiply(
    builder,
    reduceMax(builder, positive, options),
    reduceMax(builder, negative, options),
  );
  const hinge = hinged(builder, subtract(builder, hardestPositive, hardestNegative), margin);
  const losses = multiply(builder, hinge, anchors);
  const considered = total(builder, anchors);
  return meanOf(builder, losses, considered, total(builder, isAbove(builder, losses)), considered);
}

const hinged = (builder: Builder, gap: Value, margin: number): Value =>
  relu(builder, add(builder, gap, number(builder, margin)));

/** Values whose mask is 0 lie beyond all others. */
function without(builder: Builder, values: Value, mask: Value): Value {
  const absent = subtract(builder, number(builder, 1), mask);
  return add(builder, values, multiply(builder, absent, number(builder, FAR_AWAY)));
}

/** 1 where a > b, else 0. */
const isGreater = (builder: Builder, a: Value, b: Value): Value =>
  where(builder, greater(builder, a, b), number(builder, 1), number(builder, 0));

const isAbove = (builder: Builder, values: Value): Value =>
  isGreater(builder, values, number(builder, 0));

function meanOf(
  builder: Builder,
  losses: Value,
  count: Value,
  active: Value,
  considered: Value,
): Loss {
  const atLeastOne = (value: Value) => maximum(builder, [value, number(builder, 1)]);
  return {
    loss: divide(builder, total(builder, losses), atLeastOne(count)),
    watched: { active: divide(builder, active, atLeastOne(considered)) },
  };
}

import type { Value } from '../../graph/graph.ts';
import type { Builder } from '../../graph/operator.ts';
import { concreteShape } from '../../graph/rewrite.ts';
import { add, multiply, subtract } from '../../ops/arithmetic.ts';
import { gemm } from '../../ops/products.ts';
import type { Loss } from '../training-graph.ts';
import { number, total, unitRows } from './rows.ts';

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

import type { Value } from '../../graph/graph.ts';
import type { Builder } from '../../graph/operator.ts';
import { multiply, subtract } from '../../ops/arithmetic.ts';
import type { Loss } from '../training-graph.ts';
import { number, total, unitRows } from './rows.ts';

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

import type { Value } from '../../graph/graph.ts';
import type { Builder } from '../../graph/operator.ts';
import { concreteShape } from '../../graph/specialize.ts';
import { gemm } from '../../ops/gemm.ts';
import { multiply } from '../../ops/multiply.ts';
import { reshape } from '../../ops/reshape.ts';

/**
 * Correlations between the channels of an activation float32[1, C, H, W]: F Fᵀ / (H · W) with F the
 * activation as [C, H · W] (Gatys, Ecker, Bethge 2016). Gives float32[C, C].
 */
export function gramMatrix(builder: Builder, features: Value): Value {
  const flat = flatten(builder, features);
  const [, positions] = concreteShape(flat);
  return gemm(builder, flat, flat, { transposeB: true, alpha: 1 / positions! });
}

/**
 * The same, where each position counts as the weights float32[1, H · W] say, which sum to one over
 * the picture (guided Gram matrices: Gatys et al. 2017).
 */
export function guidedGramMatrix(builder: Builder, features: Value, weights: Value): Value {
  const flat = flatten(builder, features);
  return gemm(builder, multiply(builder, flat, weights), flat, { transposeB: true });
}

/** [1, C, H, W] as [C, H · W]. */
export function flatten(builder: Builder, features: Value): Value {
  const [, channels, height, width] = concreteShape(features);
  return reshape(builder, features, [channels!, height! * width!]);
}

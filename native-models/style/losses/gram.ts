import type { Value } from '../../graph/graph.ts';
import type { Builder } from '../../graph/operator.ts';
import { concreteShape } from '../../graph/specialise.ts';
import { gemm } from '../../ops/gemm.ts';
import { reshape } from '../../ops/reshape.ts';

/**
 * Correlations between the channels of an activation float32[1, C, H, W]: F Fᵀ / (H · W) with F the
 * activation as [C, H · W] (Gatys, Ecker, Bethge 2016). Gives float32[C, C].
 */
export function gramMatrix(builder: Builder, features: Value): Value {
  const [, channels, height, width] = concreteShape(features);
  const flat = reshape(builder, features, [channels!, height! * width!]);
  return gemm(builder, flat, flat, { transposeB: true, alpha: 1 / (height! * width!) });
}

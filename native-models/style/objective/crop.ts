import type { Value } from '../../graph/graph.ts';
import type { Builder } from '../../graph/operator.ts';
import { concreteShape } from '../../graph/specialize.ts';
import { slice } from '../../ops/slice.ts';
import type { Region } from '../tiles/tiles.ts';

/** The part of an activation [1, C, H, W] that lies in a region of its positions. */
export function cropTo(builder: Builder, features: Value, { x, y, width, height }: Region): Value {
  const [, , rows, columns] = concreteShape(features);
  if (rows === height && columns === width) return features;
  return slice(builder, features, [
    { axis: 2, start: y, end: y + height },
    { axis: 3, start: x, end: x + width },
  ]);
}

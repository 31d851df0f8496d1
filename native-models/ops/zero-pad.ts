import { string } from '../graph/attribute.ts';
import type { Value } from '../graph/graph.ts';
import type { Builder } from '../graph/operator.ts';
import { int64Vector } from '../graph/tensor.ts';
import { constantLike } from './rules.ts';

/** How far to grow one axis; negative crops. */
export interface AxisPad {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/** x with zeros around it. */
export function zeroPad(builder: Builder, x: Value, pads: readonly AxisPad[]): Value {
  if (pads.every(({ before, after }) => before === 0 && after === 0)) return x;
  const amounts = [...pads.map(({ before }) => before), ...pads.map(({ after }) => after)];
  const axes = pads.map(({ axis }) => axis);
  return builder.apply(
    'Pad',
    [
      x,
      builder.constant(int64Vector(amounts)),
      constantLike(builder, x, 0),
      builder.constant(int64Vector(axes)),
    ],
    { mode: string('constant') },
  );
}

import type { ShapeContext } from '../graph/shape-context.ts';
import { formatShape, sameShape } from '../graph/shape.ts';

/** Refuses an input that is not one value per channel (axis 1) of input 0. */
export function expectPerChannel(context: ShapeContext, input: number): void {
  const channels = context.input(0).shape[1]!;
  const { name, shape } = context.input(input);
  if (!sameShape(shape, [channels]))
    context.refuse(
      'shape_mismatch',
      `needs ${name} per channel, [${channels}], but got ${formatShape(shape)}`,
    );
}

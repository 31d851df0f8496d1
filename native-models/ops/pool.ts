import { attributes, int, ints, type Attributes } from '../graph/attribute.ts';
import type { TensorType } from '../graph/graph.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { formatShape } from '../graph/shape.ts';
import { expectRank } from './elementwise.ts';
import {
  windowAttributes,
  windowAxes,
  windowOptionAttributes,
  windowOutput,
  type WindowOptions,
} from './window.ts';

export interface PoolOptions extends WindowOptions {
  /** Lets the last window reach beyond the input instead of leaving out the rest. */
  readonly ceilMode?: boolean;
}

export const poolAttributes = { ...windowAttributes, ceil_mode: 'int' } as const;

export function poolOptionAttributes(kernel: readonly number[], options: PoolOptions): Attributes {
  return attributes({
    kernel_shape: ints(kernel),
    ...windowOptionAttributes(options),
    ceil_mode: options.ceilMode === true ? int(1) : undefined,
  });
}

export function poolShape(context: ShapeContext): readonly TensorType[] {
  expectRank(context, 0, 3, Infinity);
  const { type, shape } = context.input(0);
  const [batch, channels, ...spatial] = shape;
  const kernel = context.ints('kernel_shape', []);
  if (kernel.length !== spatial.length)
    context.refuse(
      'wrong_attribute',
      `needs a kernel_shape of ${spatial.length} extents, but got ${formatShape(kernel)}`,
    );
  const ceilMode = context.int('ceil_mode', 0) === 1;
  const output = windowOutput(context, spatial, windowAxes(context, kernel), ceilMode);
  return [{ type, shape: [batch!, channels!, ...output] }];
}

/** [N, C, …] to [N, C, 1, …]. */
export function globalPoolShape(context: ShapeContext): readonly TensorType[] {
  expectRank(context, 0, 3, Infinity);
  const { type, shape } = context.input(0);
  return [{ type, shape: shape.map((extent, axis) => (axis < 2 ? extent : 1)) }];
}

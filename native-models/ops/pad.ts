import { string } from '../graph/attribute.ts';
import { addConstant } from '../graph/dimension.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { formatShape } from '../graph/shape.ts';
import { int64Vector, scalar, toNumbers } from '../graph/tensor.ts';
import { normaliseAxes, optionalNumbers } from './axes.ts';

export type PadMode = 'constant' | 'reflect' | 'edge';

export const padOperator: OperatorDefinition = {
  op: 'Pad',
  arity: [2, 4],
  attributes: { mode: 'string' },
  shape: padShape,
};

/**
 * Grows x (float32) at the borders: `pads` has the begins of all axes, then the ends; negative
 * crops. `constant` fills with zeros, `reflect` mirrors without the border, `edge` repeats it.
 */
export function pad(
  builder: Builder,
  x: Value,
  pads: readonly number[],
  mode: PadMode = 'constant',
): Value {
  const inputs = [x, builder.constant(int64Vector(pads))];
  if (mode === 'constant') inputs.push(builder.constant(scalar(0)));
  return builder.apply('Pad', inputs, { mode: string(mode) });
}

function padShape(context: ShapeContext): readonly TensorType[] {
  const { type, shape } = context.input(0);
  const mode = context.string('mode', 'constant');
  if (!['constant', 'reflect', 'edge'].includes(mode))
    context.refuse('wrong_attribute', `does not know the mode ${mode}`);
  const pads = toNumbers(context.constant(1));
  const axes = optionalNumbers(context, 3) ?? [...shape.keys()];
  normaliseAxes(context, axes, shape.length);
  if (pads.length !== 2 * axes.length)
    context.refuse('shape_mismatch', `needs ${2 * axes.length} pads, but got ${formatShape(pads)}`);
  const result = [...shape];
  axes.forEach((axis, index) => {
    const at = axis < 0 ? axis + shape.length : axis;
    result[at] = addConstant(shape[at]!, pads[index]! + pads[index + axes.length]!);
  });
  if (result.some((extent) => typeof extent === 'number' && extent < 0))
    context.refuse('shape_mismatch', `crops more than there is of ${formatShape(shape)}`);
  return [{ type, shape: result }];
}

import { addConstant, multiplyByConstant } from '../graph/dimension.ts';
import { attributes, int, ints } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { product } from './arithmetic.ts';
import { expectBias, kernelShape, type ConvOptions } from './conv.ts';
import { commonType, expectRank } from './elementwise.ts';
import { span, windowAttributes, windowAxes, windowOptionAttributes } from './window.ts';

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added at the end of the output, per spatial axis. */
  readonly outputPadding?: readonly number[];
}

export const convTransposeOperator: OperatorDefinition = {
  op: 'ConvTranspose',
  arity: [2, 3],
  attributes: { ...windowAttributes, group: 'int', output_padding: 'ints' },
  shape: convTransposeShape,
  flops: ({ inputs }) => 2 * product(inputs[0]!) * product(inputs[1]!.slice(1)),
};

/** The adjoint of `conv`: x [N, C, …] with w [C, M / group, …kernel] gives [N, M, …]. */
export function convTranspose(
  builder: Builder,
  x: Value,
  w: Value,
  options: ConvTransposeOptions = {},
): Value {
  const { bias, group, outputPadding } = options;
  return builder.apply(
    'ConvTranspose',
    bias === undefined ? [x, w] : [x, w, bias],
    attributes({
      ...windowOptionAttributes(options),
      group: group === undefined ? undefined : int(group),
      output_padding: outputPadding && ints(outputPadding),
    }),
  );
}

function convTransposeShape(context: ShapeContext): readonly TensorType[] {
  const type = commonType(context);
  expectRank(context, 0, 3, Infinity);
  if (context.string('auto_pad', 'NOTSET') !== 'NOTSET')
    context.refuse('wrong_attribute', 'is supported with explicit pads only');
  const [batch, channels, ...spatial] = context.input(0).shape;
  const [inputChannels, groupChannels, ...kernel] = kernelShape(context, spatial.length);
  if (channels !== inputChannels)
    context.refuse('shape_mismatch', `needs ${inputChannels} input channels, but got ${channels}`);
  const outputChannels = groupChannels! * context.int('group', 1);
  expectBias(context, outputChannels);
  const extra = context.ints(
    'output_padding',
    kernel.map(() => 0),
  );
  const output = windowAxes(context, kernel).map((axis, index) => {
    const stretched = multiplyByConstant(addConstant(spatial[index]!, -1), axis.stride);
    const rest = span(axis) - axis.padBegin - axis.padEnd + (extra[index] ?? 0);
    return addConstant(stretched, rest);
  });
  return [{ type, shape: [batch!, outputChannels, ...output] }];
}

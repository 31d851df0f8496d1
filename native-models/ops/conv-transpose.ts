import { addConstant, multiplyByConstant } from '../graph/dimension.ts';
import { attributes, int, ints } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type { Builder, GradientContext, OperatorDefinition } from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { formatShape } from '../graph/shape.ts';
import { product } from './arithmetic.ts';
import { conv, expectBias, kernelShape, type ConvOptions } from './conv.ts';
import { commonType, expectRank } from './elementwise.ts';
import { span, windowAttributes, windowAxes, windowOptionAttributes } from './window.ts';
import { biasGradient, convKernelGradient } from './conv-gradient.ts';
import { nodeContext, outputGradient } from './rules.ts';

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added at the end of the output, per spatial axis. */
  readonly outputPadding?: readonly number[];
}

export const convTransposeOperator: OperatorDefinition = {
  op: 'ConvTranspose',
  arity: [2, 3],
  attributes: { ...windowAttributes, group: 'int', output_padding: 'ints' },
  shape: convTransposeShape,
  gradient: convTransposeGradient,
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
  const axes = windowAxes(context, kernel);
  if (extra.length !== axes.length || axes.some(({ stride }, index) => extra[index]! >= stride))
    context.refuse(
      'wrong_attribute',
      `needs output_padding per axis and below the stride, but got ${formatShape(extra)}`,
    );
  const output = axes.map((axis, index) => {
    const stretched = multiplyByConstant(addConstant(spatial[index]!, -1), axis.stride);
    const rest = span(axis) - axis.padBegin - axis.padEnd + extra[index]!;
    return addConstant(stretched, rest);
  });
  return [{ type, shape: [batch!, outputChannels, ...output] }];
}

/** Its derivative by x is the convolution that it is the adjoint of. */
function convTransposeGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, needs } = context;
  const shapes = nodeContext(context);
  const [x, w] = [shapes.input(0), shapes.input(1)];
  const axes = windowAxes(shapes, kernelShape(shapes, x.shape.length - 2).slice(2));
  const group = shapes.int('group', 1);
  const gradient = outputGradient(context);
  const byX = () =>
    conv(builder, gradient, w, {
      group,
      strides: axes.map(({ stride }) => stride),
      dilations: axes.map(({ dilation }) => dilation),
      pads: [...axes.map(({ padBegin }) => padBegin), ...axes.map(({ padEnd }) => padEnd)],
    });
  return [
    needs(0) ? byX() : null,
    needs(1) ? convKernelGradient(builder, { x: gradient, w, y: x, group, axes }, x) : null,
    needs(2) ? biasGradient(builder, gradient) : null,
  ];
}

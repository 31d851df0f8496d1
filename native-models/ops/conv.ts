import { attributes, int } from '../graph/attribute.ts';
import type { TensorType, Value } from '../graph/graph.ts';
import type {
  Builder,
  ConcreteNode,
  GradientContext,
  OperatorDefinition,
} from '../graph/operator.ts';
import type { ShapeContext } from '../graph/shape-context.ts';
import { product } from './arithmetic.ts';
import { formatShape, isConcrete, sameShape } from '../graph/shape.ts';
import { commonType, expectRank } from './elementwise.ts';
import {
  windowAttributes,
  windowAxes,
  windowOptionAttributes,
  windowOutput,
  type WindowOptions,
} from './window.ts';
import { explicitAxes } from './adjoint-window.ts';
import { biasGradient, convInputGradient, convKernelGradient } from './conv-gradient.ts';
import { nodeContext, outputGradient } from './rules.ts';

export interface ConvOptions extends WindowOptions {
  /** float32[output channels] */
  readonly bias?: Value;
  /** Independent groups of channels; 1 by default. */
  readonly group?: number;
}

export const convOperator: OperatorDefinition = {
  op: 'Conv',
  arity: [2, 3],
  attributes: { ...windowAttributes, group: 'int' },
  shape: convShape,
  gradient: convGradient,
  flops: convFlops,
};

/** Cross-correlation: x [N, C, …] with w [M, C / group, …kernel] gives [N, M, …]. */
export function conv(builder: Builder, x: Value, w: Value, options: ConvOptions = {}): Value {
  const { bias, group } = options;
  return builder.apply(
    'Conv',
    bias === undefined ? [x, w] : [x, w, bias],
    attributes({
      ...windowOptionAttributes(options),
      group: group === undefined ? undefined : int(group),
    }),
  );
}

function convShape(context: ShapeContext): readonly TensorType[] {
  const type = commonType(context);
  expectRank(context, 0, 3, Infinity);
  const [batch, channels, ...spatial] = context.input(0).shape;
  const [outputChannels, inputChannels, ...kernel] = kernelShape(context, spatial.length);
  const group = context.int('group', 1);
  if (channels !== inputChannels! * group)
    context.refuse(
      'shape_mismatch',
      `needs ${inputChannels! * group} input channels, but got ${channels}`,
    );
  if (outputChannels! % group !== 0)
    context.refuse(
      'shape_mismatch',
      `cannot split ${outputChannels!} output channels into ${group} groups`,
    );
  expectBias(context, outputChannels!);
  const output = windowOutput(context, spatial, windowAxes(context, kernel));
  return [{ type, shape: [batch!, outputChannels!, ...output] }];
}

/** The shape of input 1 as numbers, with as many spatial axes as the image has. */
export function kernelShape(context: ShapeContext, spatialRank: number): readonly number[] {
  const { shape } = context.input(1);
  if (!isConcrete(shape) || shape.length !== spatialRank + 2)
    return context.refuse(
      'shape_mismatch',
      `needs a kernel of ${spatialRank + 2} known extents, but got ${formatShape(shape)}`,
    );
  const declared = context.ints('kernel_shape');
  if (declared !== undefined && !sameShape(declared, shape.slice(2)))
    context.refuse(
      'wrong_attribute',
      `says kernel_shape ${formatShape(declared)}, but its kernel is ${formatShape(shape)}`,
    );
  return shape;
}

/** Refuses a bias (input 2) that is not one value per output channel. */
export function expectBias(context: ShapeContext, channels: number): void {
  if (!context.has(2)) return;
  const { shape } = context.input(2);
  if (!sameShape(shape, [channels]))
    context.refuse(
      'shape_mismatch',
      `needs a bias of [${channels}], but got ${formatShape(shape)}`,
    );
}

function convFlops({ inputs, outputs }: ConcreteNode): number {
  return 2 * product(outputs[0]!) * product(inputs[1]!.slice(1));
}

function convGradient(context: GradientContext): readonly (Value | null)[] {
  const { builder, node, needs } = context;
  const shapes = nodeContext(context);
  const [x, w, y] = [shapes.input(0), shapes.input(1), node.outputs[0]!];
  const kernel = kernelShape(shapes, x.shape.length - 2).slice(2);
  const axes = explicitAxes(shapes, kernel, x, y);
  const convolution = { x, w, y, group: shapes.int('group', 1), axes };
  const gradient = outputGradient(context);
  return [
    needs(0) ? convInputGradient(builder, convolution, gradient) : null,
    needs(1) ? convKernelGradient(builder, convolution, gradient) : null,
    needs(2) ? biasGradient(builder, gradient) : null,
  ];
}

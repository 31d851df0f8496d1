import { int, type Attributes, type Value } from '../graph/graph.ts';
import type { Builder, OperatorDefinition } from '../graph/operator.ts';
import { concreteShape } from '../graph/rewrite.ts';
import { convOperator } from './convolution.ts';
import { operators } from './registry.ts';
import { reshape, transpose } from './shapes.ts';

/*
 * Operators of ONNX Runtime's own for the CPU: activations whose channels lie in blocks as wide as a
 * vector register, [N, C / b, H, W, b], under the shape [N, C, H, W]. The runtime turns convolutions
 * to them by itself where their kernels are constants, and only there.
 */

/** In front of the names of operators that are not of ONNX's own set. */
const DOMAIN = 'com.microsoft.nchwc';

const reorder = (op: string, attributes: OperatorDefinition['attributes']): OperatorDefinition => ({
  op: `${DOMAIN}:${op}`,
  arity: [1, 1],
  attributes: { channels_last: 'int', ...attributes },
  shape: (context) => [context.input(0)],
});

const toBlocks = reorder('ReorderInput', {});
const fromBlocks = reorder('ReorderOutput', { channels: 'int' });

const blockedConvOperator: OperatorDefinition = {
  ...convOperator,
  op: `${DOMAIN}:Conv`,
  gradient: 'not-differentiable',
};

/** All operators, and those of the blocked layout. */
export const withBlockedLayout = operators.with(toBlocks, fromBlocks, blockedConvOperator);

/** [N, C, H, W] with its channels in blocks; C is a multiple of the block. */
export const reorderInput = (builder: Builder, x: Value): Value =>
  builder.apply(toBlocks.op, [x], { channels_last: int(0) });

/** Undoes `reorderInput`. */
export function reorderOutput(builder: Builder, x: Value): Value {
  const channels = x.shape[1] as number;
  return builder.apply(fromBlocks.op, [x], { channels: int(channels), channels_last: int(0) });
}

/** A convolution of blocked activations; the kernel [M, C, kh, kw] is as everywhere. */
export function blockedConv(
  builder: Builder,
  [x, w, bias]: readonly [x: Value, w: Value, bias: Value | null],
  attributes: Attributes,
  block: number,
): Value {
  const kernel = blockedKernel(builder, w, block);
  return builder.apply(blockedConvOperator.op, bias ? [x, kernel, bias] : [x, kernel], attributes);
}

/**
 * [M, C, kh, kw] as [M / b, C / b, kh, kw, b of C, b of M], under its own shape. The change of layout that
 * activations go through brings the outputs to the end, many times faster than a transposition would.
 */
function blockedKernel(builder: Builder, w: Value, block: number): Value {
  const [outputs, inputs, height, width] = concreteShape(w);
  const positions = height! * width!;
  const outputsLast = reorderInput(builder, reshape(builder, w, [1, outputs!, inputs!, positions]));
  const split = reshape(builder, outputsLast, [
    ...[outputs! / block, inputs! / block, block, positions, block],
  ]);
  const ordered = positions === 1 ? split : transpose(builder, split, [0, 1, 3, 2, 4]);
  return reshape(builder, ordered, [outputs!, inputs!, height!, width!]);
}

import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Node, Value } from '../../graph/graph.ts';
import type { OperatorRegistry } from '../../graph/operator.ts';
import { float32, type Tensor, type TensorOf } from '../../graph/tensor.ts';
import { concat } from '../../ops/concat.ts';
import { conv } from '../../ops/conv.ts';
import { flatten } from '../../ops/flatten.ts';
import { gemm } from '../../ops/gemm.ts';
import { repeatLeaves, repeatNode, type Repeated } from '../repeat.ts';

/** Names of what the new last layer consists of. */
export const HEAD = { weight: 'head.weight', bias: 'head.bias' } as const;

/** The features that the last layer of the student reads. */
const FEATURES = 'features';

/**
 * The residual encoder, cut off before it averages over the picture. An aligned face has its eyes
 * and mouth always at the same place, so a last layer that sees where a feature is knows more than
 * one that sees its mean. It reads the last two stages: what enters the last block, and what leaves
 * it. Its output `features` is float32[batch, F].
 */
export function featureExtractor(encoder: Graph, operators: OperatorRegistry): Graph {
  const builder = new GraphBuilder(encoder.name, operators);
  const body = encoder.nodes.slice(0, endOf(encoder));
  const narrowed = withCentres(encoder, body);
  const values = repeatLeaves(builder, narrowed);
  for (const node of body)
    if (isOnePixel(node)) values.set(node.outputs[0]!.name, onePixel(builder, node, values));
    else repeatNode(builder, node, values);
  const last = encoder.nodes[endOf(encoder)]!.inputs[0]!.name;
  const parts = [last, enteringLastBlock(body)].map((name) => flatten(builder, values.get(name)!));
  return builder.build({ [FEATURES]: concat(builder, parts, 1) });
}

/** The extractor with a linear layer behind it: image to `encoding` float32[batch, D]. */
export function withHead(
  extractor: Graph,
  weight: TensorOf<'float32'>,
  bias: TensorOf<'float32'>,
  operators: OperatorRegistry,
): Graph {
  const builder = new GraphBuilder(extractor.name, operators);
  const values = repeatLeaves(builder, extractor);
  for (const node of extractor.nodes) repeatNode(builder, node, values);
  const encoding = gemm(builder, values.get(FEATURES)!, builder.constant(weight, HEAD.weight), {
    c: builder.constant(bias, HEAD.bias),
  });
  return builder.build({ encoding });
}

const endOf = ({ nodes }: Graph): number => nodes.findIndex(({ op }) => op === 'GlobalAveragePool');

/** What the last block that averages its shortcut gets: the input of the last AveragePool. */
function enteringLastBlock(nodes: readonly Node[]): string {
  return nodes.findLast(({ op }) => op === 'AveragePool')!.inputs[0]!.name;
}

/** A convolution whose input is a single pixel: only the middle of its padded kernel matters. */
function isOnePixel({ op, inputs }: Node): boolean {
  const [x, kernel] = inputs;
  return op === 'Conv' && x!.shape[2] === 1 && x!.shape[3] === 1 && kernel!.shape[2] !== 1;
}

function withCentres(encoder: Graph, nodes: readonly Node[]): Graph {
  const narrow = new Set(nodes.filter(isOnePixel).map(({ inputs }) => inputs[1]!.name));
  const constants = [...encoder.constants].map(
    ([name, tensor]) => [name, narrow.has(name) ? centre(tensor) : tensor] as const,
  );
  return { ...encoder, constants: new Map(constants) };
}

function onePixel(builder: GraphBuilder, { inputs }: Node, values: Repeated): Value {
  const [x, kernel, bias] = inputs.map((value) => values.get(value!.name)!);
  return conv(builder, x!, kernel!, { bias: bias! });
}

function centre(kernel: Tensor): TensorOf<'float32'> {
  const [outputs, inputs, height, width] = kernel.shape as [number, number, number, number];
  const area = height * width;
  const middle = Math.floor(area / 2);
  const data = kernel.data as Float32Array;
  return float32(
    [outputs, inputs, 1, 1],
    Float32Array.from({ length: outputs * inputs }, (_, index) => data[index * area + middle]!),
  );
}

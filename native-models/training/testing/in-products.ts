import { GraphBuilder } from '../../graph/builder.ts';
import type { Attributes, Graph, Node, Value } from '../../graph/graph.ts';
import { scalar } from '../../graph/tensor.ts';
import { add, multiply } from '../../ops/arithmetic.ts';
import { matmul } from '../../ops/products.ts';
import { operators } from '../../ops/registry.ts';
import { reshape, slice, squeeze, zeroPad } from '../../ops/shapes.ts';
import { repeatLeaves, repeatNode } from '../../graph/rewrite.ts';

/**
 * The same function without the operators for which the runtime has no double-precision kernels:
 * dense convolutions and means over windows become matrix products and sums of shifted pictures.
 * Written from their definitions, so that differences of it check gradients independently.
 */
export function inProducts(graph: Graph): Graph {
  const builder = new GraphBuilder(graph.name, operators);
  const values = repeatLeaves(builder, graph);
  for (const node of graph.nodes) {
    const inputs = () => node.inputs.map((value) => values.get(value!.name)!);
    const output = node.outputs[0]!.name;
    if (node.op === 'Conv') values.set(output, convolution(builder, node, inputs()));
    else if (node.op === 'AveragePool') values.set(output, windowMeans(builder, node, inputs()));
    else repeatNode(builder, node, values);
  }
  return builder.build(
    Object.fromEntries(graph.outputs.map(({ name }) => [name, values.get(name)!])),
  );
}

interface Geometry {
  readonly stride: number;
  readonly height: number;
  readonly width: number;
}

function convolution(builder: GraphBuilder, node: Node, [x, w, bias]: readonly Value[]): Value {
  const [batch, channels] = x!.shape as number[];
  const [outputs, , rows, columns] = w!.shape as number[];
  const [, , height, width] = node.outputs[0]!.shape as number[];
  const pads = ints(node.attributes, 'pads', [0, 0, 0, 0]);
  const padded = zeroPad(builder, x!, [
    { axis: 2, before: pads[0]!, after: pads[2]! },
    { axis: 3, before: pads[1]!, after: pads[3]! },
  ]);
  const geometry = { stride: strideOf(node), height: height!, width: width! };
  const parts = positions(rows!, columns!).map(([row, column]) => {
    const met = shifted(builder, padded, row, column, geometry);
    const kernel = slice(builder, w!, [
      { axis: 2, start: row, end: row + 1 },
      { axis: 3, start: column, end: column + 1 },
    ]);
    const flat = reshape(builder, met, [batch!, channels!, height! * width!]);
    return matmul(builder, squeeze(builder, kernel, [2, 3]), flat);
  });
  const sum = parts.reduce((whole, part) => add(builder, whole, part));
  const image = reshape(builder, sum, [batch!, outputs!, height!, width!]);
  return bias === undefined
    ? image
    : add(builder, image, reshape(builder, bias, [1, outputs!, 1, 1]));
}

function windowMeans(builder: GraphBuilder, node: Node, [x]: readonly Value[]): Value {
  const [, , height, width] = node.outputs[0]!.shape as number[];
  const [rows, columns] = ints(node.attributes, 'kernel_shape', []);
  const geometry = { stride: strideOf(node), height: height!, width: width! };
  const parts = positions(rows!, columns!).map(([row, column]) =>
    shifted(builder, x!, row, column, geometry),
  );
  const sum = parts.reduce((whole, part) => add(builder, whole, part));
  return multiply(builder, sum, builder.constant(scalar(1 / parts.length)));
}

function shifted(
  builder: GraphBuilder,
  x: Value,
  row: number,
  column: number,
  { stride, height, width }: Geometry,
): Value {
  const range = (axis: number, start: number, count: number) => ({
    axis,
    start,
    end: start + (count - 1) * stride + 1,
    step: stride,
  });
  return slice(builder, x, [range(2, row, height), range(3, column, width)]);
}

const positions = (rows: number, columns: number): (readonly [number, number])[] =>
  Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const);

const strideOf = ({ attributes }: Node): number => ints(attributes, 'strides', [1, 1])[0]!;

function ints(attributes: Attributes, name: string, otherwise: readonly number[]) {
  const attribute = attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : otherwise;
}

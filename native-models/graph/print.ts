import type { Attribute, Graph, Node, Value } from './graph.ts';
import { formatShape } from './shape.ts';
import { bytesPerElement, type Tensor } from './tensor.ts';
import { concreteShape } from './rewrite.ts';

/**
 * The graph as text, one line per input, constant, node and output:
 *
 *     graph linear
 *     input    x: float32[batch, 3]
 *     constant w: float32[3, 2]
 *     y: float32[batch, 2] = MatMul(x, w)
 *     output   y: float32[batch, 2]
 */
export function printGraph(graph: Graph): string {
  const lines = [
    `graph ${graph.name}`,
    ...graph.inputs.map((value) => `input    ${printValue(value)}`),
    ...Array.from(graph.constants, ([name, tensor]) => `constant ${printConstant(name, tensor)}`),
    ...graph.nodes.map(printNode),
    ...graph.outputs.map((value) => `output   ${printValue(value)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function printValue({ name, type, shape }: Value): string {
  return `${name}: ${type}${formatShape(shape)}`;
}

const MOST_VALUES_SHOWN = 8;

function printConstant(name: string, tensor: Tensor): string {
  const declaration = printValue({ name, ...tensor });
  if (tensor.data.length > MOST_VALUES_SHOWN) return declaration;
  return `${declaration} = ${tensor.data.join(' ')}`;
}

function printNode({ op, inputs, outputs, attributes }: Node): string {
  const parameters = Object.entries(attributes).map(
    ([name, attribute]) => `${name}=${printAttribute(attribute)}`,
  );
  const operands = inputs.map((value) => value?.name ?? '_');
  return `${outputs.map(printValue).join(', ')} = ${op}(${[...operands, ...parameters].join(', ')})`;
}

function printAttribute(attribute: Attribute): string {
  switch (attribute.kind) {
    case 'int':
    case 'float':
      return String(attribute.value);
    case 'string':
      return JSON.stringify(attribute.value);
    case 'ints':
    case 'floats':
      return `[${attribute.value.join(', ')}]`;
    case 'strings':
      return `[${attribute.value.map((text) => JSON.stringify(text)).join(', ')}]`;
    case 'tensor':
      return `${attribute.value.type}${formatShape(attribute.value.shape)}`;
  }
}

/**
 * The most bytes of inputs and computed values that exist at once when the nodes run in order and
 * every value is freed after its last use; outputs stay. Constants are not counted, nor what an
 * operator needs inside itself. Throws `unknown_dimension` where a dimension is open.
 */
export function peakActivationBytes({ inputs, outputs, nodes }: Graph): number {
  const lastUse = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const value of [...node.inputs, ...node.outputs])
      if (value !== null) lastUse.set(value.name, index);
  });
  for (const { name } of outputs) lastUse.set(name, nodes.length);
  const live = new Map<string, number>(inputs.map((value) => [value.name, bytesOf(value)]));
  let current = sum(live.values());
  let peak = current;
  nodes.forEach((node, index) => {
    for (const value of node.outputs) {
      live.set(value.name, bytesOf(value));
      current += bytesOf(value);
    }
    peak = Math.max(peak, current);
    for (const value of [...node.inputs, ...node.outputs])
      if (value !== null && lastUse.get(value.name) === index) {
        current -= live.get(value.name) ?? 0;
        live.delete(value.name);
      }
  });
  return peak;
}

function bytesOf(value: Value): number {
  const elements = concreteShape(value).reduce((product, extent) => product * extent, 1);
  return elements * bytesPerElement[value.type];
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};

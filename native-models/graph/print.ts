import type { Attribute } from './attribute.ts';
import type { Graph, Node, Value } from './graph.ts';
import { formatShape } from './shape.ts';
import type { Tensor } from './tensor.ts';

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

import type { Graph, Value } from './graph.ts';
import { concreteShape } from './specialize.ts';
import { bytesPerElement } from './tensor.ts';

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

import { gradient } from '../../../autodiff/gradient.ts';
import { GraphBuilder } from '../../../graph/builder.ts';
import type { Graph, Value } from '../../../graph/graph.ts';
import type { Builder } from '../../../graph/operator.ts';
import { inlineGraph } from '../../../graph/rewrite.ts';
import { add, multiply } from '../../../ops/arithmetic.ts';
import { operators } from '../../../ops/registry.ts';
import { fedPicture } from '../../../style/encoder.ts';
import { gramMatrix } from '../../../style/losses.ts';
import { number } from '../../losses/rows.ts';
import { relativeGramDistance } from './loss.ts';
import { shownLayers, type StudentShape } from './student.ts';
import type { StyleInput } from './teacher.ts';

/** The picture, RGB from 0 to 1. */
export const CANVAS = 'canvas';
/** What the student says the style is, and what it says the canvas is. */
export const wantedGram = (layer: string): string => `wanted.${layer}`;
export const seenGram = (layer: string): string => `seen.${layer}`;

/** Of the Gram matrices of a painting, by the names under which they are wanted. */
export function gramShapes(shape: StudentShape): Readonly<Record<string, readonly number[]>> {
  const painted = shownLayers(shape).filter(({ output }) => output in shape.painted);
  return Object.fromEntries(
    painted.map(({ output, channels }) => [wantedGram(output), [channels, channels]]),
  );
}

/**
 * What a painting minimizes, for a square canvas: how far its Gram matrices are from those wanted,
 * times the number of pixels; the Gram matrices; and in `graph` the derivative by the canvas as
 * well. The student's weights are inputs, as they change from painting step to painting step.
 */
export function paintingGraph(
  student: Graph,
  { input, shape, side }: { input: StyleInput; shape: StudentShape; side: number },
): { readonly graph: Graph; readonly forward: Graph } {
  const builder = new GraphBuilder('painting', operators);
  const canvas = builder.input(CANVAS, 'float32', [1, 3, side, side]);
  const { values } = inlineGraph(builder, withWeightsAsInputs(student), {
    inputs: { [input.name]: fedPicture(builder, canvas, input) },
  });
  const layers = Object.entries(shape.painted);
  const all = layers.reduce((sum, [, weight]) => sum + weight, 0);
  const seen = layers.map(([layer]) => gramMatrix(builder, values.get(layer)!));
  const terms = layers.map(([layer, weight], index) => {
    const wanted = builder.input(wantedGram(layer), 'float32', seen[index]!.shape);
    const distance = relativeGramDistance(builder, seen[index]!, wanted);
    return multiply(builder, distance, number(builder, (weight / all) * side ** 2));
  });
  const grams = layers.map(([layer], index) => [seenGram(layer), seen[index]!] as const);
  const forward = builder.build({ loss: sumOf(builder, terms), ...Object.fromEntries(grams) });
  const keep = grams.map(([name]) => name);
  const graph = gradient(forward, { loss: 'loss', variables: [CANVAS], keep, operators });
  return { graph, forward };
}

const sumOf = (builder: Builder, values: readonly Value[]): Value =>
  values.reduce((total, value) => add(builder, total, value));

const withWeightsAsInputs = ({ constants, ...graph }: Graph): Graph => ({
  ...graph,
  inputs: [
    ...graph.inputs,
    ...[...constants].map(([name, { type, shape }]) => ({ name, type, shape })),
  ],
  constants: new Map(),
});

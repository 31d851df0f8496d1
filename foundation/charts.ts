import { scaleLinear, scaleLog } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';

/**
 * Scales, ticks and shapes of charts, for the reports of the command line and for the window alike.
 * Pure: neither knows how the other draws.
 */

/** From a value of an axis to 0…1 along it; what lies beyond an end stays at it. */
export type Scale = (value: number) => number;

export type Point = readonly [x: number, y: number];

export const linearScale = (low: number, high: number): Scale =>
  scaleLinear([low, high], [0, 1]).clamp(true);

/** @param low above 0; smaller values lie on the edge */
export function logScale(low: number, high: number): Scale {
  const scale = scaleLog([low, high], [0, 1]).clamp(true);
  return (value) => scale(Math.max(value, low));
}

/** Round values, at most so many steps apart. */
export function linearTicks(low: number, high: number, steps: number): readonly number[] {
  const scale = scaleLinear([low, high], [0, 1]);
  for (let wanted = steps; wanted > 1; wanted--) {
    const ticks = scale.ticks(wanted);
    if (ticks.length <= steps + 1) return ticks;
  }
  return scale.ticks(1);
}

/** Powers of ten; within one decade 1, 2 and 5 of each, and round values where even that is too few. */
export function logTicks(low: number, high: number): readonly number[] {
  // More than there can be: all multiples of every power come back.
  const all = scaleLog([low, high], [0, 1]).ticks(10_000);
  const within = (factors: readonly number[]): readonly number[] =>
    all.filter((value) => factors.includes(Number(value.toExponential(6).split('e')[0])));
  return (
    [within([1]), within([1, 2, 5])].find(({ length }) => length > 1) ?? linearTicks(low, high, 4)
  );
}

/** The `d` of an SVG path through points, given in pixels. */
export const curveThrough = (points: readonly Point[]): string =>
  line<Point>(
    ([x]) => x,
    ([, y]) => y,
  ).digits(2)([...points]) ?? '';

/** The `d` of a histogram that stands on the ground, in pixels. @param edges one more than heights */
export function histogramOutline(
  edges: readonly number[],
  heights: readonly number[],
  ground: number,
): string {
  const tops = edges.map((x, i): Point => [x, heights[Math.min(i, heights.length - 1)] ?? ground]);
  const outline = area<Point>()
    .x(([x]) => x)
    .y0(ground)
    .y1(([, y]) => y)
    .curve(curveStepAfter)
    .digits(2);
  return outline(tops) ?? '';
}

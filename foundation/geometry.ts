import type { Box, Point } from '../contract/values.ts';

export interface Detection {
  /** In pixels of the picture that was searched; may reach beyond its border. */
  readonly box: Box;
  /** 0…1 */
  readonly score: number;
  /**
   * Eyes, tip of the nose, corners of the mouth, left to right in an upright picture; only from
   * detectors that give points.
   */
  readonly points?: readonly Point[];
}

export const areaOf = ({ width, height }: Box) => width * height;

export const centerOf = ({ x, y, width, height }: Box): Point => [x + width / 2, y + height / 2];

function overlapArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** 0 (apart) to 1 (the same). */
export function intersectionOverUnion(a: Box, b: Box): number {
  const overlap = overlapArea(a, b);
  return overlap === 0 ? 0 : overlap / (areaOf(a) + areaOf(b) - overlap);
}

/** The square about the box's center whose side is the longer side of the box times `factor`. */
export function squareAround(box: Box, factor = 1): Box {
  const side = Math.max(box.width, box.height) * factor;
  const [x, y] = centerOf(box);
  return { x: x - side / 2, y: y - side / 2, width: side, height: side };
}

/** The smallest box that holds all points; at least one point. */
export function boundsOf(points: readonly Point[]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

export function scaleBox({ x, y, width, height }: Box, factor: number): Box {
  return { x: x * factor, y: y * factor, width: width * factor, height: height * factor };
}

export const distanceBetween = ([ax, ay]: Point, [bx, by]: Point) => Math.hypot(ax - bx, ay - by);

export function meanPoint(points: readonly Point[]): Point {
  const sum = points.reduce<Point>(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

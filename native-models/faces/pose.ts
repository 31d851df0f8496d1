import type { Point } from '../../contract/values.ts';

/** Degrees; the head nods, then turns, then leans. All 0 for a face straight into the camera. */
export interface Pose {
  /** Positive where the face turns to the right of the picture. */
  readonly yaw: number;
  /** Positive where it looks up. */
  readonly pitch: number;
  /** Positive where it leans clockwise. */
  readonly roll: number;
}

type Vector = readonly [number, number, number];

/**
 * An average head, in millimeters from the tip of the nose: x to the right of the picture, y down,
 * z away from the camera. Rounded means of adults (Farkas 1994), by landmark number.
 */
export const headPoints: readonly (readonly [landmark: number, position: Vector])[] = [
  [36, [-45, -38, 40]],
  [39, [-17, -37, 30]],
  [42, [17, -37, 30]],
  [45, [45, -38, 40]],
  [27, [0, -36, 18]],
  [30, [0, 0, 0]],
  [33, [0, 14, 14]],
  [48, [-26, 34, 30]],
  [54, [26, 34, 30]],
];

/**
 * Estimates the pose by scaled orthographic projection (POS, DeMenthon & Davis 1995): the first two
 * rows of the rotation, times the scale, are the least-squares map of the head onto the landmarks.
 */
export function estimatePose(landmarks: readonly Point[]): Pose {
  const points = headPoints.map(([landmark]) => landmarks[landmark]!);
  const right = unit(projection(points.map(([x]) => x)));
  const down = unit(projection(points.map(([, y]) => y)));
  const away = unit(cross(right, down));
  return {
    yaw: degrees(Math.asin(away[0])),
    pitch: degrees(Math.atan2(-away[1], away[2])),
    roll: degrees(Math.atan2(down[0], right[0])),
  };
}

/** The vector whose products with the centered head points come closest to the values. */
function projection(values: readonly number[]): Vector {
  const center = mean(values);
  const moments = centeredHead.reduce<Vector>(
    (sum, position, i) => plus(sum, times(position, values[i]! - center)),
    [0, 0, 0],
  );
  return [
    dot(inverseScatter[0], moments),
    dot(inverseScatter[1], moments),
    dot(inverseScatter[2], moments),
  ];
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const times = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor];
const unit = (a: Vector): Vector => times(a, 1 / (Math.hypot(...a) || 1));
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const degrees = (radians: number) => (radians * 180) / Math.PI;

const centeredHead: readonly Vector[] = (() => {
  const positions = headPoints.map(([, position]) => position);
  const center: Vector = [
    mean(positions.map(([x]) => x)),
    mean(positions.map(([, y]) => y)),
    mean(positions.map(([, , z]) => z)),
  ];
  return positions.map((position) => plus(position, times(center, -1)));
})();

/** The inverse of Σ p pᵀ over the head points. */
const inverseScatter: readonly [Vector, Vector, Vector] = (() => {
  const row = (axis: 0 | 1 | 2) =>
    centeredHead.reduce<Vector>((sum, point) => plus(sum, times(point, point[axis])), [0, 0, 0]);
  const [a, b, c] = [row(0), row(1), row(2)];
  const share = 1 / dot(a, cross(b, c));
  return [times(cross(b, c), share), times(cross(c, a), share), times(cross(a, b), share)];
})();

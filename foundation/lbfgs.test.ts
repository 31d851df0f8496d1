import { expect, test } from 'vitest';
import { CurvatureHistory } from './lbfgs.ts';

type Vector = Float64Array<ArrayBuffer>;
type Gradient = (point: Vector) => Vector;
type Value = (point: Vector) => number;

/** Steps along −H · gradient, halved until the value falls enough, or doubled while it falls more. */
function minimize(value: Value, gradient: Gradient, start: readonly number[], steps: number) {
  const history = new CurvatureHistory(() => new Float64Array(start.length), 10);
  let point = Float64Array.from(start);
  for (let step = 0; step < steps; step++) {
    const slope = gradient(point);
    const direction = slope.slice();
    history.applyInverse(direction);
    const down = direction.reduce((sum, d, i) => sum + d * slope[i]!, 0);
    let size = 1;
    const at = (length: number) => point.map((x, i) => x - length * direction[i]!);
    while (size > 1e-12 && value(at(size)) > value(point) - 1e-4 * size * down) size /= 2;
    while (size < 1e6 && value(at(2 * size)) < value(at(size))) size *= 2;
    const next = at(size);
    history.remember([point, slope], [next, gradient(next)]);
    point = next;
  }
  return point;
}

test('after as many exact steps as there are directions it knows the inverse of a Hessian', () => {
  const hessian = [
    [4, 1, 0],
    [1, 3, 1],
    [0, 1, 2],
  ];
  const times = (v: Vector): Vector =>
    Float64Array.from(hessian, (row) => row.reduce((sum, h, i) => sum + h * v[i]!, 0));
  const history = new CurvatureHistory(() => new Float64Array(3), 3);
  // Steps that are conjugate under the Hessian: its inverse is then exact (Nocedal and Wright, 7.2).
  const steps: Vector[] = [];
  for (const axis of [0, 1, 2]) {
    const step = new Float64Array(3);
    step[axis] = 1;
    for (const former of steps) {
      const turned = times(former);
      const share =
        step.reduce((sum, s, i) => sum + s * turned[i]!, 0) /
        former.reduce((sum, s, i) => sum + s * turned[i]!, 0);
      former.forEach((s, i) => (step[i]! -= share * s));
    }
    steps.push(step);
    const none = new Float64Array(3);
    expect(history.remember([none, none], [step, times(step)])).toBe(true);
  }
  const vector = Float64Array.of(1, -2, 3);
  const image = times(vector);
  history.applyInverse(image);
  image.forEach((value, i) => {
    expect(value).toBeCloseTo(vector[i]!, 12);
  });
});

test('it finds the way along the valley of Rosenbrock', () => {
  const value: Value = ([x, y]) => (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2;
  const gradient: Gradient = ([x, y]) =>
    Float64Array.of(-2 * (1 - x!) - 400 * x! * (y! - x! ** 2), 200 * (y! - x! ** 2));
  const [x, y] = minimize(value, gradient, [-1.2, 1], 80);
  expect(x).toBeCloseTo(1, 6);
  expect(y).toBeCloseTo(1, 6);
});

test('a step without curvature is not remembered', () => {
  const history = new CurvatureHistory(() => new Float64Array(2), 4);
  const none = new Float64Array(2);
  expect(history.remember([none, none], [Float64Array.of(1, 0), Float64Array.of(-1, 0)])).toBe(
    false,
  );
  const gradient = Float64Array.of(3, 4);
  history.applyInverse(gradient);
  expect([...gradient]).toEqual([3, 4]);
});

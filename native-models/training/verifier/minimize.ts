type Vector = Float64Array<ArrayBuffer>;

/** Value and gradient at a point; the gradient is written to the array given. */
export type Objective = (point: Vector, gradient: Vector) => number;

const MEMORY = 10;
const MOST_HALVINGS = 40;

/**
 * Minimizes a smooth convex function by L-BFGS (Nocedal 1980) with steps halved until the value
 * falls enough (Armijo). Ends where no step helps any more, or the gradient is next to nothing.
 */
export function minimize(
  objective: Objective,
  start: Vector,
  { steps = 300, tolerance = 1e-7 } = {},
): Vector {
  let point = Float64Array.from(start);
  let gradient = new Float64Array(start.length);
  let value = objective(point, gradient);
  const memory: Pair[] = [];
  for (let step = 0; step < steps && norm(gradient) > tolerance; step++) {
    const direction = twoLoops(gradient, memory);
    const slope = dot(direction, gradient);
    const first = memory.length === 0 ? 1 / Math.max(1, norm(gradient)) : 1;
    const found = search(objective, { point, value, slope, direction, first });
    if (found === null) break;
    remember(memory, {
      moved: minus(found.point, point),
      turned: minus(found.gradient, gradient),
    });
    ({ point, gradient, value } = found);
  }
  return point;
}

interface Pair {
  readonly moved: Vector;
  readonly turned: Vector;
}

interface Reached {
  readonly point: Vector;
  readonly gradient: Vector;
  readonly value: number;
}

interface Line {
  readonly point: Vector;
  readonly value: number;
  readonly direction: Vector;
  readonly slope: number;
  readonly first: number;
}

function search(objective: Objective, line: Line): Reached | null {
  const { point: from, value: before, direction, slope, first } = line;
  if (!(slope < 0)) return null;
  const gradient = new Float64Array(from.length);
  for (let halving = 0, size = first; halving < MOST_HALVINGS; halving++, size /= 2) {
    const point = from.map((at, i) => at + size * direction[i]!);
    const value = objective(point, gradient);
    if (value <= before + 1e-4 * size * slope) return { point, gradient, value };
  }
  return null;
}

/** −H⁻¹ · gradient, H as the remembered steps show it. */
function twoLoops(gradient: Vector, memory: readonly Pair[]): Vector {
  const direction = gradient.map((value) => -value);
  const weights = memory.map(() => 0);
  for (let i = memory.length - 1; i >= 0; i--) {
    const { moved, turned } = memory[i]!;
    weights[i] = dot(moved, direction) / dot(moved, turned);
    addScaled(direction, turned, -weights[i]!);
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const scale = dot(last.moved, last.turned) / dot(last.turned, last.turned);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  memory.forEach(({ moved, turned }, i) => {
    addScaled(direction, moved, weights[i]! - dot(turned, direction) / dot(moved, turned));
  });
  return direction;
}

/** Steps without curvature would spoil the approximation. */
function remember(memory: Pair[], pair: Pair): void {
  if (dot(pair.moved, pair.turned) <= 1e-14) return;
  memory.push(pair);
  if (memory.length > MEMORY) memory.shift();
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Vector, addend: Vector, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * addend[i]!;
}

const norm = (vector: Vector): number => Math.sqrt(dot(vector, vector));
const minus = (a: Vector, b: Vector): Vector => a.map((v, i) => v - b[i]!);

/** Red, green and blue, each 0 to 1. */
export type Color = readonly [number, number, number];

/** `#rrggbb` as a color. */
export const hex = (code: string): Color =>
  [1, 3, 5].map((at) => Number.parseInt(code.slice(at, at + 2), 16) / 255) as unknown as Color;

/** Between two colors; 0 is the first. */
export const mix = (a: Color, b: Color, share: number): Color => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** Lighter (above 1) or darker. */
export const scaled = ([r, g, b]: Color, by: number): Color => [r * by, g * by, b * by];

export const clamp = (value: number, low = 0, high = 1): number =>
  Math.min(high, Math.max(low, value));

/** 0 up to `from`, 1 from `to` on, smooth between. */
export function ramp(value: number, from: number, to: number): number {
  const share = clamp((value - from) / (to - from));
  return share * share * (3 - 2 * share);
}

/** A stream of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export type Chance = () => number;

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Smooth noise over the plane, about −1 to 1; features are one unit large. */
export type Noise = (x: number, y: number) => number;

/** Gradient noise (Perlin 2002). */
export function noiseOf(seed: number): Noise {
  const chance = chanceOf(seed);
  const order = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 255; i > 0; i--) {
    const j = Math.floor(chance() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const angles = Float64Array.from({ length: 256 }, () => 2 * Math.PI * chance());
  const [eastward, southward] = [angles.map(Math.cos), angles.map(Math.sin)];
  const slope = (x: number, y: number, dx: number, dy: number): number => {
    const at = order[(order[x & 255]! + y) & 255]!;
    return eastward[at]! * dx + southward[at]! * dy;
  };
  const ease = (t: number) => t * t * t * (t * (t * 6 - 15) + 10);
  return (x, y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const dx = x - left;
    const dy = y - top;
    const u = ease(dx);
    const v = ease(dy);
    const above = slope(left, top, dx, dy) * (1 - u) + slope(left + 1, top, dx - 1, dy) * u;
    const below =
      slope(left, top + 1, dx, dy - 1) * (1 - u) + slope(left + 1, top + 1, dx - 1, dy - 1) * u;
    return 1.5 * (above * (1 - v) + below * v);
  };
}

/** Noise of several scales, each half as large and half as strong as the one before. */
export const layered =
  (noise: Noise, octaves: number): Noise =>
  (x, y) => {
    let [sum, weight, total] = [0, 1, 0];
    for (let octave = 0; octave < octaves; octave++, weight /= 2) {
      const scale = 2 ** octave;
      sum += weight * noise(x * scale + 17 * octave, y * scale - 31 * octave);
      total += weight;
    }
    return sum / total;
  };

export type Point = readonly [x: number, y: number];

/** What a stroke leaves at one point of it. */
export interface Mark {
  readonly color: Color;
  /** 0: what was there stays; 1: it is covered. */
  readonly cover: number;
  /** Thickness of the paint, for the light. */
  readonly height?: number;
}

/** A square sheet that is painted on. */
export class Sheet {
  readonly side: number;
  readonly #colors: Float32Array;
  readonly #heights: Float32Array;

  constructor(side: number, ground: Color) {
    this.side = side;
    this.#colors = new Float32Array(3 * side * side);
    this.#heights = new Float32Array(side * side);
    this.each(() => ground);
  }

  at(x: number, y: number): Color {
    const i = 3 * (y * this.side + x);
    return [this.#colors[i]!, this.#colors[i + 1]!, this.#colors[i + 2]!];
  }

  set(x: number, y: number, color: Color): void {
    this.#colors.set(color, 3 * (y * this.side + x));
  }

  raise(x: number, y: number, height: number): void {
    this.#heights[y * this.side + x] = height;
  }

  /** Every point becomes what the function makes of it. */
  each(color: (x: number, y: number, before: Color) => Color): void {
    for (let y = 0; y < this.side; y++)
      for (let x = 0; x < this.side; x++) this.set(x, y, color(x, y, this.at(x, y)));
  }

  /** Puts a mark where one is given, within a rectangle. */
  within(
    [left, top, right, bottom]: readonly [number, number, number, number],
    markAt: (x: number, y: number) => Mark | undefined,
  ): void {
    const [x0, y0] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))];
    const [x1, y1] = [Math.min(this.side - 1, right), Math.min(this.side - 1, bottom)];
    for (let y = y0; y <= y1; y++)
      for (let x = x0; x <= x1; x++) {
        const mark = markAt(x, y);
        if (mark === undefined || mark.cover <= 0) continue;
        this.#cover(3 * (y * this.side + x), mark.color, clamp(mark.cover));
        if (mark.height !== undefined && mark.cover > 0.4) this.raise(x, y, mark.height);
      }
  }

  #cover(i: number, color: Color, share: number): void {
    for (let k = 0; k < 3; k++) this.#colors[i + k]! += share * (color[k]! - this.#colors[i + k]!);
  }

  /**
   * A stroke along a line of points. `mark` is asked for every point of it: `along` from 0 to 1,
   * `across` from −1 to 1.
   */
  stroke(
    path: readonly Point[],
    radius: number,
    mark: (along: number, across: number) => Mark,
  ): void {
    const xs = path.map(([x]) => x);
    const ys = path.map(([, y]) => y);
    const box = [
      Math.min(...xs) - radius,
      Math.min(...ys) - radius,
      Math.max(...xs) + radius,
      Math.max(...ys) + radius,
    ] as const;
    this.within(box, (x, y) => {
      let nearest = radius * radius;
      let along = -1;
      let side = 0;
      for (let i = 0; i + 1 < path.length; i++) {
        const dx = xs[i + 1]! - xs[i]!;
        const dy = ys[i + 1]! - ys[i]!;
        const px = x - xs[i]!;
        const py = y - ys[i]!;
        const t = clamp((px * dx + py * dy) / (dx * dx + dy * dy || 1));
        const squared = (px - t * dx) ** 2 + (py - t * dy) ** 2;
        if (squared >= nearest) continue;
        nearest = squared;
        along = (i + t) / (path.length - 1);
        side = px * dy - py * dx < 0 ? -1 : 1;
      }
      return along < 0 ? undefined : mark(along, (side * Math.sqrt(nearest)) / radius);
    });
  }

  /** Light from the upper left on the thickness of the paint. */
  light(strength: number): void {
    const { side } = this;
    const height = (x: number, y: number) =>
      this.#heights[clamp(y, 0, side - 1) * side + clamp(x, 0, side - 1)]!;
    this.each((x, y, color) => {
      const slope = height(x + 1, y) - height(x - 1, y) + height(x, y + 1) - height(x, y - 1);
      const shine = strength * clamp(-slope, -1, 1);
      return shine > 0 ? mix(color, [1, 1, 1], 0.6 * shine) : scaled(color, 1 + shine);
    });
  }

  /** Red, green, blue, row after row. */
  bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#colors, (value) => Math.round(255 * clamp(value)));
  }
}

/** A line that follows a field of directions, `count` steps of `step` pixels, from its middle. */
export function flowLine(
  [x, y]: Point,
  angleAt: (x: number, y: number) => number,
  count: number,
  step: number,
): readonly Point[] {
  const half = (sign: number): Point[] => {
    const points: Point[] = [];
    let [px, py] = [x, y];
    for (let i = 0; i < count / 2; i++) {
      const angle = angleAt(px, py);
      px += sign * step * Math.cos(angle);
      py += sign * step * Math.sin(angle);
      points.push([px, py]);
    }
    return points;
  };
  return [...half(-1).reverse(), [x, y], ...half(1)];
}

/** Points about `gap` pixels apart, in random order, a little beyond the edges too. */
export function scattered(side: number, gap: number, chance: Chance): readonly Point[] {
  const points: Point[] = [];
  for (let y = -gap; y < side + gap; y += gap)
    for (let x = -gap; x < side + gap; x += gap)
      points.push([x + gap * 1.2 * (chance() - 0.5), y + gap * 1.2 * (chance() - 0.5)]);
  for (let i = points.length - 1; i > 0; i--) {
    const j = Math.floor(chance() * (i + 1));
    [points[i], points[j]] = [points[j]!, points[i]!];
  }
  return points;
}

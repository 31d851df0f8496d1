export interface Axis {
  readonly label: string;
  readonly kind?: 'linear' | 'log';
  /** Ends of the axis; taken from the data if absent. */
  readonly range?: readonly [number, number];
  readonly format?: (value: number) => string;
}

export type Series = {
  readonly label: string;
  readonly tone?: 'accent' | 'good' | 'bad' | 'warn' | 'soft';
  readonly points: readonly (readonly [number, number])[];
};

/** Share of an axis that stays free beyond the data, so that no line lies on the edge. */
const MARGIN = 0.04;

/** Maps a value to 0…1 along its axis; logarithmic axes take values above 0 only. */
export function scaleOf(axis: Axis, values: readonly number[]): (value: number) => number {
  const [low, high] = rangeOf(axis, values) ?? [0, 1];
  const put = putterOf(axis);
  const [from, to] = [put(low), put(high)];
  const span = to - from || 1;
  return (value) => Math.min(1, Math.max(0, (put(Math.max(value, low)) - from) / span));
}

/** Round values for tick marks, at most six or so. */
export function ticksOf(axis: Axis, values: readonly number[]): readonly number[] {
  const range = rangeOf(axis, values);
  if (range === undefined) return [];
  return axis.kind === 'log' ? decades(...range) : rounds(...range);
}

/** Digits of 11 pixels are 6 to 7 wide, a per cent sign 11, in whatever font the system has. */
const CHARACTER_PIXELS = 8;

/** Pixels that the longest of some labels takes. */
export const roomFor = (labels: readonly string[]): number =>
  Math.max(0, ...labels.map(({ length }) => length)) * CHARACTER_PIXELS;

const putterOf = ({ kind }: Axis): ((value: number) => number) =>
  kind === 'log' ? Math.log10 : (value) => value;

/** What the axis says, else the data with a margin; undefined where there is nothing to show. */
function rangeOf(axis: Axis, values: readonly number[]): readonly [number, number] | undefined {
  if (axis.range !== undefined) return axis.range;
  const log = axis.kind === 'log';
  const usable = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  if (usable.length === 0) return undefined;
  const put = putterOf(axis);
  const [low, high] = [Math.min(...usable), Math.max(...usable)];
  const margin = (put(high) - put(low)) * MARGIN;
  if (log) return [10 ** (put(low) - margin), 10 ** (put(high) + margin)];
  // What is never negative gets no negative end.
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}

/** Powers of ten; within one decade finer steps, or there would be nothing to read. */
function decades(low: number, high: number): readonly number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  const within = (factors: readonly number[]) =>
    powers
      .flatMap((power) => factors.map((factor) => factor * power))
      .filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  return [within([1]), within([1, 2, 5])].find(({ length }) => length > 1) ?? rounds(low, high);
}

function rounds(low: number, high: number): readonly number[] {
  const raw = (high - low) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw;
  const first = Math.ceil(low / step) * step;
  const count = Math.floor((high - first) / step + 1e-9) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
}

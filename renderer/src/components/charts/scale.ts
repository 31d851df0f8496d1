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

/** Maps a value to 0…1 along its axis; logarithmic axes take values above 0 only. */
export function scaleOf(axis: Axis, values: readonly number[]): (value: number) => number {
  const log = axis.kind === 'log';
  const usable = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const [low, high] = axis.range ?? [Math.min(...usable), Math.max(...usable)];
  const put = log ? Math.log10 : (value: number) => value;
  const [from, to] = [put(low), put(high)];
  const span = to - from || 1;
  return (value) =>
    Math.min(1, Math.max(0, (put(log ? Math.max(value, low) : value) - from) / span));
}

/** Round values for tick marks, at most six or so. */
export function ticksOf(axis: Axis, values: readonly number[]): readonly number[] {
  const log = axis.kind === 'log';
  const usable = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  if (usable.length === 0 && axis.range === undefined) return [];
  const [low, high] = axis.range ?? [Math.min(...usable), Math.max(...usable)];
  return log ? decades(low, high) : rounds(low, high);
}

function decades(low: number, high: number): readonly number[] {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => 10 ** (from + index));
}

function rounds(low: number, high: number): readonly number[] {
  const raw = (high - low) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw;
  const first = Math.ceil(low / step) * step;
  const count = Math.floor((high - first) / step + 1e-9) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
}

import {
  linearScale,
  linearTicks,
  logScale,
  logTicks,
  type Scale,
} from '../../../../foundation/charts.ts';

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
export function scaleOf(axis: Axis, values: readonly number[]): Scale {
  const range = rangeOf(axis, values) ?? [0, 1];
  return axis.kind === 'log' ? logScale(...range) : linearScale(...range);
}

/** Round values for tick marks, about four, or powers of ten. */
export function ticksOf(axis: Axis, values: readonly number[]): readonly number[] {
  const range = rangeOf(axis, values);
  if (range === undefined) return [];
  return axis.kind === 'log' ? logTicks(...range) : linearTicks(...range, 4);
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

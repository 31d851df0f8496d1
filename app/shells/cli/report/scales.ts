/** Maps a value of an axis to 0…1 along it. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));

export function linear(min: number, max: number, ticks: readonly Tick[]): Scale {
  return { at: (value) => clamp((value - min) / (max - min)), ticks };
}

/** Logarithmic: `min` and `max` above 0. Smaller values lie on the edge. */
export function logarithmic(min: number, max: number, ticks: readonly Tick[]): Scale {
  const [low, high] = [Math.log(min), Math.log(max)];
  const at = (value: number) => clamp((Math.log(Math.max(value, min)) - low) / (high - low));
  return { at, ticks };
}

/** Normal deviates, the axes of DET plots (Martin et al. 1997). Rates between 0 and 1. */
export function normalDeviate(min: number, max: number, ticks: readonly Tick[]): Scale {
  const [low, high] = [probit(min), probit(max)];
  const within = (rate: number) => Math.min(max, Math.max(min, rate));
  return { at: (rate) => (probit(within(rate)) - low) / (high - low), ticks };
}

/** Evenly spaced ticks on round numbers, about `count` of them. */
export function roundTicks(
  min: number,
  max: number,
  count: number,
  label: (value: number) => string,
): readonly Tick[] {
  const step = roundStep((max - min) / count);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step).map((value) => ({
    value,
    label: label(value),
  }));
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw * 0.999) ?? 10;
  return factor * power;
}

/** "0.01 %" without the noise of floating point. */
export const rateLabel = (rate: number) => `${Number((rate * 100).toPrecision(6))} %`;

export const rateTicks = (rates: readonly number[]): readonly Tick[] =>
  rates.map((value) => ({ value, label: rateLabel(value) }));

/** The inverse of the normal distribution, by bisection. */
export function probit(share: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (series * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  return x >= 0 ? 1 - tail : tail;
}

import type { RandomStream } from '../../../foundation/random.ts';
import type { Weights } from './rate-cursor.ts';

/**
 * A bootstrap resample of people, not of photos or comparisons: comparisons that share a person
 * depend on each other. Whoever is drawn twice is so both as stranger and as enrolled, which Owen
 * (2007) calls the pigeonhole bootstrap and shows to err on the side of too much variance.
 */
export function resamplePeople(people: number, random: RandomStream): Weights {
  const weights = new Uint8Array(people);
  for (let draw = 0; draw < people; draw++) weights[random.below(people)]! += 1;
  return weights;
}

export const everybodyOnce = (people: number): Weights => new Uint8Array(people).fill(1);

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The middle 95 % of the values. */
export function middle95(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/**
 * The middle 95 % of resampled rates, moved to the rate itself by the ratio of their mean to it: a
 * resample has fewer different people, so that a large gallery of them meets fewer.
 */
export function withoutBias(values: readonly number[], rate: number): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const { low, high } = middle95(values);
  const ratio = mean === 0 ? 1 : rate / mean;
  return { low: low * ratio, high: Math.min(1, high * ratio) };
}

/** Linear between the ordered values. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  return below + (place % 1) * (sorted[Math.ceil(place)]! - below);
}

import { middle95, resamplePeople, type Weights, type Interval } from './calibration/rates.ts';
import { ascendingOrder, countAtOrBelow, sortDistances, type Comparisons } from './pairs.ts';
import { RandomStream } from '../../foundation/random.ts';
import { LikenessError } from '../../contract/errors.ts';

export interface SeparationRates {
  readonly eer: number;
  /** 1 − FNMR, one per false accept rate. */
  readonly tar: readonly number[];
}

/**
 * What `equalErrorRate` and `pointAtFar` give where each person counts as often as `weights` says: a
 * mated comparison so often, a non-mated one as often as both people together (their product).
 * Copies of one person are not compared with each other. Null where nothing mated or nothing
 * non-mated is left.
 *
 * Where the comparisons within reach end before a rate is met, its value there is given.
 *
 * @param fars false accept rates, ascending.
 */
export function weightedRates(
  { photosOf, mated, nonMated }: OwnedComparisons,
  weights: Weights,
  fars: readonly number[],
): SeparationRates | null {
  const total = totals(photosOf, weights);
  if (total.mated === 0 || total.nonMated === 0) return null;
  const allowed = fars.map((far) => far * total.nonMated + 1e-6);
  const tar: number[] = [];
  let eer: number | null = null;
  let [m, n, accepted, wrong] = [0, 0, 0, 0];
  while (eer === null || tar.length < fars.length) {
    const threshold = Math.min(
      m < mated.distances.length ? mated.distances[m]! : Infinity,
      n < nonMated.distances.length ? nonMated.distances[n]! : Infinity,
    );
    if (threshold === Infinity) break;
    const [acceptedBelow, wrongBelow] = [accepted, wrong];
    for (; mated.distances[m] === threshold; m++) accepted += weights[mated.person[m]!]!;
    for (; nonMated.distances[n] === threshold; n++)
      wrong += weights[nonMated.a[n]!]! * weights[nonMated.b[n]!]!;
    while (tar.length < fars.length && wrong > allowed[tar.length]!)
      tar.push(acceptedBelow / total.mated);
    if (eer === null && wrong / total.nonMated >= 1 - accepted / total.mated)
      eer = meeting(
        { fmr: wrongBelow / total.nonMated, fnmr: 1 - acceptedBelow / total.mated },
        { fmr: wrong / total.nonMated, fnmr: 1 - accepted / total.mated },
      );
  }
  const last = accepted / total.mated;
  return { eer: eer ?? 1 - last, tar: fars.map((_, i) => tar[i] ?? last) };
}

interface Rates {
  readonly fmr: number;
  readonly fnmr: number;
}

/** Where FMR and FNMR meet on the straight line between two thresholds. */
function meeting(before: Rates, after: Rates): number {
  const gapBefore = before.fnmr - before.fmr;
  const gapAfter = after.fmr - after.fnmr;
  const share = gapBefore / (gapBefore + gapAfter);
  return before.fmr + share * (after.fmr - before.fmr);
}

function totals(photosOf: Uint32Array, weights: Weights): { mated: number; nonMated: number } {
  let [mated, photos, squares] = [0, 0, 0];
  photosOf.forEach((count, person) => {
    const weight = weights[person]!;
    mated += (weight * count * (count - 1)) / 2;
    photos += weight * count;
    squares += (weight * count) ** 2;
  });
  return { mated, nonMated: (photos ** 2 - squares) / 2 };
}

/** Encoded faces of known people; the arrays run in parallel. */
export interface LabeledFaces {
  /** float32[dimension] each. */
  readonly encodings: readonly Float32Array[];
  /** 0, 1, 2 … per person. */
  readonly people: readonly number[];
}

/** Comparisons by ascending distance, and whose photos they are of. */
interface OwnedComparisons {
  /** By the numbers of people. */
  readonly photosOf: Uint32Array;
  readonly mated: { readonly distances: Float32Array; readonly person: Uint32Array };
  /** Those within reach only; `photosOf` tells how many there are in all. */
  readonly nonMated: {
    readonly distances: Float32Array;
    readonly a: Uint32Array;
    readonly b: Uint32Array;
  };
}

/**
 * Compares every face with every other, and keeps who they are of. Farther non-mated comparisons
 * than `reach` are not kept: most are far beyond any threshold, and millions would fill the memory.
 * Steps as in `compareAll`.
 *
 * @param comparisons the same faces' distances, which say how many there will be.
 */
export function* ownComparisons(
  { encodings, people }: LabeledFaces,
  comparisons: Comparisons,
  reach: number,
): Generator<number, OwnedComparisons> {
  const mated = new Pairs(comparisons.mated.length);
  const nonMated = new Pairs(countAtOrBelow(comparisons.nonMated, reach));
  for (let row = 1; row < encodings.length; row++) {
    const encoding = encodings[row]!;
    const a = people[row]!;
    for (let column = 0; column < row; column++) {
      const b = people[column]!;
      const d = Math.fround(distance(encoding, encodings[column]!));
      if (a === b) mated.add(d, a, b);
      else if (d <= reach) nonMated.add(d, a, b);
    }
    yield (row * (row + 1)) / 2;
  }
  const { distances, a: person } = mated.ascending();
  return {
    photosOf: countPhotos(people),
    mated: { distances, person },
    nonMated: nonMated.ascending(),
  };
}

class Pairs {
  readonly #distances: Float32Array;
  readonly #a: Uint32Array;
  readonly #b: Uint32Array;
  #count = 0;

  constructor(length: number) {
    this.#distances = new Float32Array(length);
    this.#a = new Uint32Array(length);
    this.#b = new Uint32Array(length);
  }

  add(distanceOf: number, a: number, b: number): void {
    this.#distances[this.#count] = distanceOf;
    this.#a[this.#count] = a;
    this.#b[this.#count++] = b;
  }

  ascending(): OwnedComparisons['nonMated'] {
    const order = ascendingOrder(this.#distances);
    const distances = new Float32Array(order.length);
    order.forEach((place, rank) => (distances[rank] = this.#distances[place]!));
    return {
      distances,
      a: order.map((place) => this.#a[place]!),
      b: order.map((place) => this.#b[place]!),
    };
  }
}

function countPhotos(people: readonly number[]): Uint32Array {
  const photosOf = new Uint32Array(people.reduce((most, person) => Math.max(most, person + 1), 0));
  for (const person of people) photosOf[person]! += 1;
  return photosOf;
}

interface ResamplingPlan {
  /** False accept rates, ascending. */
  readonly fars: readonly number[];
  readonly resamples: number;
  readonly seed: number;
}

/** Fewer people with two faces say too little about others. */
export const FEWEST_PEOPLE = 10;

/** A resample meets rates somewhat farther out than everybody once does. */
const MARGIN = 3;
const FEWEST_KEPT = 200_000;

/** How far non-mated comparisons matter to resamples: well beyond EER and the largest FAR. */
export function reachOf({ nonMated }: Comparisons, eer: number, largestFar = 0.01): number {
  const share = MARGIN * Math.max(eer, largestFar);
  const kept = Math.max(FEWEST_KEPT, Math.ceil(share * nonMated.length));
  return nonMated[Math.min(kept, nonMated.length) - 1] ?? 0;
}

/**
 * The rates on resample after resample of the people. One seed draws the same people for every
 * encoder, which makes differences of their rates paired. Yields the resamples done so far.
 */
export function* resampledRates(
  owned: OwnedComparisons,
  { fars, resamples, seed }: ResamplingPlan,
): Generator<number, readonly (SeparationRates | null)[]> {
  const results: (SeparationRates | null)[] = [];
  while (results.length < resamples) {
    const random = new RandomStream(seed, 'comparison', results.length);
    const weights = resamplePeople(owned.photosOf.length, random);
    results.push(weightedRates(owned, weights, fars));
    yield results.length;
  }
  return results;
}

interface DifferenceIntervals {
  readonly eer: Interval;
  /** One per false accept rate. */
  readonly tar: readonly Interval[];
}

/**
 * Where 95 % of the differences b − a lie that resamples of the people give. Null where hardly any
 * resample had something to compare.
 */
export function differenceIntervals(
  a: readonly (SeparationRates | null)[],
  b: readonly (SeparationRates | null)[],
): DifferenceIntervals | null {
  const both = a.flatMap((rates, i) => {
    const other = b[i] ?? null;
    return rates === null || other === null ? [] : [[rates, other] as const];
  });
  if (both.length < a.length / 2) return null;
  const over = (of: (rates: SeparationRates) => number): Interval =>
    middle95(both.map(([ofA, ofB]) => of(ofB) - of(ofA)));
  return {
    eer: over(({ eer }) => eer),
    tar: both[0]![0].tar.map((_, i) => over(({ tar }) => tar[i]!)),
  };
}

/** Encoded photos of known people; the arrays run in parallel. */
export interface LabeledEncodings {
  /** float32[dimension] each; null where no face was found. */
  readonly encodings: readonly (Float32Array | null)[];
  /** A number per person. */
  readonly people: readonly number[];
}

/** Four bytes each: beyond this the distances alone would take more than a gigabyte. */
const MOST_COMPARISONS = 250_000_000;

/** Euclidean distance between two encodings; infinite where one of them is missing. */
export function distance(a: Float32Array | null, b: Float32Array | null): number {
  if (a === null || b === null) return Infinity;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

/**
 * Compares every photo with every other, in steps short enough for an event loop to breathe
 * between them; each step yields the number of comparisons done so far.
 *
 * @throws LikenessError `evaluation_impossible` without a mated or a non-mated comparison, or with
 *   more comparisons than memory is for.
 */
export function* compareAll(photos: LabeledEncodings): Generator<number, Comparisons> {
  const { encodings, people } = photos;
  const counts = countComparisons(people);
  assertPossible(counts);
  const mated = new Float32Array(counts.mated);
  const nonMated = new Float32Array(counts.nonMated);
  let matedDone = 0;
  let nonMatedDone = 0;
  for (let row = 1; row < encodings.length; row++) {
    const encoding = encodings[row]!;
    const person = people[row];
    for (let column = 0; column < row; column++) {
      const d = distance(encoding, encodings[column]!);
      if (people[column] === person) mated[matedDone++] = d;
      else nonMated[nonMatedDone++] = d;
    }
    yield matedDone + nonMatedDone;
  }
  return { mated: sortDistances(mated), nonMated: sortDistances(nonMated) };
}

/** Numbers of mated and non-mated comparisons when everything is compared with everything. */
export function countComparisons(people: readonly number[]): { mated: number; nonMated: number } {
  const photosOf = new Map<number, number>();
  for (const person of people) photosOf.set(person, (photosOf.get(person) ?? 0) + 1);
  let mated = 0;
  for (const count of photosOf.values()) mated += (count * (count - 1)) / 2;
  return { mated, nonMated: (people.length * (people.length - 1)) / 2 - mated };
}

function assertPossible({ mated, nonMated }: { mated: number; nonMated: number }): void {
  if (mated === 0 || nonMated === 0)
    throw new LikenessError(
      'evaluation_impossible',
      `There are ${mated} mated and ${nonMated} non-mated comparisons, but both kinds are needed. ` +
        'Give at least two people, one of them with two photos.',
      { details: { mated, nonMated } },
    );
  if (mated + nonMated > MOST_COMPARISONS)
    throw new LikenessError(
      'evaluation_impossible',
      `${mated + nonMated} comparisons are more than fit in memory (${MOST_COMPARISONS}). ` +
        'Limit the photos per person.',
      { details: { comparisons: mated + nonMated, limit: MOST_COMPARISONS } },
    );
}

import { GalleryDraws, type CrossSearches, type Draws } from './galleries.ts';
import { RandomStream } from '../../../foundation/random.ts';

/** How often each person counts; they sum to the number of people. */
export type Weights = Uint8Array;

/**
 * Rates of open-set identification while the threshold rises from hit to hit, for several sizes of
 * gallery at once. Everybody in turn is the stranger, and the gallery is drawn among the others.
 * A person counts once, however many photos there are of them.
 */
export class RateCursor {
  /** Per size: share of searches by strangers that name somebody. */
  readonly fpir: Float64Array;
  readonly #found: Float64Array;
  readonly #searches: CrossSearches;
  readonly #weights: Weights;
  readonly #draws: readonly (Draws | undefined)[];
  /** What a probe of each person adds at most to either rate. */
  readonly #strangerShare: Float64Array;
  readonly #matedShare: Float64Array;
  /** People met by each probe so far, as often as they count. */
  readonly #met: Int32Array;
  #next = 0;

  constructor(searches: CrossSearches, draws: GalleryDraws, weights: Weights) {
    this.#searches = searches;
    this.#weights = weights;
    this.fpir = new Float64Array(draws.sizes.length);
    this.#found = new Float64Array(draws.sizes.length);
    this.#met = new Int32Array(searches.personOf.length);
    const used = new Set(weights);
    this.#draws = Array.from({ length: Math.max(...used) + 1 }, (_, weight) =>
      weight > 0 && used.has(weight) ? draws.withoutStranger(weight) : undefined,
    );
    this.#strangerShare = shares(searches.photosOf, weights);
    this.#matedShare = shares(searches.matedOf, weights);
  }

  /** Of the hit that the next step takes in; infinite after the last. */
  get distance(): number {
    return this.#searches.distances[this.#next] ?? Infinity;
  }

  /** Takes the next hit in, for the first few sizes only where the others do not matter any more. */
  step(sizes = this.fpir.length): void {
    const { probes, persons, personOf } = this.#searches;
    const probe = probes[this.#next]!;
    const person = persons[this.#next]!;
    this.#next += 1;
    const owner = personOf[probe]!;
    const weight = this.#weights[owner]!;
    const count = this.#weights[person]!;
    if (weight === 0 || count === 0) return;
    const draws = this.#draws[weight]!;
    const met = this.#met[probe]!;
    if (owner === person) {
      this.#meetOwn(draws, met, this.#matedShare[owner]!);
      return;
    }
    this.#met[probe] = met + count;
    const share = this.#strangerShare[owner]!;
    for (let s = 0; s < sizes; s++) {
      const none = draws.none[s]!;
      this.fpir[s]! += share * draws.scale[s]! * (none[met]! - none[met + count]!);
    }
  }

  /** Takes in all hits up to and at the threshold. */
  advanceTo(threshold: number): void {
    while (this.distance <= threshold) this.step();
  }

  /** Per size: share of searches by enrolled people that do not name them first; null without any. */
  fnir(size: number): number | null {
    return this.#matedShare.some((share) => share > 0) ? Math.max(0, 1 - this.#found[size]!) : null;
  }

  /** The own person is named where nobody nearer is in the gallery. */
  #meetOwn(draws: Draws, met: number, share: number): void {
    for (let s = 0; s < this.#found.length; s++)
      this.#found[s]! += share * draws.noneBeside[s]![met]!;
  }
}

function shares(photosOf: Int32Array, weights: Weights): Float64Array {
  let total = 0;
  photosOf.forEach((photos, person) => {
    if (photos > 0) total += weights[person]!;
  });
  return Float64Array.from(photosOf, (photos, person) =>
    photos === 0 ? 0 : weights[person]! / (photos * total),
  );
}

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
function withoutBias(values: readonly number[], rate: number): Interval {
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

/** By size of the gallery, then by wanted rate. */
export type Grid<T = number> = readonly (readonly T[])[];

/**
 * Per size and wanted FPIR the most permissive threshold that keeps to it. Where even all hits
 * together keep to it, the farthest distance that was looked at.
 *
 * @param draws whose sizes ascend.
 * @param wanted FPIRs, ascending.
 */
export function thresholdsFor(
  searches: CrossSearches,
  draws: GalleryDraws,
  weights: Weights,
  wanted: readonly number[],
): Grid {
  const cursor = new RateCursor(searches, draws, weights);
  const found = draws.sizes.map((): number[] => []);
  // The larger the gallery, the earlier it is done.
  for (let open = found.length; open > 0 && cursor.distance < Infinity;) {
    const { distance } = cursor;
    cursor.step(open);
    for (let s = 0; s < open; s++) {
      const thresholds = found[s]!;
      while (thresholds.length < wanted.length && cursor.fpir[s]! > wanted[thresholds.length]!)
        thresholds.push(nextBelow(distance));
    }
    while (open > 0 && found[open - 1]!.length === wanted.length) open -= 1;
  }
  const last = Math.min(searches.reach, searches.distances.at(-1) ?? 0);
  return found.map((thresholds) => wanted.map((_, i) => thresholds[i] ?? last));
}

/** Per size and threshold the FPIR there. @param thresholds per size, ascending. */
export function fpirAt(
  searches: CrossSearches,
  draws: GalleryDraws,
  weights: Weights,
  thresholds: Grid,
): Grid {
  const cursor = new RateCursor(searches, draws, weights);
  const rates = thresholds.map((row) => row.map(() => 0));
  const stops = thresholds.flatMap((row, s) => row.map((threshold, i) => ({ threshold, s, i })));
  for (const { threshold, s, i } of stops.sort((a, b) => a.threshold - b.threshold)) {
    cursor.advanceTo(threshold);
    rates[s]![i] = cursor.fpir[s]!;
  }
  return rates;
}

/** Thresholds that go no further than their ceilings. */
export const atMost = (thresholds: Grid, ceilings: Grid): Grid =>
  thresholds.map((row, s) => row.map((threshold, w) => Math.min(threshold, ceilings[s]![w]!)));

/** The float32 next below a distance: thresholds are inclusive. */
function nextBelow(distance: number): number {
  if (distance === 0) return 0;
  const bits = new Uint32Array(Float32Array.of(distance).buffer);
  bits[0]! -= 1;
  return new Float32Array(bits.buffer)[0]!;
}

/**
 * FPIR of one gallery drawn among resampled people, where all others are strangers, per threshold;
 * null where nobody is left to be one.
 *
 * @param thresholds ascending.
 */
export function fpirOfOneGallery(
  searches: CrossSearches,
  weights: Weights,
  { size, thresholds }: { readonly size: number; readonly thresholds: readonly number[] },
  random: RandomStream,
): readonly number[] | null {
  const { distances, probes, persons, personOf, photosOf } = searches;
  const enrolled = drawPeople(weights, size, random);
  let strangers = 0;
  weights.forEach((weight, person) => (strangers += enrolled[person] === 1 ? 0 : weight));
  if (strangers === 0) return null;
  const named = new Uint8Array(personOf.length);
  let rate = 0;
  let next = 0;
  return thresholds.map((threshold) => {
    for (; next < distances.length && distances[next]! <= threshold; next++) {
      const probe = probes[next]!;
      const owner = personOf[probe]!;
      if (enrolled[persons[next]!] === 0 || enrolled[owner] === 1 || named[probe] === 1) continue;
      named[probe] = 1;
      rate += weights[owner]! / (photosOf[owner]! * strangers);
    }
    return rate;
  });
}

/** 1 for everybody who was drawn; who counts twice is twice as likely, and fills two places. */
function drawPeople(weights: Weights, size: number, random: RandomStream): Uint8Array {
  const places = [...weights].flatMap((weight, person) => new Array<number>(weight).fill(person));
  const enrolled = new Uint8Array(weights.length);
  for (let i = 0; i < Math.min(size, places.length); i++) {
    const j = i + random.below(places.length - i);
    [places[i], places[j]] = [places[j]!, places[i]!];
    enrolled[places[i]!] = 1;
  }
  return enrolled;
}

interface CurvePoint {
  readonly threshold: number;
  readonly fpir: number;
  /** 95 %, of resamples of the people. */
  readonly fpirBand: Interval;
  /** Null where nobody has two photos. */
  readonly fnir: number | null;
  readonly fnirBand: Interval | null;
}

export interface RateCurve {
  readonly gallery: number;
  readonly points: readonly CurvePoint[];
}

export interface CurvePlan {
  readonly sizes: readonly number[];
  readonly resamples: number;
  readonly seed: number;
}

/** Higher rates are nobody's wish. */
const HIGHEST_FPIR = 0.5;
const POINTS = 60;

/**
 * Both rates over the threshold for each size of gallery, from the nearest look-alikes on. Yields
 * the resamples done so far.
 */
export function* rateCurves(
  searches: CrossSearches,
  { sizes, resamples, seed }: CurvePlan,
): Generator<number, readonly RateCurve[]> {
  const draws = new GalleryDraws(searches.people, sizes);
  const everybody = everybodyOnce(searches.people);
  const grids = thresholdsFor(searches, draws, everybody, [0, HIGHEST_FPIR]).map(evenly);
  const rates = ratesOn(searches, draws, everybody, grids);
  const drawn: RatesOnGrid[] = [];
  while (drawn.length < resamples) {
    const random = new RandomStream(seed, 'calibration curves', drawn.length);
    drawn.push(ratesOn(searches, draws, resamplePeople(searches.people, random), grids));
    yield drawn.length;
  }
  return sizes.map((gallery, s) => ({
    gallery,
    points: grids[s]!.map((threshold, i) => ({
      threshold,
      ...rates[s]![i]!,
      fpirBand: withoutBias(
        drawn.map((rows) => rows[s]![i]!.fpir),
        rates[s]![i]!.fpir,
      ),
      fnirBand: bandOf(drawn.map((rows) => rows[s]![i]!.fnir)),
    })),
  }));
}

const bandOf = (rates: readonly (number | null)[]): Interval | null => {
  const known = rates.filter((rate) => rate !== null);
  return known.length === 0 ? null : middle95(known);
};

/** By size, then by threshold. */
type RatesOnGrid = readonly (readonly {
  readonly fpir: number;
  readonly fnir: number | null;
}[])[];

const evenly = ([from, to]: readonly number[]): readonly number[] =>
  Array.from({ length: POINTS }, (_, i) => from! + ((to! - from!) * i) / (POINTS - 1));

/** Both rates at the thresholds of each size. */
export function ratesOn(
  searches: CrossSearches,
  draws: GalleryDraws,
  weights: Weights,
  grids: readonly (readonly number[])[],
): RatesOnGrid {
  const cursor = new RateCursor(searches, draws, weights);
  const rows = grids.map((grid) => grid.map(() => ({ fpir: 0, fnir: null as number | null })));
  const stops = grids.flatMap((grid, s) => grid.map((threshold, i) => ({ threshold, s, i })));
  for (const { threshold, s, i } of stops.sort((a, b) => a.threshold - b.threshold)) {
    cursor.advanceTo(threshold);
    rows[s]![i] = { fpir: cursor.fpir[s]!, fnir: cursor.fnir(s) };
  }
  return rows;
}

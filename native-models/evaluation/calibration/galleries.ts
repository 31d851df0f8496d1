/** What follows from drawing galleries of several sizes among the people other than a stranger. */
export interface Draws {
  /** Per size, by k: chance that none of k given people is in the gallery. */
  readonly none: readonly Float64Array[];
  /** The same for the places that are left where the probe's own person has one. */
  readonly noneBeside: readonly Float64Array[];
  /** Per size, by what the rate of the largest gallery that can be drawn is multiplied. */
  readonly scale: readonly number[];
}

/**
 * Galleries drawn without replacement, so that rates are exact means over all galleries of a size,
 * and no gallery has to be drawn at all. Beyond the number of people there are, the chance to meet
 * somebody is extrapolated in proportion to the size: an upper bound, as that chance is concave.
 */
export class GalleryDraws {
  readonly people: number;
  readonly sizes: readonly number[];
  readonly #byWeight = new Map<number, Draws>();

  constructor(people: number, sizes: readonly number[]) {
    this.people = people;
    this.sizes = sizes;
  }

  /** @param weight how often the stranger counts among the people, 1 where nothing is resampled. */
  withoutStranger(weight: number): Draws {
    const known = this.#byWeight.get(weight);
    if (known !== undefined) return known;
    const others = Math.max(1, this.people - weight);
    const draws = {
      none: this.sizes.map((size) => chancesOfNone(others, size)),
      noneBeside: this.sizes.map((size) => chancesOfNone(others, size - 1)),
      scale: this.sizes.map((size) => Math.max(1, size / others)),
    };
    this.#byWeight.set(weight, draws);
    return draws;
  }
}

/** C(others − k, size) / C(others, size) for k from 0 to `others`. */
export function chancesOfNone(others: number, size: number): Float64Array {
  const drawn = Math.min(size, others);
  const chances = new Float64Array(others + 1);
  chances[0] = 1;
  for (let k = 0; k < others; k++)
    chances[k + 1] = (chances[k]! * Math.max(0, others - drawn - k)) / (others - k);
  return chances;
}

/** The nearest of many hits, in bounded memory. */
export class NearestHits {
  readonly #most: number;
  #count = 0;
  #reach = Infinity;
  #distances: Float32Array;
  #probes: Int32Array;
  #persons: Int32Array;

  /** Keeps at least the `most` nearest. */
  constructor(most: number) {
    this.#most = most;
    this.#distances = new Float32Array(2 * most);
    this.#probes = new Int32Array(2 * most);
    this.#persons = new Int32Array(2 * most);
  }

  /** What is infinitely far is no hit. */
  offer(distance: number, probe: number, person: number): void {
    if (this.#count === this.#distances.length) this.#thinOut();
    if (distance > this.#reach || distance === Infinity) return;
    this.#distances[this.#count] = distance;
    this.#probes[this.#count] = probe;
    this.#persons[this.#count] = person;
    this.#count++;
  }

  /** Nearest first, equal distances in the order in which they came. */
  ranking(): {
    readonly distances: Float32Array;
    readonly probes: Int32Array;
    readonly persons: Int32Array;
    readonly reach: number;
  } {
    const order = ascendingOrder(this.#distances.subarray(0, this.#count));
    return {
      distances: Float32Array.from(order, (hit) => this.#distances[hit]!),
      probes: Int32Array.from(order, (hit) => this.#probes[hit]!),
      persons: Int32Array.from(order, (hit) => this.#persons[hit]!),
      reach: this.#reach,
    };
  }

  #thinOut(): void {
    const reach = Float32Array.from(this.#distances).sort()[this.#most - 1]!;
    let kept = 0;
    for (let hit = 0; hit < this.#count; hit++) {
      if (this.#distances[hit]! > reach) continue;
      this.#distances[kept] = this.#distances[hit]!;
      this.#probes[kept] = this.#probes[hit]!;
      this.#persons[kept] = this.#persons[hit]!;
      kept++;
    }
    this.#count = kept;
    this.#reach = reach;
    if (kept === this.#distances.length) this.#grow();
  }

  /** Only where so many are equally far that none may be dropped. */
  #grow(): void {
    const [distances, probes, persons] = [this.#distances, this.#probes, this.#persons];
    this.#distances = new Float32Array(2 * distances.length);
    this.#probes = new Int32Array(2 * probes.length);
    this.#persons = new Int32Array(2 * persons.length);
    this.#distances.set(distances);
    this.#probes.set(probes);
    this.#persons.set(persons);
  }
}

/** Bits of a float32 that is not negative order as it does; the place below them breaks ties. */
function ascendingOrder(distances: Float32Array): Uint32Array {
  const bits = new Uint32Array(Float32Array.from(distances).buffer);
  const places = 2 ** Math.ceil(Math.log2(Math.max(2, bits.length)));
  const keys = Float64Array.from(bits, (value, place) => value * places + place).sort();
  return Uint32Array.from(keys, (key) => key % places);
}

/** Encoded photos of known people; the arrays run in parallel. */
export interface CalibrationPhotos {
  /** float32[dimension] each. */
  readonly encodings: readonly Float32Array[];
  /** A number per person, from 0 on without gaps. */
  readonly people: readonly number[];
  /** Whether the photo is a template of its person; every photo is a probe besides. */
  readonly enrolled: readonly boolean[];
}

/**
 * Every photo searched among the templates of everybody. A hit is a probe and a person, at the
 * distance of the nearest of that person's templates; of the probe's own person the probe itself is
 * no template. Distances ascend.
 */
export interface CrossSearches {
  readonly people: number;
  readonly templates: number;
  /** Person of each probe. */
  readonly personOf: Int32Array;
  /** Probes of each person, … */
  readonly photosOf: Int32Array;
  /** … and those of them besides which the person has a template. */
  readonly matedOf: Int32Array;
  readonly distances: Float32Array;
  readonly probes: Int32Array;
  readonly persons: Int32Array;
  /** Up to this distance no hit is missing. */
  readonly reach: number;
}

/** Nearest hits that are kept; thresholds of interest lie among the first few per cent. */
const MOST_HITS = 400_000;

/** Searches in steps short enough for an event loop to breathe; each yields the probes done so far. */
export function* crossSearch(
  { encodings, people, enrolled }: CalibrationPhotos,
  mostHits = MOST_HITS,
): Generator<number, CrossSearches> {
  const count = 1 + people.reduce((most, person) => Math.max(most, person), -1);
  const templates = enrolled.flatMap((is, photo) => (is ? [photo] : []));
  const hits = new NearestHits(mostHits);
  const photosOf = new Int32Array(count);
  const matedOf = new Int32Array(count);
  const nearest = new Float32Array(count);
  for (const [probe, encoding] of encodings.entries()) {
    nearest.fill(Infinity);
    for (const template of templates) {
      if (template === probe) continue;
      const person = people[template]!;
      const d = squaredDistance(encoding, encodings[template]!, nearest[person]!);
      if (d < nearest[person]!) nearest[person] = d;
    }
    const owner = people[probe]!;
    photosOf[owner]! += 1;
    matedOf[owner]! += nearest[owner]! < Infinity ? 1 : 0;
    for (let person = 0; person < count; person++)
      hits.offer(Math.sqrt(nearest[person]!), probe, person);
    yield probe + 1;
  }
  const personOf = Int32Array.from(people);
  const counts = { people: count, templates: templates.length };
  return { ...counts, personOf, photosOf, matedOf, ...hits.ranking() };
}

/** Stops early where it is beyond the bound. */
function squaredDistance(a: Float32Array, b: Float32Array, bound: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    sum += difference * difference;
    if ((i & 63) === 63 && sum >= bound) return Infinity;
  }
  return sum;
}

/** Two people whose photos are near to each other. */
interface LookAlikes {
  readonly people: readonly [number, number];
  readonly distance: number;
}

/** Each pair of people once, at its nearest, nearest first, up to and at the threshold. */
export function lookAlikes(
  searches: CrossSearches,
  threshold: number,
  most = Infinity,
): readonly LookAlikes[] {
  const { distances, probes, persons, personOf, people } = searches;
  const pairs = new Map<number, LookAlikes>();
  for (let hit = 0; hit < distances.length && distances[hit]! <= threshold; hit++) {
    if (pairs.size === most) break;
    const [a, b] = [personOf[probes[hit]!]!, persons[hit]!].sort((x, y) => x - y) as [
      number,
      number,
    ];
    const key = a * people + b;
    if (a !== b && !pairs.has(key)) pairs.set(key, { people: [a, b], distance: distances[hit]! });
  }
  return [...pairs.values()];
}

/** How many pairs of people there are at each threshold or nearer. @param thresholds ascending. */
export function countLookAlikes(
  { distances, probes, persons, personOf, people }: CrossSearches,
  thresholds: readonly number[],
): readonly number[] {
  const pairs = new Set<number>();
  let hit = 0;
  return thresholds.map((threshold) => {
    for (; hit < distances.length && distances[hit]! <= threshold; hit++) {
      const [a, b] = [personOf[probes[hit]!]!, persons[hit]!];
      if (a !== b) pairs.add(Math.min(a, b) * people + Math.max(a, b));
    }
    return pairs.size;
  });
}

/** Fewer mated hits do not tell how near photos of one person are. */
const FEWEST_MATED = 10;

/**
 * Pairs that are nearer than half of the searches of people for themselves: perhaps one person under
 * two names.
 */
export function perhapsOnePerson(searches: CrossSearches): readonly LookAlikes[] {
  const { distances, probes, persons, personOf } = searches;
  const mated = distances.filter((_, hit) => personOf[probes[hit]!] === persons[hit]);
  if (mated.length < FEWEST_MATED) return [];
  return lookAlikes(searches, mated[Math.floor(mated.length / 2)]!);
}

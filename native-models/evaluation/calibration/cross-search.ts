import { NearestHits } from './nearest-hits.ts';

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

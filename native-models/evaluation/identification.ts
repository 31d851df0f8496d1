import { distance, type LabeledEncodings } from './paired.ts';
import { countAtOrBelow, sortDistances } from './pairs.ts';

/**
 * Open-set identification (ISO/IEC 19795-1): probes of people who are enrolled (mated searches)
 * and of people who are not (non-mated searches). Distances ascend.
 */
export interface Searches {
  /** Enrolled people. */
  readonly gallery: number;
  /** Per mated search: distance of the right person where it is the nearest; else infinite. */
  readonly mated: Float32Array;
  /** Per non-mated search: distance of the nearest person. */
  readonly nonMated: Float32Array;
}

interface IdentificationPoint {
  readonly threshold: number;
  /** False-positive identification rate: share of non-mated searches that name somebody. */
  readonly fpir: number;
  /** False-negative identification rate: share of mated searches that do not name the right person first. */
  readonly fnir: number;
}

export function identificationPoint(searches: Searches, threshold: number): IdentificationPoint {
  const { mated, nonMated } = searches;
  return {
    threshold,
    fpir: countAtOrBelow(nonMated, threshold) / nonMated.length,
    fnir: 1 - countAtOrBelow(mated, threshold) / mated.length,
  };
}

/** What FPIR to expect of a 1:1 false-match rate: independent comparisons, one per person enrolled. */
export function expectedFpir(fmr: number, gallery: number): number {
  return -Math.expm1(gallery * Math.log1p(-fmr));
}

/**
 * Plays open-set identification with one photo per enrolled person: of the people, every other one
 * is enrolled with the first photo in which a face was found, and all remaining photos are probes.
 * A probe without a face finds nobody. Steps as in `compareAll`; null where a side is empty.
 */
export function* searchOpenSet(photos: LabeledEncodings): Generator<number, Searches | null> {
  const { encodings, people } = photos;
  const enrolled = enrollHalf(photos);
  const probes = people
    .map((_, photo) => photo)
    .filter((photo) => enrolled.get(people[photo]!) !== photo);
  const mated: number[] = [];
  const nonMated: number[] = [];
  let done = 0;
  for (const probe of probes) {
    const nearest = nearestPerson(encodings[probe]!, enrolled, encodings);
    const isMated = enrolled.has(people[probe]!);
    if (!isMated) nonMated.push(nearest.distance);
    else mated.push(nearest.person === people[probe] ? nearest.distance : Infinity);
    yield ++done;
  }
  if (mated.length === 0 || nonMated.length === 0) return null;
  return {
    gallery: enrolled.size,
    mated: sortDistances(Float32Array.from(mated)),
    nonMated: sortDistances(Float32Array.from(nonMated)),
  };
}

/** Person → enrolled photo. */
function enrollHalf({ encodings, people }: LabeledEncodings): ReadonlyMap<number, number> {
  const enrolled = new Map<number, number>();
  people.forEach((person, photo) => {
    if (person % 2 === 0 && encodings[photo] !== null && !enrolled.has(person))
      enrolled.set(person, photo);
  });
  return enrolled;
}

function nearestPerson(
  probe: Float32Array | null,
  enrolled: ReadonlyMap<number, number>,
  encodings: LabeledEncodings['encodings'],
): { person: number | null; distance: number } {
  let nearest: { person: number | null; distance: number } = { person: null, distance: Infinity };
  for (const [person, photo] of enrolled) {
    const d = distance(probe, encodings[photo]!);
    if (d < nearest.distance) nearest = { person, distance: d };
  }
  return nearest;
}

/** What one look at a face gave: the nearest people, nearest first. */
export type Sighting = readonly {
  readonly personId: number;
  readonly distance: number;
  /** 0…1 among everyone enrolled and nobody, of this look alone. */
  readonly probability: number;
}[];

export type Verdict =
  | { readonly kind: 'looking' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'identified'; readonly personId: number; readonly distance: number };

export const looking: Verdict = { kind: 'looking' };

/** Looks that count; older ones are forgotten. */
export const WINDOW = 5;
/** So many looks must name the same person. */
const AGREE = 3;
/** So many looks must be had before somebody is called unknown: enrolled people may blink. */
const UNKNOWN_AFTER = 4;
/** A name that is shown stays up to a little beyond the threshold, or it would flicker there. */
const SLACK = 1.06;

/**
 * Decides over several looks at one face. A person's distance is the median over the looks, so that
 * one bad look changes nothing; the nearest person is named where that median is at the threshold
 * or nearer and at least three looks by themselves name the same.
 *
 * @param sightings of different frames, at most `WINDOW`, the latest last
 * @param former what was decided before
 */
export function judge(sightings: readonly Sighting[], threshold: number, former: Verdict): Verdict {
  if (sightings.length < AGREE) return former;
  const best = nearestOnAverage(sightings);
  const isNamed =
    best !== null &&
    best.distance <= threshold &&
    sightings.filter((sighting) => names(sighting, best.personId, threshold)).length >= AGREE;
  if (isNamed) return { kind: 'identified', ...best };
  if (former.kind === 'identified') {
    const distance = medianDistance(sightings, former.personId);
    if (distance <= threshold * SLACK) return { ...former, distance };
  }
  const isNobody = best === null || best.distance > threshold;
  if (isNobody && sightings.length >= UNKNOWN_AFTER) return { kind: 'unknown' };
  return former;
}

/** Whether the verdict stands on enough looks and the latest does not speak against it. */
export function isSettled(
  sightings: readonly Sighting[],
  threshold: number,
  verdict: Verdict,
): boolean {
  const latest = sightings.at(-1);
  if (latest === undefined || sightings.length < AGREE) return false;
  switch (verdict.kind) {
    case 'looking':
      return false;
    case 'unknown':
      return (latest[0]?.distance ?? Infinity) > threshold;
    case 'identified':
      return names(latest, verdict.personId, threshold * SLACK);
  }
}

const names = ([nearest]: Sighting, personId: number, threshold: number): boolean =>
  nearest?.personId === personId && nearest.distance <= threshold;

function nearestOnAverage(
  sightings: readonly Sighting[],
): { readonly personId: number; readonly distance: number } | null {
  const people = new Set(sightings.flatMap((sighting) => sighting.map(({ personId }) => personId)));
  const distances = [...people].map((personId) => ({
    personId,
    distance: medianDistance(sightings, personId),
  }));
  return distances.reduce<(typeof distances)[number] | null>(
    (best, next) => (best === null || next.distance < best.distance ? next : best),
    null,
  );
}

/**
 * The probability of a person over several looks, the median again; looks that miss the person
 * count as 0.
 */
export function medianProbability(sightings: readonly Sighting[], personId: number): number {
  const stated = sightings
    .map((sighting) => sighting.find((near) => near.personId === personId)?.probability ?? 0)
    .sort((a, b) => b - a);
  return stated[Math.floor(stated.length / 2)] ?? 0;
}

export interface Candidate {
  readonly personId: number;
  /** 0…1 */
  readonly probability: number;
}

/** Whoever is less likely is not worth asking about. */
const WORTH_ASKING = 0.02;
const MOST_CANDIDATES = 2;

/** Whom a face may show although the looks do not suffice for a name; the likeliest first. */
export function likeliest(sightings: readonly Sighting[]): readonly Candidate[] {
  const people = new Set(sightings.flatMap((sighting) => sighting.map(({ personId }) => personId)));
  return [...people]
    .map((personId) => ({ personId, probability: medianProbability(sightings, personId) }))
    .filter(({ probability }) => probability >= WORTH_ASKING)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST_CANDIDATES);
}

/** Of an even number the worse of the two in the middle; infinite where most looks miss the person. */
function medianDistance(sightings: readonly Sighting[], personId: number): number {
  const distances = sightings
    .map((sighting) => sighting.find((near) => near.personId === personId)?.distance ?? Infinity)
    .sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? Infinity;
}
